import Database
import Domain
import Platform
import TestSupport
import Testing

/// Damage of what is derived is named and mended; facts that contradict each other are named and left alone.
struct VerifierTests {
    /// A statement that does the damage, and the check that is to name it.
    struct Damage: Sendable, CustomTestStringConvertible {
        var sql: String
        var check: String
        var mark: String

        var testDescription: String { check }

        init(_ sql: String, _ check: String, names mark: String) {
            (self.sql, self.check, self.mark) = (sql, check, mark)
        }
    }

    private static let derived = [
        Damage(
            "UPDATE customer_figures SET order_count = order_count + 1 WHERE order_count > 0",
            "figures of customers equal their orders", names: "customer"),
        Damage("DELETE FROM customer_figures", "figures of customers equal their orders", names: "c-1 has no figures"),
        Damage("DELETE FROM order_key WHERE external_id = 'o-2'", "every order is found by its key", names: "o-2"),
        Damage(
            "UPDATE order_key SET bucket = (bucket + 1) & 4095 WHERE external_id = 'o-2'",
            "every key has its order", names: "o-2"),
        Damage(
            "UPDATE order_key SET order_id = order_id + 4194304 WHERE external_id = 'o-1'",
            "every key has its order", names: "o-1"),
        Damage(
            "DELETE FROM customer_key WHERE external_id = 'c-2'", "every customer is found by their key", names: "c-2"),
        Damage(
            "UPDATE customer_key SET customer_id = 4096 WHERE external_id = 'c-2'",
            "every key has its customer", names: "c-2"),
        Damage(
            "DELETE FROM customer_term WHERE term = 'ana'", "customers are searched by what is known of them",
            names: "c-1"),
        Damage(
            "UPDATE customer_term SET term = 'eve' WHERE term = 'ana'",
            "customers are searched by what is known of them", names: "c-1"),
        Damage(
            "UPDATE orders SET value_e4 = value_e4 + 1 WHERE external_id = 'o-1'",
            "orders' values and counts equal their fields and lines", names: "o-1"),
        Damage(
            "UPDATE orders SET item_count_e6 = 0 WHERE external_id = 'o-2'",
            "orders' values and counts equal their fields and lines", names: "o-2"),
        Damage("UPDATE product SET name_folded = 'x'", "products are searched by their names", names: "p-1"),
        Damage("UPDATE bucket_seq SET n = n + 3", "each bucket's counter stands at its last event", names: "bucket"),
        Damage(
            "DELETE FROM customer_key WHERE external_id = 'c-3'",
            "who was merged is found as the customer they became part of", names: "c-3"),
        Damage(
            "UPDATE customer_key SET alias_of = NULL WHERE external_id = 'c-3'", "every key has its customer",
            names: "c-3"),
        Damage(
            "DELETE FROM customer_term WHERE term = 'c-3'", "customers are searched by what is known of them",
            names: "c-1"),
        Damage("DELETE FROM receipt_key", "every receipt is found by its key", names: "r-1"),
        Damage("UPDATE receipt_key SET receipt_id = 4096", "every receipt's key has its receipt", names: "r-1"),
        Damage("UPDATE receipt SET value_e4 = 7", "receipts' values equal their sums and lines", names: "r-1"),
        Damage("DELETE FROM receipt_figures", "figures of customers equal their receipts", names: "customer"),
        Damage("UPDATE category SET name_folded = NULL", "categories are searched by their names", names: "tea"),
        Damage(
            "UPDATE visitor SET customer_id = 4096", "every visitor who is known is a customer who is there",
            names: "v-1"),
        Damage("DELETE FROM bucket_seq", "each bucket's counter stands at its last event", names: "bucket"),
    ]

