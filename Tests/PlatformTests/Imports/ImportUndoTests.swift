import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct ImportUndoTests {
    private func services() async throws -> Services {
        try await Services.test(project: .sample(createsUnknownCustomers: true))
    }

    private func imports(_ services: Services, _ csv: String) async throws -> ImportRun {
        let folder = try ImportFolder()
        let path = try folder.write("orders.csv", csv)
        let reader = try ImportReader(paths: [path], context: services.references.current.reading)
        return try await services.imports.run(reader, source: "orders.csv", fingerprint: UUID().uuidString) { _, _ in }
    }

    @Test func `what an import made goes, and what it changed is as before`() async throws {
        let services = try await services()
        let lines = [
            OrderLinePatch.sample("1", product: "tea", count: 2, sum: 9), .sample("2", product: "cup", sum: 5),
        ]
        _ = try await services.orders.register(
            .sample("old", number: "7", unit: "Online", sum: 14, statuses: [.payment: "paid"], lines: lines), by: .test)
        let before = try services.orders.order("old")
        let run = try await imports(
            services,
            """
            external_id,client_external_id,unit,payment.status_code,number,items.external_id,items.cnt
            old,c-2,Shop,refunded,,1,5
            new,c-1,Shop,,8,1,1
            """)
        #expect((run.created, run.updated) == (1, 1))
        let undone = try await services.imports.undo(run.id)
        #expect((undone.state, undone.undone.deleted, undone.undone.restored, undone.undone.left) == (.undone, 1, 1, 0))
        var after = try services.orders.order("old")
        #expect(after.order.version == 3)
        #expect(after.customerExternalID == before.customerExternalID)
        (after.order.version, after.order.updatedAt) = (before.order.version, before.order.updatedAt)
        (after.order.id, after.order.reportedAt) = (before.order.id, before.order.reportedAt)
        #expect(after.order == before.order)
        #expect(throws: OrderError.unknownOrder("new")) { try services.orders.order("new") }
        await #expect(throws: ImportRunError.wrongState(.undone)) { try await services.imports.undo(run.id) }
    }

    @Test func `what somebody else changed since stays, and is named`() async throws {
        let services = try await services()
        _ = try await services.orders.register(.sample("old", number: "1", unit: "Online"), by: .test)
        let run = try await imports(
            services,
            """
            external_id,client_external_id,number,unit
            old,c-1,2,Shop
            new,c-1,3,Shop
            other,c-1,4,Shop
            """)
        _ = try await services.orders.register(
            .sample("old", number: "9"), by: Origin(actor: "ana@example.com", channel: .screen))
        _ = try await services.orders.register(
            .sample("new", number: "10"), by: Origin(actor: "ana@example.com", channel: .screen))
        try await services.orders.delete("other", by: .test)
        let undone = try await services.imports.undo(run.id)
        #expect((undone.undone.deleted, undone.undone.restored, undone.undone.left) == (0, 1, 2))
        let old = try services.orders.order("old").order.fields
        #expect((old.text(.number), old.text(.unit)) == ("9", "Online"))
        #expect(try services.orders.order("new").order.fields.text(.number) == "10")
        let left = try services.imports.left(run.id, limit: 10)
        #expect(left.map(\.externalID) == ["new", "old"])
        #expect(left.allSatisfy { $0.reason.contains("ana@example.com") })
    }

    @Test(arguments: 1...6)
    func `undoing an import is as if it had not been`(_ seed: UInt64) async throws {
        let services = try await services()
        var chance = Chance(seed: seed)
        func row(_ id: Int) -> String {
            let city = chance.pick(["Porto", "Braga", ""])
            let status = chance.pick(["paid", "refunded", ""])
            return
                "o-\(id),c-\(chance.int(0...3)),\(chance.int(1...90)),\(city),\(status),l\(chance.int(0...1)),\(chance.int(1...9))"
        }
        let head =
            "external_id,client_external_id,items_sum,delivery.city,payment.status_code,items.external_id,items.cnt\n"
        _ = try await imports(services, head + (0..<60).map(row).joined(separator: "\n"))
        let before = try state(services)
        let run = try await imports(services, head + (30..<120).map(row).joined(separator: "\n"))
        #expect(run.created == 60)
        let undone = try await services.imports.undo(run.id)
        #expect((undone.undone.deleted, undone.undone.left) == (60, 0))
        #expect(try state(services) == before)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    /// All that can be seen of orders, but their versions.
    private func state(_ services: Services) throws -> [String: String] {
        let found = try services.orders.list(OrderQuery(), place: .offset(0), limit: 500, withLines: true).orders
        let (book, fields) = (services.references.current.book, services.references.current.fields)
        return Dictionary(
            uniqueKeysWithValues: found.map {
                ($0.order.externalID, OrderPatch(restoring: $0, book, fields).text(fields))
            })
    }
}
