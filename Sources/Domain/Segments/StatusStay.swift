/// A status that an order was in, from when on and until when (spec segments.md, "status history").
package struct StatusStay: Hashable, Sendable {
    package var status: OrderStatus.ID
    package var from: Instant
    /// Nil while the order is in it.
    package var until: Instant?

    package init(_ status: OrderStatus.ID, from: Instant, until: Instant? = nil) {
        (self.status, self.from, self.until) = (status, from, until)
    }

    /// How long it lasted, or lasts by now; a stay that is told of before it begins has lasted no time.
    package func length(at now: Instant) -> Int64 { max(0, (until ?? now).milliseconds - from.milliseconds) }

    /// The stays that an order's history tells of, in the order of time.
    ///
    /// - Parameters:
    ///   - changes: The history, oldest first; changes of anything but statuses are passed over.
    ///   - book: Finds statuses by their codes.
    package static func stays(in changes: [OrderChange], _ book: StatusBook) -> [StatusStay] {
        var stays: [StatusStay] = []
        for type in OrderStatusType.allCases {
            // What happened earlier may have been told of later.
            let moves = changes.enumerated().filter { $0.element.field == type.path }
                .sorted { ($0.element.happenedAt, $0.offset) < ($1.element.happenedAt, $1.offset) }.map(\.element)
            for (index, move) in moves.enumerated() {
                guard let code = move.to, let status = book.status(type, code: code) else { continue }
                let until = index + 1 < moves.count ? moves[index + 1].happenedAt : nil
                stays.append(StatusStay(status.id, from: move.happenedAt, until: until))
            }
        }
        return stays.sorted { ($0.from, $0.status) < ($1.from, $1.status) }
    }
}
