import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// `reorder verify` holds who is written down as a member against the tree, beside a server that writes it down.
struct SegmentVerifyTests {
    private let clock = StillClock()

    /// What a command beside the server finds wrong.
    private func findings(_ services: Services) async throws -> [String] {
        let (path, server): (String, String?)
        switch services.place {
        case .file(let file): (path, server) = (String(file.dropLast("/reorder.sqlite".count)), nil)
        case .server(let address): (path, server) = (try TemporaryDirectory().path, address)
        }
        let command = try await Services.open(path, server: server, ownsData: false, surroundings: .still(at: clock))
        defer { command.close() }
        let checks = try await command.verifier.verify(patience: .milliseconds(10))
        #expect(checks.contains { $0.name == "members of segments are written down" })
        return checks.flatMap(\.findings)
    }

    @Test func `a member who is missing or too many is found, and those of a list are not asked`() async throws {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register(
            ["c-1", "c-2", "c-3"].map { .success(.sample($0, email: "\($0)@example.com")) }, by: .test)
        try await services.make("two", #"{"field":"customer.external_id","op":"in","value":["c-1","c-2"]}"#)
        _ = try await services.segments.create(SegmentPatch(code: "list", name: "List"))
        _ = try await services.segments.add(["c-3"], to: "list")
        #expect(try await findings(services) == [])
        let id = try #require(services.segments.book["two"]).segment.id
        let people = try services.engine.read { tx in
            try tx.rows("SELECT id FROM customer ORDER BY external_id") { Customer.ID(rawValue: $0.integer(0)) }
        }
        try await services.engine.write { tx in
            _ = try SegmentMemberStore().remove(people[0], from: id, tx)
            _ = try SegmentMemberStore().add(people[2], to: id, since: clock.now, tx)
        }
        let found = try await findings(services)
        #expect(found.count == 1 && found[0].contains("“two” 2"), "\(found)")
    }
}
