import Foundation
import Testing

@testable import ReorderClient

/// How events arrive: in order, once, whatever the network and the server do.
@Suite struct DeliveryTests {
    @Test func `events that follow each other go together, in order`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.batchSize = 40 }
        for number in 0..<100 { test.client.track("e\(number)") }
        try await test.client.flush()
        #expect(server.events == (0..<100).map { "e\($0)" })
        #expect(server.requests.allSatisfy { $0.batch.count <= 40 })
    }

    @Test func `an event goes by itself after the batching time`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address)
        test.client.track("alone")
        await test.settle()
        #expect(server.requests.isEmpty)
        test.clock.fly()
        try await wait("The event was not sent.") { server.events == ["alone"] }
        #expect(test.clock.pauses == [2])
    }

    @Test func `events of hours without a network come in order, once`() async throws {
        let server = try StandInServer()
        server.stop()
        let test = TestClient(server.address)
        test.clock.fly()
        let start = test.clock.now
        for number in 0..<250 { test.client.track("e\(number)") }
        try await wait("No hours passed.") { test.clock.now.timeIntervalSince(start) > 6 * 3600 }
        test.clock.fly(false)
        try server.start()
        test.clock.fly()
        try await wait("The events did not come.") { server.events.count >= 250 }
        #expect(server.events == (0..<250).map { "e\($0)" })
        #expect(Set(server.messages.map(\.messageId)).count == 250)
        // The batching time, then pauses that double from a second to five minutes.
        #expect(test.clock.pauses.drop { $0 == 2 || $0 == 0 }.starts(with: [1.0]) || test.clock.pauses.contains(1))
        #expect(test.clock.pauses.max() == 300)
        #expect(test.errors.count > 10)
    }

    @Test func `what was not sent is sent by the next client, even after the app ended at once`() async throws {
        let server = try StandInServer()
        server.stop()
        let folder = TestClient.newFolder()
        do {
            let test = TestClient(server.address, folder: folder)
            for number in 0..<20 { test.client.track("e\(number)") }
            await test.settle()
        }
        try server.start()
        let next = TestClient(server.address, folder: folder, clock: TestClock())
        next.client.track("later")
        try await next.client.flush()
        #expect(server.events == (0..<20).map { "e\($0)" } + ["later"])
    }

    @Test func `a client sends what it finds without being asked`() async throws {
        let server = try StandInServer()
        let folder = TestClient.newFolder()
        do {
            let test = TestClient(server.address, folder: folder)
            test.client.track("left")
            await test.settle()
        }
        let next = TestClient(server.address, folder: folder)
        next.clock.fly()
        try await wait("The event was not sent.") { server.events == ["left"] }
    }

    @Test func `a server that asks for patience gets it`() async throws {
        let server = try StandInServer()
        server.reply(.init(status: 429, headers: ["Retry-After": "120"]))
        let test = TestClient(server.address)
        test.client.track("one")
        await #expect(throws: ReorderError.unavailable(status: 429)) { try await test.client.flush() }
        test.client.track("two")
        await #expect(throws: ReorderError.waiting(seconds: 120)) { try await test.client.flush() }
        #expect(server.requests.count == 1)
        test.clock.advance(by: 119)
        await #expect(throws: ReorderError.waiting(seconds: 1)) { try await test.client.flush() }
        test.clock.advance(by: 1)
        try await test.client.flush()
        #expect(server.events == ["one", "two"])
        #expect(server.requests.count == 2)
    }

    @Test func `patience ends by itself`() async throws {
        let server = try StandInServer()
        server.reply(.init(status: 503, headers: ["Retry-After": "120"]), .init(status: 500))
        let test = TestClient(server.address)
        test.client.track("one")
        test.clock.fly()
        try await wait("The event was not sent.") { server.events == ["one"] }
        #expect(test.clock.pauses == [2, 120, 2])
        #expect(test.errors == [.unavailable(status: 503), .unavailable(status: 500)])
    }

    @Test(arguments: [400, 401, 403]) func `what is refused is dropped and told of`(status: Int) async throws {
        let server = try StandInServer()
        server.reply(.init(status: status, body: #"{"code":"no","message":"No."}"#))
        let test = TestClient(server.address)
        test.client.track("one")
        test.client.track("two")
        let error = ReorderError.refused(status: status, code: "no", message: "No.", lost: 2)
        await #expect(throws: error) { try await test.client.flush() }
        #expect(test.errors == [error])
        test.client.track("three")
        try await test.client.flush()
        #expect(server.events == ["three"])
    }

    @Test func `a batch that is too large is halved, and an event that is too large is dropped`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address)
        for number in 0..<8 { test.client.track("e\(number)") }
        server.reply(.init(status: 413), .init(status: 413))
        try await test.client.flush()
        #expect(server.requests.map(\.batch.count) == [8, 4, 2, 2, 2, 2])
        test.client.track("monster")
        server.reply(.init(status: 413))
        await #expect(throws: ReorderError.self) { try await test.client.flush() }
        test.client.track("after")
        try await test.client.flush()
        #expect(server.events == (0..<8).map { "e\($0)" } + ["after"])
    }

    @Test func `a body stays below what the server takes`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address)
        let large = JSONValue.text(String(repeating: "x", count: 30_000))
        for number in 0..<40 { test.client.track("e\(number)", properties: ["value": large]) }
        try await test.client.flush()
        #expect(server.events == (0..<40).map { "e\($0)" })
        #expect(server.requests.allSatisfy { $0.batch.count <= 15 })
    }

    @Test func `a full queue loses the oldest and tells of it`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.largestQueue = 5 }
        for number in 0..<8 { test.client.track("e\(number)") }
        try await test.client.flush()
        #expect(server.events == (3..<8).map { "e\($0)" })
        #expect(test.errors == Array(repeating: .queueFull(lost: 1), count: 3))
    }

    @Test func `a folder that can't be written is told of, and events go all the same`() async throws {
        let server = try StandInServer()
        let file = TestClient.newFolder()
        try Data("a file".utf8).write(to: file)
        let test = TestClient(server.address, folder: file.appending(path: "folder"))
        test.client.track("one")
        try await test.client.flush()
        #expect(server.events == ["one"])
        guard case .storage? = test.errors.first else {
            Issue.record("\(test.errors)")
            return
        }
    }
}
