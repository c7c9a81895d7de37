import Domain
import TestSupport
import Testing

struct ReceiptRulesTests {
    private let now = StillClock.usual
    private let customer = Customer.ID(rawValue: 4096)
    private let order = Order.ID(rawValue: 8192)

    private func stored(
        _ patch: ReceiptPatch = .sample(sum: 10, lines: [.sample("1", product: "p", count: 2, sum: 10)])
    )
        -> Receipt
    {
        ReceiptRules.create(patch, id: Receipt.ID(rawValue: 12288), customer: customer, now: now).receipt
    }

    private func update(_ before: Receipt, _ patch: ReceiptPatch, customer: Int64 = 4096) -> ReceiptRules.Outcome {
        ReceiptRules.update(
            before, patch, id: before.id, customer: Customer.ID(rawValue: customer), customerNames: ("c-1", "c-2"),
            orderName: "o-1", now: now
        )
    }

    @Test func `a new receipt without a date is of now, and raises one event`() {
        let outcome = ReceiptRules.create(.sample(), id: Receipt.ID(rawValue: 1), customer: customer, now: now)
        #expect(outcome.receipt.date == now)
        #expect(outcome.changes.map(\.field) == ["created"])
        #expect(outcome.events.map(\.kind) == [.receiptCreated])
        #expect(outcome.events.first?.receipt == outcome.receipt.id)
    }

    @Test func `the same description changes nothing, and a later sighting is kept`() {
        let before = stored()
        var patch = ReceiptPatch.sample(sum: 10, lines: [.sample("1", product: "p", count: 2, sum: 10)])
        patch.reportedAt = now
        let outcome = update(before, patch)
        #expect(outcome.changes.isEmpty && outcome.events.isEmpty)
        #expect(outcome.receipt.version == 1)
        #expect(outcome.receipt.reportedAt == now)
    }

    @Test func `a part leaves the rest, and lines keep their identity`() {
        let outcome = update(
            stored(), .sample(customer: nil, lines: [.sample("1", sum: 12), .sample("2", product: "q")])
        )
        #expect(outcome.receipt.fields.money(.sum) == .units(10))
        #expect(outcome.receipt.lines[0].fields.text(.product) == "p")
        #expect(outcome.receipt.lines[0].fields.money(.sum) == .units(12))
        #expect(outcome.changes.map(\.field) == ["items[1].sum", "items[2]", "items[2].product_external_id"])
        #expect(outcome.receipt.version == 2)
        #expect(outcome.events.map(\.kind) == [.receiptUpdated])
    }

    @Test func `lines in another order are a change, and an empty list takes them all`() {
        let before = stored(.sample(lines: [.sample("1"), .sample("2", product: "q", count: 3)]))
        #expect(update(before, .sample(lines: [.sample("2"), .sample("1")])).changes.map(\.to) == ["reordered"])
        let emptied = update(before, .sample(lines: []))
        #expect(emptied.receipt.lines.isEmpty)
        #expect(emptied.changes.map(\.from) == [nil, "3 × q"])
    }

    @Test func `one that goes to another customer leaves its order`() {
        var before = stored()
        before.order = order
        let outcome = update(before, .sample(), customer: 8192)
        #expect(outcome.receipt.order == nil)
        #expect(outcome.changes.map(\.field) == ["client_external_id", "order_external_id"])
        #expect(outcome.changes.map(\.from) == ["c-1", "o-1"])
    }

    @Test func `a link raises its own event, and the same link nothing`() {
        let linked = ReceiptRules.link(stored(), to: order, names: (nil, "o-1"), now: now)
        #expect(linked.events.map(\.kind) == [.receiptLinked])
        #expect(linked.events.first?.order == order)
        #expect(ReceiptRules.link(linked.receipt, to: order, names: ("o-1", "o-1"), now: now).changes.isEmpty)
        let unlinked = ReceiptRules.link(linked.receipt, to: nil, names: ("o-1", nil), now: now)
        #expect(unlinked.events.map(\.kind) == [.receiptUpdated])
        #expect(unlinked.receipt.version == 3)
    }

    @Test func `a deletion takes it off its order and is the last of its history`() {
        var before = stored()
        before.order = order
        let outcome = ReceiptRules.delete(before, orderName: "o-1", now: now)
        #expect(outcome.changes.map(\.field) == ["order_external_id", "deleted"])
        #expect(outcome.events.map(\.kind) == [.receiptDeleted])
    }

    @Test func `a receipt is worth its sum, else its lines, else nothing`() {
        #expect(stored().value == .units(10))
        #expect(stored(.sample(lines: [.sample("1", sum: 3), .sample("2", sum: 4)])).value == .units(7))
        #expect(stored(.sample()).value == .zero)
    }
}
