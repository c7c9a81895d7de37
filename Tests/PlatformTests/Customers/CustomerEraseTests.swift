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
        try await copies(services)
        #expect(try Self.found(in: services.engine).contains("customer: Zaphira"))
        try await services.customers.erase("person/4242", by: .test)
        let left = try Self.found(in: services.engine)
        #expect(left == [], "\(left)")
        // Somebody whose id only begins alike keeps the row.
        #expect(
            try services.engine.read { tx in try tx.rows("SELECT item FROM import_refused") { $0.integer(0) } } == [3]
        )
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
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

    /// A receipt, and what imports, repeated writes and webhooks keep beside the facts.
    private func copies(_ services: Services) async throws {
        var receipt = ReceiptPatch(externalID: "r-1")
        receipt.customerExternalID = .set("visitor/4242")
        receipt.fields.set(.card, .text("CARD-88-77"))
        receipt.metadata = .set(#"{"n":"shoe-size-41"}"#)
        _ = try await services.receipts.register(receipt, by: .test)
        let customer = try services.customers.customer("person/4242").customer
        try await services.engine.write { tx in
            try tx.run(
                """
                INSERT INTO import_refused (run_id, item, line, reason, raw)
                VALUES (1, 1, 1, 'x', \("o-9;person/4242;x")), (1, 2, 2, 'x', \("zaphira.q@example.org")),
                    (1, 3, 3, 'x', 'o-8;person/424;x')
                """
            )
            try tx.run(
                """
                INSERT INTO idempotent_request (bucket, api_key_id, idempotency_key, fingerprint, attempt, status, headers,
                    body, expires_ms)
                VALUES (0, 1, 'k', 'f', 'a', 200, \("/api/customers/person/4242"),
                    \(#"{"data":{"attributes":{"external_id":"person/4242","first_name":"Zaphira"}}}"#), 9e15)
                """
            )
            try tx.run(
                """
                INSERT INTO webhook_delivery (bucket, id, webhook_id, subject, sequence, kind, customer_id, body, state,
                    due_ms, lease_until_ms, attempts, tries, created_ms)
                VALUES (0, 4096, 1, 'o-0', 1, 'order.created', \(customer.id.rawValue), 'Hollow Lane 7', 'due', 0, 0, 0, 0,
                    0)
                """
            )
            try tx.run(
                """
                INSERT INTO shop_refusal (id, connection_id, message_id, topic, code, reason, body, received_ms)
                VALUES (1, 1, 'm', 't', 'c', 'x', '{"email":"Zaphira.Q@example.org"}', 0),
                    (2, 1, 'm', 't', 'c', 'x', '{"phone":"+351 987-654-321"}', 0)
                """
            )
            try tx.run(
                """
                INSERT INTO import_before (bucket, external_id, run_id, description)
                VALUES (\(Bucket(hashOf: "o-0").rawValue), 'o-0', 1, 'Hollow Lane 7')
                """
            )
        }
    }

    /// Which secrets stand in some column of which table.
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
                    found.formUnion(secrets.filter(row.contains).map { "\(table): \($0)" })
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
