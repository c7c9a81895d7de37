import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Undoing imports of receipts, customers and products.
struct ImportUndoOthersTests {
    private func imports(_ services: Services, _ kind: ImportKind, _ csv: String) async throws -> ImportRun {
        let folder = try ImportFolder()
        let path = try folder.write("file.csv", csv)
        let reader = try ImportReader(paths: [path], kind: kind, context: services.references.current.reading)
        return try await services.imports.run(reader, source: "file.csv", fingerprint: UUID().uuidString) {
            _, refused in
            #expect(refused.isEmpty, "\(refused.map(\.reason))")
        }
    }

    private func undo(_ run: ImportRun, _ services: Services) async throws -> ImportRun.Undone {
        let undone = try await services.imports.undo(run.id)
        #expect(undone.state == .undone)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        return undone.undone
    }

    private static let somebody = Origin(actor: "ana@example.com", channel: .screen)

    private func shop() async throws -> Services {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true))
        for object in [FieldObject.customer, .receipt, .product] {
            _ = try await services.fields.create(.sample(object, "tier", .string))
            _ = try await services.fields.create(.sample(object, "tags", .choices, choices: ["x", "y"]))
        }
        return services
    }

    @Test func `customers that an import made go, those it changed are as before`() async throws {
        let services = try await shop()
        _ = try await imports(
            services, .customers,
            """
            external_id,email,city,consents.email,tier,tags,metadata.shoe,birth_date
            old,old@example.com,Porto,subscribed,gold,"x,y",41,1990-02-03
            """)
        let before = try services.customers.customer("old").customer
        let run = try await imports(
            services, .customers,
            """
            external_id,email,city,consents.email,tier,tags,metadata.shoe,birth_date
            old,new@example.com,,unsubscribed,silver,x,42,
            old,newer@example.com,,unsubscribed,,,42,
            new,n@example.com,Braga,,,,,
            new,n@example.com,Lisbon,,,,,
            """)
        #expect((run.created, run.updated) == (1, 3))
        let undone = try await undo(run, services)
        #expect((undone.deleted, undone.restored, undone.left) == (1, 1, 0))
        var after = try services.customers.customer("old").customer
        (after.version, after.updatedAt) = (before.version, before.updatedAt)
        #expect(after == before)
        #expect(throws: OrderError.unknownCustomer("new")) { try services.customers.customer("new") }
        #expect(services.customers.count == 1)
        // The name is free again, and nothing of the first is found.
        #expect(try await imports(services, .customers, "external_id\nnew\n").created == 1)
        #expect(try services.customers.customer("new").customer.fields.text(.city) == nil)
        await #expect(throws: ImportRunError.wrongState(.undone)) { try await services.imports.undo(run.id) }
    }

    @Test func `customers whom somebody else wrote to, or who bought, stay and are named`() async throws {
        let services = try await shop()
        let run = try await imports(
            services, .customers, "external_id,city\nchanged,A\nbuyer,B\nmerged,C\nreturned,D\nplain,E\ngone,F\n")
        _ = try await services.customers.update(.sample("changed", firstName: "Ana"), by: Self.somebody)
        _ = try await services.orders.register(.sample("o-1", customer: "buyer"), by: .test)
        _ = try await services.orders.register(.sample("o-2", customer: "returned"), by: .test)
        try await services.orders.delete("o-2", by: .test)
        _ = try await services.customers.register([.success(.sample("whole"))], by: .test)
        _ = try await services.customers.merge("merged", into: "whole", by: .test)
        try await services.customers.erase("gone", by: .test)
        let undone = try await undo(run, services)
        #expect((undone.deleted, undone.restored, undone.left) == (2, 0, 3))
        let left = try services.imports.left(run.id, limit: 10)
        #expect(left.map(\.externalID) == ["buyer", "changed", "merged"])
        #expect(left[0].reason.contains("orders or receipts"))
        #expect(left[1].reason.contains("ana@example.com"))
        #expect(left[2].reason.contains("“whole”"))
        #expect(try services.orders.order("o-1").customerExternalID == "buyer")
    }

    @Test func `receipts go and come back with their lines, and linked ones stay`() async throws {
        let services = try await shop()
        let lines: [ReceiptLinePatch] = [.sample("1", product: "tea", count: 2, sum: 9), .sample("2", sum: 5)]
        _ = try await services.receipts.register(.sample("old", number: "7", unit: "North", lines: lines), by: .test)
        let before = try services.receipts.receipt("old")
        _ = try await services.orders.register(.sample("o-1", customer: "c-9"), by: .test)
        let run = try await imports(
            services, .receipts,
            """
            receipt_id,client_id,unit,number,tier,items.external_id,items.cnt
            old,c-2,South,,gold,1,5
            new,c-3,South,8,,1,1
            linked,c-9,,,,,
            again,c-3,,,,,
            """)
        #expect((run.created, run.updated) == (3, 1))
        try await services.receipts.setLink(order: "o-1", receipt: "linked", isLinked: true, by: Self.somebody)
        // Another that has the name of one that was deleted since is not what the import made.
        try await services.receipts.delete("again", by: .test)
        _ = try await services.receipts.register(.sample("again"), by: .test)
        let undone = try await undo(run, services)
        #expect((undone.deleted, undone.restored, undone.left) == (1, 1, 1))
        #expect(try services.imports.left(run.id, limit: 9).map(\.reason) == ["Changed since by ana@example.com."])
        var after = try services.receipts.receipt("old")
        #expect(after.customerExternalID == "c-1")
        (after.receipt.version, after.receipt.updatedAt) = (before.receipt.version, before.receipt.updatedAt)
        after.receipt.id = before.receipt.id
        #expect(after.receipt == before.receipt)
        #expect(throws: ReceiptError.unknownReceipt("new")) { try services.receipts.receipt("new") }
        #expect(try services.receipts.receipt("again").receipt.version == 1)
        #expect(services.receipts.count == 3)
    }

    @Test func `products go and come back, and changed ones stay`() async throws {
        let services = try await shop()
        _ = try await imports(services, .products, "id,name,price,stock,tier\nold,Tea,12.5,4,gold\n")
        let before = try services.products.product("old")
        let run = try await imports(
            services, .products, "id,name,price,stock,tier\nold,Tea 2,13,,silver\nnew,Cup,2,,\nkept,Pot,3,,\n")
        var patch = ProductPatch(externalID: "kept")
        patch.fields.set(.price, .money(.units(4)))
        _ = try await services.products.register([.success(patch)])
        let undone = try await undo(run, services)
        #expect((undone.deleted, undone.restored, undone.left) == (1, 1, 1))
        var after = try services.products.product("old")
        (after.version, after.updatedAt) = (before.version, before.updatedAt)
        #expect(after == before)
        #expect(try services.imports.left(run.id, limit: 9).map(\.externalID) == ["kept"])
        #expect(throws: ProductService.UnknownProduct.self) { try services.products.product("new") }
    }

    @Test func `what is kept of a person goes with them, and an import without traces says so`() async throws {
        let services = try await shop()
        let run = try await imports(services, .customers, "external_id,email\nc-1,secret@example.com\n")
        let second = try await imports(services, .customers, "external_id,email\nc-1,other@example.com\n")
        let receipts = try await imports(services, .receipts, "receipt_id,client_id,card\nr-1,c-1,4711-secret\n")
        let cards = try await imports(services, .receipts, "receipt_id,client_id,card\nr-1,c-1,4712\n")
        #expect((second.updated, cards.updated) == (1, 1))
        try await services.customers.erase("c-1", by: .test)
        for run in [run, second, receipts, cards] {
            await #expect(throws: ImportRunError.forgotten) { try await services.imports.undo(run.id) }
        }
    }

    @Test(arguments: [ImportKind.customers, .receipts, .products], [UInt64(1), 2, 3])
    func `undoing an import is as if it had not been`(_ kind: ImportKind, _ seed: UInt64) async throws {
        let services = try await shop()
        var chance = Chance(seed: seed)
        let head: String
        let row: (Int) -> String
        switch kind {
        case .customers:
            head = "external_id,city,consents.sms,tier,metadata.a"
            row = { id in
                "x-\(id),\(chance.pick(["Porto", ""])),\(chance.pick(["subscribed", ""])),\(chance.pick(["a", "b"])),\(chance.int(1...3))"
            }
        case .receipts:
            head = "receipt_id,client_id,date,total,tier,items.external_id,items.cnt"
            row = { id in
                "x-\(id),c-\(chance.int(0...3)),2026-01-0\(chance.int(1...9)),\(chance.int(1...90)),\(chance.pick(["a", ""])),l\(chance.int(0...1)),\(chance.int(1...9))"
            }
        default:
            head = "id,name,price,tier"
            row = { id in "x-\(id),\(chance.pick(["Tea", "Cup"])),\(chance.int(1...9)),\(chance.pick(["a", ""]))" }
        }
        _ = try await imports(services, kind, ([head] + (0..<40).map(row)).joined(separator: "\n"))
        let before = try state(services)
        let run = try await imports(services, kind, ([head] + (20..<80).map(row)).joined(separator: "\n"))
        #expect(run.created == 40)
        let undone = try await undo(run, services)
        #expect((undone.deleted, undone.left) == (40, 0))
        #expect(undone.restored == run.updated)
        #expect(try state(services) == before)
    }

    /// All that can be seen of receipts, customers and products, but their versions.
    private func state(_ services: Services) throws -> Set<String> {
        let fields = services.fields.book
        let receipts = try services.receipts.list(ReceiptQuery(), place: .offset(0), limit: 500, withLines: true)
            .receipts
        let products = try services.products.list(offset: 0, limit: 500).page
        let customers = try services.customers.list(CustomerQuery(), place: .offset(0), limit: 500).customers
            .map(\.customer).filter { $0.externalID.hasPrefix("x-") }
        return Set(
            receipts.map { ReceiptPatch(restoring: $0, fields).text(fields) }
                + products.map { ProductPatch(restoring: $0, fields).text(fields) }
                + customers.map { CustomerPatch(restoring: $0, fields).text(fields) }
        )
    }
}
