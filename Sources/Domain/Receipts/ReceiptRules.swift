import Foundation

/// What a description of a receipt does to what is stored; the rules of orders where they apply (spec orders.md).
///
/// Pure.
package enum ReceiptRules {
    /// A receipt after a change, and the history and events of it; nothing changed when `changes` is empty.
    package struct Outcome: Hashable, Sendable {
        package var receipt: Receipt
        package var changes: [OrderChange] = []
        package var events: [Event] = []

        package init(receipt: Receipt) { self.receipt = receipt }
    }

    /// What history calls the link of a receipt to an order.
    package static let orderField = "order_external_id"

    /// The receipt that `patch` describes for the first time.
    ///
    /// - Parameter reading: The custom fields there are.
    package static func create(
        _ patch: ReceiptPatch, id: Receipt.ID, customer: Customer.ID,
        _ reading: ReadingContext = ReadingContext(zone: .gmt),
        now: Instant
    ) -> Outcome {
        var date = now
        if case .set(let given) = patch.date { date = given }
        var receipt = Receipt(id: id, externalID: patch.externalID, customer: customer, date: date, createdAt: now)
        receipt.reportedAt = patch.reportedAt
        receipt.metadata = patch.metadata.applied(to: nil)
        patch.fields.apply(to: &receipt.fields)
        receipt.lines = (patch.lines ?? []).map { description in
            var line = ReceiptLine(externalID: description.externalID)
            description.fields.apply(to: &line.fields)
            _ = rules(.receiptLine, reading)?.apply(description.custom, to: &line.custom, isNew: true)
            return line
        }
        _ = rules(.receipt, reading)?.apply(
            patch.custom, to: &receipt.custom, isNew: true, metadata: patch.metadata
        )
        var outcome = Outcome(receipt: receipt)
        outcome.changes = [OrderChange(OrderChange.created, happenedAt: date)]
        outcome.events = [Event(.receiptCreated, for: receipt, happenedAt: date)]
        return outcome
    }

    /// The receipt after `patch`, which describes all or a part of it.
    ///
    /// One that goes to another customer leaves its order, which stays with the customer it has.
    ///
    /// - Parameters:
    ///   - id: What the receipt is called from now on: another than before when the customer's bucket is another.
    ///   - customerNames: The external identifiers of the customer before and after, for history.
    ///   - orderName: The external identifier of the order it is linked to, for history.
    ///   - keepsOrder: Whether the order goes along to the other customer.
    ///   - reading: The custom fields there are.
    package static func update(
        _ before: Receipt, _ patch: ReceiptPatch, id: Receipt.ID, customer: Customer.ID,
        customerNames: (before: String, after: String), orderName: String?, keepsOrder: Bool = false,
        _ reading: ReadingContext = ReadingContext(zone: .gmt), now: Instant
    ) -> Outcome {
        let happenedAt = patch.reportedAt ?? now
        var outcome = Outcome(receipt: before)
        outcome.receipt.id = id
        // Apart from the outcome, parts of which are being written while changes are noted.
        var changes: [OrderChange] = []
        func note(_ field: String, _ from: String?, _ to: String?) {
            changes.append(OrderChange(field, from: from, to: to, happenedAt: happenedAt))
        }
        if customer != before.customer {
            outcome.receipt.customer = customer
            note("client_external_id", customerNames.before, customerNames.after)
            if before.order != nil, !keepsOrder {
                outcome.receipt.order = nil
                note(orderField, orderName, nil)
            }
        }
        if case .set(let date) = patch.date, date != before.date {
            outcome.receipt.date = date
            note("date", before.date.rfc3339, date.rfc3339)
        }
        patch.fields.apply(to: &outcome.receipt.fields) { note($0.path, $1?.plain, $2?.plain) }
        let custom = rules(.receipt, reading)?.apply(
            patch.custom, to: &outcome.receipt.custom, isNew: false, metadata: patch.metadata
        )
        for change in custom ?? [] { note(change.field.code, change.from?.plain, change.to?.plain) }
        if let lines = patch.lines { replace(lines, in: &outcome.receipt, reading, note) }
        let metadata = patch.metadata.applied(to: before.metadata)
        if metadata != before.metadata {
            outcome.receipt.metadata = metadata
            note("metadata", before.metadata, metadata)
        }
        if let reportedAt = patch.reportedAt { outcome.receipt.reportedAt = reportedAt }
        // Lines in another order are another description, though no field of theirs changed.
        if changes.isEmpty, outcome.receipt.lines != before.lines { note("items", nil, "reordered") }
        outcome.changes = changes
        guard !changes.isEmpty else {
            // That the shop still saw this state later is kept, so that what it saw between is stale.
            let reportedAt = outcome.receipt.reportedAt
            outcome.receipt = before
            outcome.receipt.reportedAt = reportedAt
            return outcome
        }
        seal(&outcome, .receiptUpdated, at: happenedAt, now: now)
        return outcome
    }

    /// The receipt once it is linked to an order, or to none.
    ///
    /// - Parameter names: The external identifiers of the order before and after, for history.
    package static func link(
        _ before: Receipt, to order: Order.ID?, names: (before: String?, after: String?), now: Instant
    ) -> Outcome {
        var outcome = Outcome(receipt: before)
        guard before.order != order else { return outcome }
        outcome.receipt.order = order
        outcome.changes = [OrderChange(orderField, from: names.before, to: names.after, happenedAt: now)]
        seal(&outcome, order == nil ? .receiptUpdated : .receiptLinked, at: now, now: now)
        return outcome
    }

    /// What a deletion leaves in history, and the event of it.
    package static func delete(_ before: Receipt, orderName: String?, now: Instant) -> Outcome {
        var outcome = Outcome(receipt: before)
        outcome.receipt.order = nil
        if before.order != nil {
            outcome.changes.append(OrderChange(orderField, from: orderName, happenedAt: now))
        }
        outcome.changes.append(OrderChange(OrderChange.deleted, happenedAt: now))
        seal(&outcome, .receiptDeleted, at: now, now: now)
        return outcome
    }

    /// What an order's history says of a receipt that was linked to it or unlinked.
    package static func orderChange(_ receipt: String, isLinked: Bool, now: Instant) -> OrderChange {
        OrderChange(
            "receipts[\(receipt)]", from: isLinked ? nil : "linked", to: isLinked ? "linked" : nil, happenedAt: now
        )
    }

    /// Required custom fields that a new receipt, or a new line of one, would be without.
    ///
    /// - Parameter before: The receipt as it is stored; nil for a new one.
    package static func customFaults(
        _ patch: ReceiptPatch, before: Receipt?, _ reading: ReadingContext
    ) -> [Fault] {
        var faults: [Fault] = []
        if before == nil, let rules = rules(.receipt, reading) { faults += rules.faults(patch.custom) }
        guard let lines = patch.lines, let rules = rules(.receiptLine, reading) else { return faults }
        let known = Set(before?.lines.map(\.externalID) ?? [])
        for (index, line) in lines.enumerated() where !known.contains(line.externalID) {
            faults += rules.faults(line.custom, base: "/data/attributes/items/\(index)")
        }
        return faults
    }

    // MARK: Parts

    /// The rules of the custom fields of an object; nil where it has none.
    private static func rules(_ object: FieldObject, _ reading: ReadingContext) -> CustomRules? {
        reading.fields.has(object) ? CustomRules(reading.fields.custom(object), reading) : nil
    }

    private static func seal(_ outcome: inout Outcome, _ kind: Event.Kind, at happenedAt: Instant, now: Instant) {
        outcome.receipt.version += 1
        outcome.receipt.updatedAt = now
        outcome.events = [Event(kind, for: outcome.receipt, happenedAt: happenedAt)]
    }

    private static func replace(
        _ patches: [ReceiptLinePatch], in receipt: inout Receipt, _ reading: ReadingContext,
        _ note: (String, String?, String?) -> Void
    ) {
        let rules = rules(.receiptLine, reading)
        let before = Dictionary(receipt.lines.map { ($0.externalID, $0) }, uniquingKeysWith: { first, _ in first })
        let after = patches.map { patch in
            if before[patch.externalID] == nil { note("items[\(patch.externalID)]", nil, "added") }
            var line = before[patch.externalID] ?? ReceiptLine(externalID: patch.externalID)
            patch.fields.apply(to: &line.fields) { field, from, to in
                note("items[\(patch.externalID)].\(field.path)", from?.plain, to?.plain)
            }
            let isNew = before[patch.externalID] == nil
            for change in rules?.apply(patch.custom, to: &line.custom, isNew: isNew) ?? [] {
                note("items[\(patch.externalID)].\(change.field.code)", change.from?.plain, change.to?.plain)
            }
            return line
        }
        let kept = Set(patches.map(\.externalID))
        for line in receipt.lines where !kept.contains(line.externalID) {
            note("items[\(line.externalID)]", removedText(line), "removed")
        }
        receipt.lines = after
    }

    /// What history says of a line that went.
    private static func removedText(_ line: ReceiptLine) -> String? {
        let product = line.fields.text(.product)
        guard let count = line.fields.quantity(.count) else { return product }
        return "\(count) × \(product ?? "?")"
    }
}

extension Event {
    fileprivate init(_ kind: Kind, for receipt: Receipt, happenedAt: Instant) {
        self.init(
            kind, customer: receipt.customer, order: receipt.order, receipt: receipt.id, version: receipt.version,
            happenedAt: happenedAt
        )
    }
}
