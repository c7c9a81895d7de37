import Domain
import Platform
import TestSupport
import Testing

/// What becomes of receipts when their customer becomes part of another one, or is erased.
struct ReceiptCustomerTests {
    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register(
            [.success(.sample("c-1", email: "ana@example.com")), .success(.sample("c-2"))], by: .test
        )
        _ = try await services.orders.register(.sample("o-1"), by: .test)
        var patch = ReceiptPatch.sample("r-1", sum: 5)
        patch.fields.set(.card, .text("card 77"))
        patch.metadata = .set(#"{"seen":"Ana"}"#)
        _ = try await services.receipts.register(patch, by: .test)
        patch.fields.set(.card, .text("card 78"))
        _ = try await services.receipts.register(patch, by: .test)
        _ = try await services.receipts.register(.sample("r-2", sum: 7), by: .test)
        _ = try await services.receipts.register(.sample("r-gone", sum: 1), by: .test)
        try await services.receipts.delete("r-gone", by: .test)
        try await services.receipts.setLink(order: "o-1", receipt: "r-1", isLinked: true, by: .test)
        return services
    }

    @Test func `a merge takes receipts along, with their links and figures`() async throws {
        let services = try await shop()
        _ = try await services.receipts.register(.sample("r-3", customer: "c-2", sum: 1), by: .test)
        _ = try await services.customers.merge("c-1", into: "c-2", by: .test)
        let (page, figures) = try services.receipts.receipts(ofCustomer: "c-2", offset: 0, limit: 10)
        #expect(Set(page.map(\.receipt.externalID)) == ["r-1", "r-2", "r-3"])
        #expect(figures.count == 3 && figures.total == .units(13))
        #expect(try services.receipts.receipts(ofOrder: "o-1").map(\.receipt.externalID) == ["r-1"])
        #expect(try services.receipts.receipt("r-1").orderExternalID == "o-1")
        let change = try services.receipts.activity(of: "r-1", limit: 1).first?.change.change
        #expect(change?.field == "client_external_id" && change?.from == "c-1" && change?.to == "c-2")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a till that goes on with the old name of a customer changes nothing`() async throws {
        let services = try await shop()
        _ = try await services.customers.merge("c-1", into: "c-2", by: .test)
        let again = try await services.receipts.register(.sample("r-2", customer: "c-1", sum: 7), by: .test)
        #expect(again.kind == .unchanged)
        #expect(again.stored.customerExternalID == "c-2")
        let new = try await services.receipts.register(.sample("r-4", customer: "c-1"), by: .test)
        #expect(new.stored.customerExternalID == "c-2")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `an erased customer's receipts keep their sums and say nothing of the person`() async throws {
        let services = try await shop()
        try await services.customers.erase("c-1", by: .test)
        let stored = try services.receipts.receipt("r-1")
        #expect(stored.receipt.value == .units(5))
        #expect(stored.receipt.fields.text(.card) == nil && stored.receipt.metadata == nil)
        #expect(stored.orderExternalID == "o-1" && stored.customerExternalID.isEmpty)
        let history = try services.receipts.activity(of: "r-1", limit: 50).map(\.change.change)
        #expect(history.first?.field == OrderChange.customerErased)
        #expect(!history.contains { "\($0.from ?? "")\($0.to ?? "")".contains("card") })
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `an export of a person holds the receipts, deleted ones too`() async throws {
        let services = try await shop()
        let dossier = try await services.customers.dossier("c-1", for: .system)
        #expect(dossier.receipts.map(\.stored.receipt.externalID).sorted() == ["r-1", "r-2", "r-gone"])
        #expect(dossier.receipts.filter(\.isDeleted).map(\.stored.receipt.externalID) == ["r-gone"])
        #expect(dossier.receipts.allSatisfy { $0.changes.first?.change.field == OrderChange.created })
    }
}
