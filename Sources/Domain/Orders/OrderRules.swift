import Foundation

/// What a description of an order does to what is stored (spec orders.md, rules 1 to 8).
///
/// Pure.
package enum OrderRules {
    /// What is known when an order is described: looked up by the caller.
    package struct Facts: Sendable {
        package var now: Instant
        package var book: StatusBook
        /// The custom fields there are, and the zone that metadata without an offset is read in.
        package var reading: ReadingContext

        package init(now: Instant, book: StatusBook, reading: ReadingContext = ReadingContext(zone: .gmt)) {
            (self.now, self.book, self.reading) = (now, book, reading)
        }
    }

    /// An order after a change, and the history and events of it; nothing changed when `changes` is empty.
    package struct Outcome: Hashable, Sendable {
        package var order: Order
        package var changes: [OrderChange] = []
        package var events: [Event] = []

        package init(order: Order) { self.order = order }
    }

    /// What is wrong with the statuses that `patch` names.
    package static func statusFaults(_ patch: OrderPatch, _ book: StatusBook) -> [Fault] {
        let named = patch.statuses.compactMap { type, patch -> (OrderStatusType, String)? in
            if case .set(let code) = patch { (type, code) } else { nil }
        }
        return (patch.past.map { ($0.type, $0.code) } + named).filter { book.status($0, code: $1) == nil }
            .map(unknownStatus)
    }

    /// The order that `patch` describes for the first time.
    ///
    /// A first registration raises `order.created` only, whatever statuses it brings (spec engagement.md).
    package static func create(
        _ patch: OrderPatch, id: Order.ID, customer: Customer.ID, _ facts: Facts
    ) throws(Faults) -> Outcome {
        var date = facts.now
        if case .set(let given) = patch.date { date = given }
        var order = Order(id: id, externalID: patch.externalID, customer: customer, date: date, createdAt: facts.now)
        order.reportedAt = patch.reportedAt
        order.metadata = patch.metadata.applied(to: nil)
        patch.fields.apply(to: &order.fields)
        order.lines = (patch.lines ?? []).map { description in
            var line = OrderLine(externalID: description.externalID)
            description.fields.apply(to: &line.fields)
            _ = applyCustom(description, to: &line, isNew: true, at: date, facts)
            return line
        }
        var outcome = Outcome(order: order)
        applyCustom(patch, to: &outcome, isNew: true, at: date, facts)
        outcome.changes.append(OrderChange(OrderChange.created, happenedAt: date))
        try record(past: patch.past, in: &outcome, facts)
        let latest = patch.past.map(\.at).max() ?? date
        try move(patch.statuses, in: &outcome, at: max(latest, date), facts)
        outcome.order.version = 1
        outcome.events = [Event(.orderCreated, customer: customer, order: id, version: 1, happenedAt: date)]
        return outcome
    }

    /// The order after `patch`, which describes all or a part of it.
    ///
    /// - Parameters:
    ///   - id: What the order is called from now on: another than before when the customer's bucket is another.
    ///   - customerNames: The external identifiers of the customer before and after, for history.
    package static func update(
        _ before: Order, _ patch: OrderPatch, id: Order.ID, customer: Customer.ID,
        customerNames: (before: String?, after: String?), _ facts: Facts
    ) throws(Faults) -> Outcome {
        let happenedAt = patch.reportedAt ?? facts.now
        var outcome = Outcome(order: before)
        outcome.order.id = id
        if customer != before.customer {
            outcome.order.customer = customer
            outcome.changes.append(
                OrderChange(
                    "client_external_id", from: customerNames.before, to: customerNames.after, happenedAt: happenedAt
                )
            )
        }
        if case .set(let date) = patch.date, date != before.date {
            outcome.order.date = date
            outcome.changes.append(
                OrderChange("date", from: before.date.rfc3339, to: date.rfc3339, happenedAt: happenedAt)
            )
        }
        try move(currentStatuses(patch), in: &outcome, at: happenedAt, facts)
        patch.fields.apply(to: &outcome.order.fields) { field, from, to in
            outcome.changes.append(OrderChange(field.path, from: from?.plain, to: to?.plain, happenedAt: happenedAt))
        }
        applyCustom(patch, to: &outcome, isNew: false, at: happenedAt, facts)
        if let lines = patch.lines { replace(lines, in: &outcome, at: happenedAt, facts) }
        let metadata = patch.metadata.applied(to: before.metadata)
        if metadata != before.metadata {
            outcome.order.metadata = metadata
            outcome.changes.append(
                OrderChange("metadata", from: before.metadata, to: metadata, happenedAt: happenedAt)
            )
        }
        if let reportedAt = patch.reportedAt { outcome.order.reportedAt = reportedAt }
        seal(&outcome, before: before, happenedAt: happenedAt, facts)
        return outcome
    }

    /// The order after its statuses moved, now or at the moment the shop names.
    package static func moveStatuses(
        _ before: Order, _ patch: StatusPatch, _ facts: Facts
    ) throws(Faults) -> Outcome {
        var outcome = Outcome(order: before)
        let happenedAt = patch.date ?? patch.reportedAt ?? facts.now
        try move(patch.statuses, in: &outcome, at: happenedAt, facts)
        if let reportedAt = patch.reportedAt { outcome.order.reportedAt = reportedAt }
        seal(&outcome, before: before, happenedAt: happenedAt, facts)
        return outcome
    }

    /// What a deletion leaves in history, and the event of it.
    package static func delete(_ before: Order, _ facts: Facts) -> Outcome {
        var outcome = Outcome(order: before)
        outcome.order.version += 1
        outcome.order.updatedAt = facts.now
        outcome.changes = [OrderChange(OrderChange.deleted, happenedAt: facts.now)]
        outcome.events = [
            Event(
                .orderDeleted, customer: before.customer, order: before.id, version: outcome.order.version,
                happenedAt: facts.now
            )
        ]
        return outcome
    }

    // MARK: Parts

    private static func move(
        _ statuses: [OrderStatusType: Patch<String>], in outcome: inout Outcome, at instant: Instant, _ facts: Facts
    ) throws(Faults) {
        var faults: [Fault] = []
        for type in OrderStatusType.allCases {
            guard let patch = statuses[type], patch != .keep else { continue }
            let from = facts.book.code(type, in: outcome.order.statuses)
            let to = patch.applied(to: from)
            guard from != to else { continue }
            var status: OrderStatus?
            if let to {
                status = facts.book.status(type, code: to)
                if status == nil {
                    faults.append(unknownStatus(type, code: to))
                    continue
                }
            }
            outcome.order.statuses[type] = status?.id
            outcome.changes.append(OrderChange(type.path, from: from, to: to, happenedAt: instant))
        }
        guard faults.isEmpty else { throw Faults(faults) }
    }

    /// Walks the order through statuses it was in before, oldest first; the last of each type stays.
    private static func record(past: [PastStatus], in outcome: inout Outcome, _ facts: Facts) throws(Faults) {
        for step in inOrder(past) {
            try move([step.type: .set(step.code)], in: &outcome, at: step.at, facts)
        }
    }

    /// The statuses that a description ends in.
    ///
    /// What an order went through is told once, when it is created: told again it would repeat history that is there.
    private static func currentStatuses(_ patch: OrderPatch) -> [OrderStatusType: Patch<String>] {
        var statuses: [OrderStatusType: Patch<String>] = [:]
        for step in inOrder(patch.past) { statuses[step.type] = .set(step.code) }
        return statuses.merging(patch.statuses) { _, given in given }
    }

    /// Oldest first; of steps at one moment, the one that was told first.
    private static func inOrder(_ past: [PastStatus]) -> [PastStatus] {
        past.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private static func replace(
        _ patches: [OrderLinePatch], in outcome: inout Outcome, at instant: Instant, _ facts: Facts
    ) {
        let before = Dictionary(
            outcome.order.lines.map { ($0.externalID, $0) }, uniquingKeysWith: { first, _ in first }
        )
        var after: [OrderLine] = []
        for patch in patches {
            var line = before[patch.externalID] ?? OrderLine(externalID: patch.externalID)
            let isNew = before[patch.externalID] == nil
            if isNew {
                outcome.changes.append(OrderChange("items[\(patch.externalID)]", to: "added", happenedAt: instant))
            }
            patch.fields.apply(to: &line.fields) { field, from, to in
                let name = "items[\(patch.externalID)].\(field.path)"
                outcome.changes.append(OrderChange(name, from: from?.plain, to: to?.plain, happenedAt: instant))
            }
            outcome.changes += applyCustom(patch, to: &line, isNew: isNew, at: instant, facts)
            after.append(line)
        }
        let kept = Set(patches.map(\.externalID))
        for line in outcome.order.lines where !kept.contains(line.externalID) {
            outcome.changes.append(
                OrderChange("items[\(line.externalID)]", from: removedText(line), to: "removed", happenedAt: instant)
            )
        }
        outcome.order.lines = after
    }

    /// What history says of a line that went.
    private static func removedText(_ line: OrderLine) -> String? {
        let product = line.fields.text(.product)
        guard let count = line.fields.quantity(.count) else { return product }
        return "\(count) × \(product ?? "?")"
    }

    /// Raises the version and the events, if anything changed (rule 3: else nothing does, `updated_at` included).
    private static func seal(_ outcome: inout Outcome, before: Order, happenedAt: Instant, _ facts: Facts) {
        // Lines in another order are another description, though no field of theirs changed.
        if outcome.changes.isEmpty, outcome.order.lines != before.lines {
            outcome.changes.append(OrderChange("items", to: "reordered", happenedAt: happenedAt))
        }
        guard !outcome.changes.isEmpty else {
            // That the shop still saw this state later is kept, so that what it saw between is stale.
            let reportedAt = outcome.order.reportedAt
            outcome.order = before
            outcome.order.reportedAt = reportedAt
            return
        }
        outcome.order.version = before.version + 1
        outcome.order.updatedAt = facts.now
        var events = [Event(.orderUpdated, for: outcome.order, happenedAt: happenedAt)]
        for type in OrderStatusType.allCases where outcome.order.statuses[type] != before.statuses[type] {
            let transition = StatusTransition(
                type: type, from: facts.book.code(type, in: before.statuses),
                to: facts.book.code(type, in: outcome.order.statuses)
            )
            events.append(
                Event(.orderStatusChanged, for: outcome.order, happenedAt: happenedAt, transition: transition)
            )
        }
        outcome.events = events
    }

    private static func unknownStatus(_ type: OrderStatusType, code: String) -> Fault {
        Fault(
            "/data/attributes/" + type.path.replacing(".", with: "/"), "unknown_status",
            "There is no \(type.rawValue) status with the code “\(code)”: add it under Settings → Order statuses."
        )
    }
}

extension Event {
    fileprivate init(_ kind: Kind, for order: Order, happenedAt: Instant, transition: StatusTransition? = nil) {
        self.init(
            kind, customer: order.customer, order: order.id, version: order.version, happenedAt: happenedAt,
            transition: transition
        )
    }
}
