import Database
import Domain
import Platform
import TestSupport
import Testing

/// A message that the database refuses stops no other.
struct FilingFaultTests {
    /// Makes the database refuse events of a name.
    private func refuse(_ name: String, _ services: Services) async throws {
        try await services.engine.write { tx in
            try tx.script(
                tx.dialect == .postgres
                    ? "ALTER TABLE tracked_event ADD CONSTRAINT refused CHECK (name <> '\(name)')"
                    : """
                    CREATE TRIGGER refused BEFORE INSERT ON tracked_event WHEN NEW.name = '\(name)'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
        }
    }

    @Test(arguments: [1, 3])
    func `a message that cannot be stored stands among the refusals, and all others are filed`(
        _ bad: Int
    ) async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        try await services.tell([TrackedBodies.event("i", type: "identify", #""customer":{"external_id":"ana"}"#)])
        try await refuse("bad_one", services)
        for body in 0..<6 {
            var events = (0..<20).map { TrackedBodies.event("m-\(body)-\($0)", at: Int64(-$0)) }
            if body % 2 == 0, body / 2 < bad {
                events.insert(TrackedBodies.event("bad-\(body)", type: "event", #""name":"bad_one""#), at: body * 3)
            }
            try await services.take(events)
        }
        try await services.file()
        #expect(try services.did("ana").count == 121)
        let source = try services.tracking.source(EventSource.systemCode)
        let refusals = try await services.tracking.refusals(of: source.id)
        #expect(refusals.map(\.refusal.code) == Array(repeating: "not_filed", count: bad))
        #expect(try await services.tracking.figures()[source.id]?.refused == Int64(bad))
        let left = try services.engine.read { tx in
            try tx.first("SELECT count(*) FROM tracked_inbox") { $0.integer(0) }
        }
        #expect(left == 0)
        try await services.tell([TrackedBodies.event("after")])
        #expect(try services.did("ana").count == 122)
    }
}
