import Foundation
import Testing

@testable import ReorderClient

/// Nothing is stored and nothing sent of who did not agree (spec tracking.md).
@Suite struct ConsentTests {
    private func files(in folder: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    @Test func `nothing is stored or sent before consent, and a yes sends what happened`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.requiresConsent = true }
        test.client.identify("724")
        test.client.track("before")
        await #expect(throws: ReorderError.consentMissing) { try await test.client.flush() }
        #expect(try files(in: test.folder).isEmpty)
        #expect(server.requests.isEmpty)
        test.client.consent(true)
        try await test.client.flush()
        #expect(server.events == ["identify", "before"])
        let next = TestClient(server.address, folder: test.folder) { $0.requiresConsent = true }
        next.client.track("next")
        try await next.client.flush()
        #expect(server.events == ["identify", "before", "next"])
    }

    @Test(arguments: [true, false]) func `a no removes everything and is kept to`(isRequired: Bool) async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.requiresConsent = isRequired }
        test.client.consent(true)
        test.client.track("unsent")
        await test.settle()
        let before = try #require(try files(in: test.folder).isEmpty ? nil : test.folder)
        test.client.consent(false)
        test.client.track("refused")
        await #expect(throws: ReorderError.consentMissing) { try await test.client.flush() }
        #expect(try files(in: before) == (isRequired ? [] : ["identity.json"]))
        let next = TestClient(server.address, folder: test.folder) { $0.requiresConsent = isRequired }
        next.client.track("refused")
        await #expect(throws: ReorderError.consentMissing) { try await next.client.flush() }
        next.client.consent(false)
        next.client.consent(true)
        next.client.track("agreed")
        try await next.client.flush()
        #expect(server.events == ["agreed"])
    }

    @Test func `who signs out before consent is not who comes after`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.requiresConsent = true }
        test.client.identify("724")
        test.client.reset()
        test.client.track("after")
        test.client.consent(true)
        try await test.client.flush()
        #expect(server.events == ["identify", "logged_out", "after"])
        #expect(server.messages.map(\.userId) == ["724", "724", nil])
        #expect(Set(server.messages.map(\.anonymousId)).count == 2)
    }

    @Test func `only the client's own files are removed`() async throws {
        let server = try StandInServer()
        let folder = TestClient.newFolder()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("kept".utf8).write(to: folder.appending(path: "notes.txt"))
        let test = TestClient(server.address, folder: folder) { $0.requiresConsent = true }
        test.client.consent(true)
        test.client.track("one")
        test.client.consent(false)
        await test.settle()
        #expect(try files(in: folder) == ["notes.txt"])
    }
}
