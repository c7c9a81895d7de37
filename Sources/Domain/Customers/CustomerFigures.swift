/// What a customer's included orders add up to (spec orders.md, "Included orders"); kept current at each write.
package struct CustomerFigures: Hashable, Sendable {
    package var orderCount: Int64 = 0
    package var total = Money.zero
    package var items = Quantity.zero
    package var firstDate: Instant?
    package var lastDate: Instant?

    package init() {}

    /// Mean order value, cut to a ten-thousandth; no value, not zero, without orders.
    package var average: Money? {
        orderCount == 0 ? nil : Money(tenThousandths: total.tenThousandths / orderCount)
    }

    /// What one order adds to its customer's figures; nil when it does not count.
    package struct Share: Hashable, Sendable {
        package var value: Money
        package var items: Quantity
        package var date: Instant

        package init?(of order: Order, book: StatusBook) {
            guard book.includes(order.statuses) else { return nil }
            (value, items, date) = (order.value, order.itemCount, order.date)
        }
    }

    /// How two shares of one order differ, and so what to write.
    package enum Step: Hashable, Sendable {
        case nothing
        /// Sums move, and the dates widen to hold `date`.
        case add(orders: Int64, value: Int64, items: Int64, date: Instant)
        /// The first or last date may have gone: recompute from the orders.
        case recompute
    }

    /// What the move of one order's share from `before` to `after` does to its customer's figures.
    package static func step(from before: Share?, to after: Share?) -> Step {
        guard before != after else { return .nothing }
        guard let before else {
            guard let after else { return .nothing }
            return .add(
                orders: 1, value: after.value.tenThousandths, items: after.items.millionths, date: after.date
            )
        }
        guard let after, after.date == before.date else { return .recompute }
        return .add(
            orders: 0, value: after.value.tenThousandths &- before.value.tenThousandths,
            items: after.items.millionths &- before.items.millionths, date: after.date
        )
    }
}
