import Domain
import Platform
import TestSupport
import Testing

struct CustomerMergeTests {
    /// A visitor with an order and a known customer with another.
    private func shop(_ services: Services) async throws {
        _ = try await services.customers.register(
            [
                .success(.sample("visitor", email: "ana@example.com", phone: "+351912345678", metadata: #"{"a":1}"#)),
                .success(.sample("724", email: "ana.silva@example.com", firstName: "Ana", lastName: "Silva")),
            ], by: .test
        ).map { try $0.get() }
        for patch in [
            OrderPatch.sample("o-1", customer: "visitor", sum: 10, statuses: [.payment: "paid"], lines: [.sample()]),
            .sample("o-2", customer: "724", sum: 20, statuses: [.payment: "paid"]),
        ] { _ = try await services.orders.register(patch, by: .test) }
    }

    @Test func `a merge moves orders with their history and fills what was not known`() async throws {
        let services = try await Services.test()
        try await shop(services)
        let merged = try await services.customers.merge("visitor", into: "724", by: .test)
        #expect(merged.isNew && merged.ordersMoved == 1)
        let customer = merged.profile.customer
        #expect(customer.fields.text(.email) == "ana.silva@example.com")
        #expect(customer.fields.text(.phone) == "+351912345678")
        #expect(customer.metadata == #"{"a":1}"#)
        #expect(customer.version == 2)
        #expect(merged.profile.figures.orderCount == 2)
        #expect(merged.profile.figures.total == .units(30))

        let order = try services.orders.order("o-1")
        #expect(order.customerExternalID == "724")
        #expect(order.order.version == 2)
        #expect(order.order.lines.count == 1)
        #expect(order.order.id.bucket == customer.id.bucket)
        let history = try services.orders.activity(of: "o-1", limit: 10).map(\.change.change)
        #expect(history.first.map { [$0.field, $0.from, $0.to] } == ["client_external_id", "visitor", "724"])
        #expect(history.last?.field == OrderChange.created)
        #expect(try services.customers.merges(into: "724").map(\.mergedExternalID) == ["visitor"])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `the old name goes on leading to the customer`() async throws {
        let services = try await Services.test()
        try await shop(services)
        _ = try await services.customers.merge("visitor", into: "724", by: .test)
        #expect(try services.customers.customer("visitor").customer.externalID == "724")
        let made = try await services.orders.register(.sample("o-3", customer: "visitor", sum: 5), by: .test)
        #expect(made.stored.customerExternalID == "724")
        // The same order told again under the old name is the same order.
        let again = try await services.orders.register(.sample("o-3", customer: "visitor", sum: 5), by: .test)
        #expect(again.kind == .unchanged)
        #expect(again.stored.customerExternalID == "724")
        _ = try await services.customers.register([.success(.sample("visitor", firstName: "Anna"))], by: .test)
        #expect(try services.customers.customer("724").customer.fields.text(.firstName) == "Anna")
        var query = CustomerQuery()
        query.text = "visit"
        #expect(try services.customers.list(query, place: .offset(0), limit: 5).customers.count == 1)
    }

    @Test func `merging again changes nothing, also the other way round`() async throws {
        let services = try await Services.test()
        try await shop(services)
        _ = try await services.customers.merge("visitor", into: "724", by: .test)
        for (source, target) in [("visitor", "724"), ("724", "visitor")] {
            let again = try await services.customers.merge(source, into: target, by: .test)
            #expect(!again.isNew && again.ordersMoved == 0)
            #expect(again.profile.customer.version == 2)
        }
    }

    @Test func `chains are followed, and what was merged is not merged elsewhere`() async throws {
        let services = try await Services.test()
        try await shop(services)
        _ = try await services.customers.register([.success(.sample("9")), .success(.sample("10"))], by: .test)
        _ = try await services.customers.merge("visitor", into: "724", by: .test)
        _ = try await services.customers.merge("724", into: "9", by: .test)
        for name in ["visitor", "724", "9"] {
            #expect(try services.customers.customer(name).customer.externalID == "9")
        }
        #expect(try services.customers.merges(into: "9").map(\.mergedExternalID).sorted() == ["724", "visitor"])
        await #expect(throws: CustomerError.alreadyMerged("visitor", into: "9")) {
            try await services.customers.merge("visitor", into: "10", by: .test)
        }
        await #expect(throws: CustomerError.mergeIntoItself("9")) {
            try await services.customers.merge("9", into: "9", by: .test)
        }
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `an answer to being written to goes with its address alone`() {
        func customer(_ id: Int64, email: String?, consent: String?) -> Customer {
            var customer = Customer(id: .init(rawValue: id), externalID: "\(id)", createdAt: StillClock.usual)
            customer.fields[.email] = email.map(FieldValue.text)
            customer.fields[.emailConsent] = consent.map(FieldValue.text)
            return customer
        }
        let source = customer(1, email: "a@example.com", consent: "subscribed")
        func consent(into target: Customer) -> Bool {
            CustomerMergeRules.additions(from: source, to: target).fields.entries.contains { $0.field == .emailConsent }
        }
        #expect(consent(into: customer(2, email: nil, consent: nil)))
        #expect(consent(into: customer(2, email: "a@example.com", consent: "unknown")))
        #expect(!consent(into: customer(2, email: "b@example.com", consent: nil)))
        #expect(!consent(into: customer(2, email: "a@example.com", consent: "unsubscribed")))
    }

    @Test func `an order that was deleted goes with the customer who is merged`() async throws {
        let services = try await Services.test()
        try await shop(services)
        try await services.orders.delete("o-1", by: .test)
        _ = try await services.orders.register(.sample("o-1", customer: "724", sum: 7), by: .test)
        let merged = try await services.customers.merge("visitor", into: "724", by: .test)
        #expect(merged.ordersMoved == 0)
        #expect(try services.orders.order("o-1").order.value == .units(7))
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `merges, exports and erasures are in the audit log, which names nobody`() async throws {
        let services = try await Services.test()
        try await shop(services)
        let actor = Actor.user("mara@example.com", address: "192.0.2.7")
        _ = try await services.customers.merge("visitor", into: "724", by: .test, actor: actor)
        _ = try await services.customers.dossier("724", for: actor)
        try await services.customers.erase("724", by: .test, actor: actor)
        var query = AuditQuery()
        query.kind = .customer
        let entries = try await services.audit.page(query, limit: 10).map(\.entry)
        #expect(entries.map(\.action) == [.customerErased, .customerExported, .customersMerged])
        #expect(entries.allSatisfy { $0.actor == actor && $0.object.name == "Customer" })
        #expect(!entries.contains { $0.object.id == "724" || $0.after.values.contains("visitor") })
    }

    @Test func `receipts go along with their links`() async throws {
        let services = try await Services.test()
        try await shop(services)
        var receipt = ReceiptPatch(externalID: "r-1")
        receipt.customerExternalID = .set("visitor")
        receipt.fields.set(.sum, .money(.units(10)))
        _ = try await services.receipts.register(receipt, by: .test)
        try await services.receipts.setLink(order: "o-1", receipt: "r-1", isLinked: true, by: .test)
        _ = try await services.customers.merge("visitor", into: "724", by: .test)
        let stored = try services.receipts.receipt("r-1")
        #expect(stored.customerExternalID == "724" && stored.orderExternalID == "o-1")
        let kinds = try services.customers.timeline(of: "724", after: nil, limit: 50).compactMap { $0.thing?.kind }
        #expect(Set(kinds) == [.order, .receipt])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }
}
