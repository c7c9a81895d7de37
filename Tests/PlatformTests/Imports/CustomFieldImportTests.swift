import Domain
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

/// Custom fields in files: guessed by their codes, named by mappings, and held to their types.
struct CustomFieldImportTests {
    private func shop() async throws -> Services {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true))
        for patch in [
            CustomFieldPatch.sample(.order, "store", .string), .sample(.order, "score", .decimal),
            .sample(.orderLine, "size", .integer), .sample(.customer, "plan", .choice, choices: ["a", "b"]),
            .sample(.product, "made_in", .string), .sample(.order, "source", metadataPath: "utm"),
        ] { _ = try await services.fields.create(patch) }
        return services
    }

    private func importing(
        _ name: String, _ text: String, _ services: Services, kind: ImportKind? = nil, mapping: String? = nil
    ) async throws -> (run: ImportRun, reasons: [String]) {
        let directory = try TemporaryDirectory()
        try Data(text.utf8).write(to: URL(filePath: "\(directory.path)/\(name)"))
        let mapping = try mapping.map { try ImportMapping(yaml: $0, name: "map.yaml", fields: services.fields.book) }
        let reader = try ImportReader(
            paths: ["\(directory.path)/\(name)"], kind: kind, mapping: mapping,
            context: services.references.current.reading
        )
        let reasons = Reasons()
        let run = try await services.imports.run(reader, source: name, fingerprint: name) { _, refused in
            reasons.add(refused.map(\.reason))
        }
        return (run, reasons.all)
    }

    @Test func `columns named by codes are taken, before other names that they might mean`() async throws {
        let services = try await shop()
        let csv = """
            order_id,customer_id,store,Score,items.size,customer.plan,source
            1,c-1,North,2.5,7,a,ads
            2,c-1,South,high,,,
            3,c-1,,,x,,
            """
        let (run, reasons) = try await importing("orders.csv", csv, services)
        #expect(run.created == 1)
        #expect(reasons.count == 2)
        #expect(reasons.first?.contains("score: This must be a number, such as 12.5.") == true)
        #expect(reasons.last?.contains("size: This must be a whole number.") == true)
        let order = try services.orders.order("1").order
        let book = services.fields.book
        let fields = try (#require(book.custom(.order, code: "store")), #require(book.custom(.orderLine, code: "size")))
        #expect(order.custom[fields.0] == .text("North"))
        #expect(order.fields.text(.unit) == nil)
        #expect(order.lines.first?.custom[fields.1] == .integer(7))
        let plan = try #require(book.custom(.customer, code: "plan"))
        #expect(try services.customers.customer("c-1").customer.custom[plan] == .text("a"))
    }

    @Test func `a mapping names custom fields, and an unknown one is refused with those there are`() async throws {
        let services = try await shop()
        let mapping = """
            file: orders.csv
            decimal: comma
            order: {external_id: id, client_external_id: who, score: points}
            customer: {external_id: who, plan: {const: b}}
            """
        let (run, reasons) = try await importing(
            "orders.csv", "id;who;points\n1;c-1;1,25\n", services, mapping: mapping)
        #expect(run.created == 1)
        #expect(reasons.isEmpty)
        let score = try #require(services.fields.book.custom(.order, code: "score"))
        #expect(try services.orders.order("1").order.custom[score] == .decimal(Quantity(millionths: 1_250_000)))
        #expect {
            _ = try ImportMapping(
                yaml: "{file: a.csv, order: {external_id: id, colour: c}}", name: "m", fields: services.fields.book
            )
        } throws: { error in
            let text = "\(error)"
            return text.contains("“colour” is not an attribute") && text.contains("score") && !text.contains("source")
        }
    }

    @Test func `NDJSON and products take custom fields too`() async throws {
        let services = try await shop()
        let lines = #"{"external_id":"1","client_external_id":"c-1","score":3,"items":[{"external_id":"a","size":4}]}"#
        #expect(
            try await importing(
                "orders.ndjson", lines + "\n" + #"{"external_id":"2","client_external_id":"c-1","store":5}"#, services
            ).run.created == 1)
        #expect(
            try await importing("products.csv", "sku,id,made_in\nx,p-1,PT\n", services, kind: .products).run.created
                == 1)
        let madeIn = try #require(services.fields.book.custom(.product, code: "made_in"))
        #expect(try services.products.product("p-1").custom[madeIn] == .text("PT"))
    }
}

/// Gathers the reasons of rows that were refused.
private final class Reasons: Sendable {
    private let kept = Mutex<[String]>([])

    func add(_ reasons: [String]) { kept.withLock { $0 += reasons } }

    var all: [String] { kept.withLock { $0 } }
}
