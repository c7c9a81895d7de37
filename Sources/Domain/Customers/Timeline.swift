/// One row of a person's timeline: of the profile, or of an order.
package struct TimelineRow: Hashable, Sendable {
    /// The order that a row is of.
    package struct Order: Hashable, Sendable {
        package var externalID: String
        package var number: String?

        package init(externalID: String, number: String?) { (self.externalID, self.number) = (externalID, number) }
    }

    package var cursor: TimelineCursor
    package var change: RecordedChange
    /// Nil for the profile.
    package var order: Order?

    package init(cursor: TimelineCursor, change: RecordedChange, order: Order?) {
        (self.cursor, self.change, self.order) = (cursor, change, order)
    }
}

/// A place in a person's timeline: the row that comes before what is asked for.
package struct TimelineCursor: Hashable, Sendable {
    package var happenedAt: Instant
    package var source: Int64
    package var seq: Int64

    package init(happenedAt: Instant, source: Int64, seq: Int64) {
        (self.happenedAt, self.source, self.seq) = (happenedAt, source, seq)
    }

    package var text: String { "\(happenedAt.milliseconds).\(source).\(seq)" }

    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard parts.count == 3 else { return nil }
        self.init(happenedAt: Instant(milliseconds: parts[0]), source: parts[1], seq: parts[2])
    }
}
