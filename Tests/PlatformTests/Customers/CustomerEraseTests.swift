import Database
import Domain
import Foundation
import Logging
import Platform
import TestSupport
import Testing

struct CustomerEraseTests {
    private static let secrets = [
        "Zaphira", "Quillfeather", "zaphira.q@example.org", "351987654321", "Hollow Lane 7", "ring the blue bell",
        "CARD-88-77", "shoe-size-41", "person/4242", "visitor/4242", "9876543219",
    ]

    /// A person with a profile, a merged visitor, orders and a changed address.
    private func person(_ services: Services) async throws {
        _ = try await services.customers.register(
            [
                .success(
                    .sample(
                        "person/4242", email: "zaphira.q@example.org", phone: "+351987654321", firstName: "Zaphira",
                        lastName: "Quillfeather", metadata: #"{"note":"shoe-size-41"}"#)),
                .success(.sample("visitor/4242")),
            ], by: .test
        ).map { try $0.get() }
        _ = try await services.customers.update(.sample("person/4242", firstName: "Zaphira M."), by: .test)
        for (index, owner) in ["person/4242", "visitor/4242"].enumerated() {
            var patch = OrderPatch.sample(
                "o-\(index)", customer: owner, sum: 10, statuses: [.payment: "paid"], metadata: #"{"n":"shoe-size-41"}"#
            )
            patch.fields.set(.deliveryAddress, .text("Hollow Lane 7"))
            patch.fields.set(.deliveryNote, .text("ring the blue bell"))
            patch.fields.set(.card, .text("CARD-88-77"))
            _ = try await services.orders.register(patch, by: .test)
            var change = OrderPatch(externalID: "o-\(index)")
            change.fields.set(.deliveryAddress, .text("Hollow Lane 7, at the back"))
            _ = try await services.orders.register(change, by: .test)
        }
        _ = try await services.orders.register(.sample("o-gone", customer: "person/4242", sum: 1), by: .test)
        try await services.orders.delete("o-gone", by: .test)
        _ = try await services.customers.merge("visitor/4242", into: "person/4242", by: .test)
    }

    @Test func `an erased customer is gone, and the sums of the orders stay`() async throws {
        let services = try await Services.test()
        try await person(services)
        try await services.customers.erase("visitor/4242", by: .test)
        for name in ["person/4242", "visitor/4242"] {
            #expect(throws: OrderError.unknownCustomer(name)) { try services.customers.customer(name) }
        }
        await #expect(throws: OrderError.unknownCustomer("person/4242")) {
            try await services.customers.erase("person/4242", by: .test)
        }
        for id in ["o-0", "o-1"] {
            let stored = try services.orders.order(id)
            #expect(stored.isOfErased && stored.customerName == nil)
            #expect(stored.order.value == .units(10))
            #expect(stored.order.fields.text(.deliveryAddress) == nil)
            #expect(stored.order.metadata == nil)
        }
        #expect(services.customers.count == 0)
        #expect(services.orders.count == 2)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a new registration with the same name makes a new customer`() async throws {
        let services = try await Services.test()
        try await person(services)
        try await services.customers.erase("person/4242", by: .test)
        let new = try await services.customers.register([.success(.sample("person/4242"))], by: .test)[0].get()
        #expect(new.isNew)
        #expect(new.profile.figures.orderCount == 0)
        #expect(try services.orders.orders(ofCustomer: "person/4242", offset: 0, limit: 5).total == 0)
    }

    @Test func `nothing of an erased person is in any table or free page`() async throws {
        let directory = try TemporaryDirectory()
        let services = try await Services.open(directory.path, surroundings: .still())
        try await services.accounts.setUp(
            .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true
        )
        try await person(services)
        // Others, so that pages split and are filled in between.
        for start in 0..<3 {
            _ = try await services.customers.register(
                (0..<300).map { .success(.sample("other-\(start)-\($0)", firstName: "Somebody", lastName: "Else")) },
                by: .test)
        }
        #expect(try Self.found(in: services.engine).contains("Zaphira"))
        try await services.customers.erase("person/4242", by: .test)
        #expect(try Self.found(in: services.engine) == [])
        services.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let files = names.filter { $0.hasPrefix("reorder.sqlite") }
        #expect(files.contains("reorder.sqlite"))
        let held = try files.reduce(into: Data()) { held, name in
            held += try Data(contentsOf: URL(filePath: directory.path).appending(path: name))
        }
        for secret in Self.secrets {
            #expect(held.range(of: Data(secret.utf8)) == nil, "“\(secret)” is still in the file")
        }
    }

    /// Which secrets stand in some column of some table.
    private static func found(in engine: Engine) throws -> Set<String> {
        try engine.read { tx in
            let tables = try tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
            var found: Set<String> = []
            for table in tables {
                let columns = try tx.rows(SQL(stringLiteral: "SELECT name FROM pragma_table_info('\(table)')")) {
                    $0.text(0)
                }
                let all = columns.map { "coalesce(CAST(\($0) AS TEXT), '')" }.joined(separator: " || '|' || ")
                for row in try tx.rows(SQL(stringLiteral: "SELECT \(all) FROM \(table)"), read: { $0.text(0) }) {
                    found.formUnion(secrets.filter(row.contains))
                }
            }
            return found
        }
    }

    @Test func `an erasure that was cut short is ended by the worker`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("c-1"))], by: .test)
        var patches: [Result<OrderPatch, Faults>] = []
        for number in 0..<450 {
            var patch = OrderPatch.sample("o-\(number)", sum: 1, statuses: [.payment: "paid"])
            patch.fields.set(.deliveryAddress, .text("Hollow Lane 7"))
            patches.append(.success(patch))
        }
        _ = try await services.orders.register(patches, by: .test)
        try await services.customers.erase("c-1", by: .test)
        // As a kill after the first step would leave it.
        try await services.engine.write { tx in
            try tx.run("UPDATE erasure SET finished_ms = NULL, after_id = 0")
            try tx.run("UPDATE orders SET delivery_address = 'Hollow Lane 7'")
        }
        #expect(try await ErasureWorker(services, logger: .quiet).finish() == 1)
        #expect(try services.orders.order("o-449").order.fields.text(.deliveryAddress) == nil)
        #expect(try await ErasureWorker(services, logger: .quiet).finish() == 0)
    }
}
