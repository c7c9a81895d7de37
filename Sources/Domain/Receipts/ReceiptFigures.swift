/// What a customer's receipts add up to; kept current at each write.
package struct ReceiptFigures: Hashable, Sendable {
    package var count: Int64 = 0
    package var total = Money.zero
    package var firstDate: Instant?
    package var lastDate: Instant?

    package init() {}

    /// Mean value, cut to a ten-thousandth; no value, not zero, without receipts.
    package var average: Money? {
        count == 0 ? nil : Money(tenThousandths: total.tenThousandths / count)
    }

    /// What one receipt adds to its customer's figures.
    package struct Share: Hashable, Sendable {
        package var value: Money
        package var date: Instant

        package init(of receipt: Receipt) { (value, date) = (receipt.value, receipt.date) }
    }

    /// How two shares of one receipt differ, and so what to write.
    package enum Step: Hashable, Sendable {
        case nothing
        /// Sums move, and the dates widen to hold `date`.
        case add(receipts: Int64, value: Int64, date: Instant)
        /// The first or last date may have gone: recompute from the receipts.
        case recompute
    }

    /// What the move of one receipt's share from `before` to `after` does to its customer's figures.
    package static func step(from before: Share?, to after: Share?) -> Step {
        guard before != after else { return .nothing }
        guard let after else { return .recompute }
        guard let before else { return .add(receipts: 1, value: after.value.tenThousandths, date: after.date) }
        guard after.date == before.date else { return .recompute }
        return .add(
            receipts: 0, value: after.value.tenThousandths &- before.value.tenThousandths, date: after.date
        )
    }
}