    private static let facts = [
        Damage(
            "UPDATE tracked_event SET owner_id = owner_id + 1",
            "events of customers stand in the bucket of their owner",
            names: "event"),
        Damage("DELETE FROM event_source", "every write key has its source", names: "rw_"),
        Damage(
            "INSERT INTO container (bucket, owner_id, type_id, version, line_count, changed_ms) VALUES (0, 8192, 1, 1, 0, 0)",
            "every container is a customer's or a visitor's who is there", names: "8192"),
        Damage(
            "DELETE FROM customer WHERE external_id = 'c-2'", "every order has its customer, in the same bucket",
            names: "o-2"),
        Damage(
            "UPDATE order_line SET order_id = order_id + 4194304", "every line has its order", names: "line of order"),
        Damage(
            "DELETE FROM order_change WHERE seq = 1",
            "every order's history begins with its creation and reaches its version", names: "o-1"),
        Damage(
            "DELETE FROM event WHERE seq = 2", "events count without gaps in each bucket",
            names: "bucket"),
    ]

    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register(
            [
                .success(.sample("c-1", email: "ana@example.com", firstName: "Ana", lastName: "Moura")),
                .success(.sample("c-2", firstName: "Rui")), .success(.sample("c-3")),
            ], by: .test)
        var product = ProductPatch(externalID: "p-1")
        product.fields.set(.name, .text("Chá Verde"))
        _ = try await services.products.register([.success(product)])
        let lines: [OrderLinePatch] = [.sample("1", product: "p-1", count: 2, sum: 25), .sample("2", count: 1, sum: 9)]
        for (id, customer) in [("o-1", "c-1"), ("o-2", "c-2"), ("o-3", "c-1")] {
            _ = try await services.orders.register(
                .sample(id, customer: customer, statuses: [.payment: "paid"], lines: lines), by: .test)
        }
        _ = try await services.orders.moveStatuses(
            "o-1", StatusPatch(statuses: [.general: .set("confirmed")]), by: .test)
        try await services.orders.delete("o-3", by: .test)
        var receipt = ReceiptPatch(externalID: "r-1")
        receipt.customerExternalID = .set("c-2")
        receipt.fields.set(.sum, .money(.units(12)))
        _ = try await services.receipts.register(receipt, by: .test)
        _ = try await services.customers.merge("c-3", into: "c-1", by: .test)
        try await services.tell([
            TrackedBodies.event("i", type: "identify", #""customer":{"external_id":"c-2"}"#), TrackedBodies.event("p"),
        ])
        try await services.engine.write { tx in
            try tx.run(
                """
                INSERT INTO category (id, external_id, name, name_folded, version, created_ms, updated_ms)
                VALUES (4096, 'tea', 'Chá', 'cha', 1, 0, 0)
                """)
        }
        #expect(try await services.verifier.verify().filter { !$0.findings.isEmpty }.map(\.name) == [])
        return services
    }

    /// Every table's rows but for what is derived, to see that a repair alters none.
    private func factRows(_ services: Services) throws -> [String] {
        try services.engine.read { tx in
            try [
                "SELECT external_id || customer_id || date_ms || version || coalesce(CAST(payment_status_id AS TEXT), '') FROM orders",
                "SELECT '' || order_id || external_id || coalesce(CAST(sum_e4 AS TEXT), '') FROM order_line",
                "SELECT '' || order_id || seq || field || coalesce(to_value, '') FROM order_change",
                "SELECT '' || bucket || '-' || seq || kind FROM event", "SELECT external_id || version FROM customer",
                "SELECT external_id || name || version FROM product", "SELECT external_id || version FROM receipt",
                "SELECT merged_external_id FROM customer_merge", "SELECT external_id || name FROM category",
            ].flatMap { try tx.rows(SQL(stringLiteral: $0)) { $0.text(0) } }.sorted()
        }
    }

    @Test(arguments: derived)
    func `damage of what is derived is named, and mended from the facts`(damage: Damage) async throws {
        let services = try await shop()
        let before = try factRows(services)
        try await services.engine.write { try $0.script(damage.sql) }
        let found = try await services.verifier.verify().filter {
            !$0.findings.isEmpty && $0.name != "lists know every order"
        }
        let check = try #require(found.first { $0.name == damage.check }, "\(found)")
        #expect(check.isMendable)
        #expect(check.findings.contains { $0.contains(damage.mark) }, "\(check.findings)")
        #expect(try await services.verifier.repair().contains(damage.check))
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        #expect(try factRows(services) == before)
        #expect(try services.orders.order("o-2").order.value == .units(34))
        #expect(try services.customers.customer("c-2").figures.orderCount == 1)
    }

    @Test(arguments: facts)
    func `facts that contradict each other are named, and no repair touches them`(damage: Damage) async throws {
        let services = try await shop()
        try await services.engine.write { try $0.script(damage.sql) }
        let before = try factRows(services)
        _ = try await services.verifier.repair()
        let checks = try await services.verifier.verify()
        let check = try #require(checks.first { $0.name == damage.check })
        #expect(!check.isMendable)
        #expect(check.findings.contains { $0.contains(damage.mark) }, "\(check.findings)")
        #expect(try factRows(services) == before)
    }

    @Test func `what is whole is left as it is`() async throws {
        let services = try await shop()
        #expect(try await services.verifier.repair() == [])
    }
}
