/// What a shop says of an order: all of it, or a part (spec orders.md, rules 1 to 6).
package struct OrderPatch: SalePatch {
    package var externalID: String
    package var customerExternalID: Patch<String> = .keep
    package var date: Patch<Instant> = .keep
    package var statuses: [OrderStatusType: Patch<String>] = [:]
    package var fields = FieldPatch<OrderField>()
    package var custom = CustomPatch()
    /// Replaces the set of lines; nil leaves it.
    package var lines: [OrderLinePatch]?
    package var metadata: Patch<String> = .keep
    /// When the shop saw this state; a later one already stored wins.
    package var reportedAt: Instant?
    /// Statuses that the order was in before, for imports of history.
    package var past: [PastStatus] = []

    package init(externalID: String) { self.externalID = externalID }
}

/// A status that an order reached at some moment in the past.
package struct PastStatus: Hashable, Sendable {
    package var type: OrderStatusType
    package var code: String
    package var at: Instant

    package init(type: OrderStatusType, code: String, at: Instant) {
        (self.type, self.code, self.at) = (type, code, at)
    }
}

/// New statuses of an order, and when they came about (spec orders.md, "update status").
package struct StatusPatch: Hashable, Sendable {
    package var statuses: [OrderStatusType: Patch<String>] = [:]
    package var date: Instant?
    /// When the shop saw this state; a later one already stored wins.
    package var reportedAt: Instant?

    package init(
        statuses: [OrderStatusType: Patch<String>] = [:], date: Instant? = nil, reportedAt: Instant? = nil
    ) {
        (self.statuses, self.date, self.reportedAt) = (statuses, date, reportedAt)
    }
}
