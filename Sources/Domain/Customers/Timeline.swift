/// One row of a person's timeline: of the profile, of an order or of a receipt.
package struct TimelineRow: Hashable, Sendable {
    /// What a row is of, where it is not the profile.
    package struct Thing: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable { case order, receipt }

        package var kind: Kind
        package var externalID: String
        package var number: String?

        package init(kind: Kind, externalID: String, number: String?) {
            (self.kind, self.externalID, self.number) = (kind, externalID, number)
        }
    }

    package var cursor: TimelineCursor
    package var change: RecordedChange
    /// Nil for the profile.
    package var thing: Thing?

    package init(cursor: TimelineCursor, change: RecordedChange, thing: Thing?) {
        (self.cursor, self.change, self.thing) = (cursor, change, thing)
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
