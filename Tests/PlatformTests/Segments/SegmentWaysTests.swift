import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Ways by which customers move between segments, and what is told of it.
struct SegmentWaysTests {
    @Test func `a field that fills itself from metadata moves members, and the move is told`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register(
            (0..<5).map { number in
                var patch = CustomerPatch.sample("c-\(number)", email: "c-\(number)@example.com")
                patch.metadata = .set("{\"plan\":\(number)}")
                return .success(patch)
            }, by: .test)
        _ = try await services.fields.create(.sample(.customer, "plan", .integer, metadataPath: "plan"))
        try await services.make("rich", #"{"field":"customer.plan","op":"gte","value":3}"#)
        #expect(try await services.members("rich") == [])
        try await FieldWork(services.fields, logger: .quiet).finish()
        #expect(try await services.members("rich") == ["c-3", "c-4"])
        #expect(try await services.told() == ["c-3 segment.entered rich", "c-4 segment.entered rich"])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `undoing an import moves members back`() async throws {
        let services = try await Services.test()
        try await services.make("porto", #"{"field":"customer.city","op":"eq","value":"Porto"}"#)
        let folder = try ImportFolder()
        func imported(_ csv: String) async throws -> ImportRun {
            let path = try folder.write("file.csv", csv)
            let reader = try ImportReader(paths: [path], kind: .customers, context: services.references.current.reading)
            return try await services.imports.run(reader, source: "file.csv", fingerprint: UUID().uuidString) {
                _, refused in
                #expect(refused.isEmpty)
            }
        }
        _ = try await imported("external_id,city\nold,Porto\nother,Braga\n")
        let run = try await imported("external_id,city\nold,Braga\nother,Porto\nnew,Porto\n")
        #expect(try await services.members("porto") == ["new", "other"])
        _ = try await services.told()
        #expect(try services.stored("porto") == ["new", "other"])
        _ = try await services.imports.undo(run.id)
        #expect(try await services.members("porto") == ["old"])
        _ = try await services.told()
        #expect(try services.stored("porto") == ["old"])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a webhook is told who entered and who left, with the customer and the segment`() async throws {
        try await WebhookFixture.with(kinds: [.segmentEntered, .segmentLeft]) { fixture in
            let services = fixture.services
            try await services.make("porto", #"{"field":"customer.city","op":"eq","value":"Porto"}"#)
            for city in ["Porto", "Braga"] {
                var patch = CustomerPatch.sample("c-1", email: "ana@example.com")
                patch.fields.set(.city, .text(city))
                _ = try await services.customers.update(patch, by: .test)
                _ = try await services.told()
            }
            try await fixture.work()
            let messages = try fixture.receiver.calls.map { try $0.json() }
            #expect(messages.map { $0["type"]?.text } == ["segment.entered", "segment.left"])
            #expect(messages.map { $0["data"]?["segment"]?["id"] } == ["porto", "porto"])
            #expect(messages.map { $0["data"]?["segment"]?["name"] } == ["porto", "porto"])
            #expect(messages.map { $0["data"]?["customer"]?["external_id"] } == ["c-1", "c-1"])
            // Of the customer it is said what is so when it is told.
            #expect(messages.map { $0["data"]?["customer"]?["city"] } == ["Braga", "Braga"])
            #expect(messages.map { $0["data"]?["customer"]?["email"] } == ["ana@example.com", "ana@example.com"])
        }
    }

    @Test func `scores as SQL are those of the index, of everybody and of a segment`() async throws {
        let clock = StillClock()
        let database = try TestDatabase()
        let services = try await Services.open(
            database.directory.path, server: database.url, surroundings: .still(at: clock))
        defer { services.close() }
        try await services.accounts.setUp(
            .sample(createsUnknownCustomers: true), email: "owner@example.com", password: "a password for tests",
            starterStatuses: true)
        try await services.segmentBoard.open()
        var chance = Chance(seed: 8)
        for number in 0..<150 {
            _ = try await services.orders.register(
                .sample(
                    "o-\(number)", customer: "c-\(chance.int(0...40))",
                    date: clock.now.adding(seconds: -Int64(chance.int(0...40)) * 86_400), sum: chance.int(0...9) * 10,
                    statuses: [.payment: chance.int(0...4) == 0 ? "awaiting_payment" : "paid"]), by: .test)
        }
        try await services.make("some", #"{"field":"orders.total","op":"gte","value":60}"#)
        let other = try await Services.open(
            database.directory.path, server: database.url, ownsData: false, surroundings: .still(at: clock))
        defer { other.close() }
        for code in [nil, "some"] {
            let (memory, stored) = (
                try await services.segments.scores(of: code), try await other.segments.scores(of: code)
            )
            #expect(Set(memory) == Set(stored) && memory.count == stored.count && memory.count > 4)
        }
    }
}
