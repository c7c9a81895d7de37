/// One row of a person's timeline: a change of the profile, of an order or of a receipt, or what they did.
package struct TimelineRow: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case change(RecordedChange)
        case event(TrackedEvent)
    }

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
    package var content: Content
    /// Nil for the profile, and for what they did.
    package var thing: Thing?

    package init(cursor: TimelineCursor, change: RecordedChange, thing: Thing?) {
        (self.cursor, content, self.thing) = (cursor, .change(change), thing)
    }

    package init(_ event: TrackedEvent) {
        cursor = TimelineCursor(happenedAt: event.happenedAt, source: event.id.rawValue, seq: 0)
        content = .event(event)
    }

    /// Nil for what they did.
    package var change: RecordedChange? { if case .change(let change) = content { change } else { nil } }

    package var event: TrackedEvent? { if case .event(let event) = content { event } else { nil } }
}

/// A place in a person's timeline: the row that comes before what is asked for.
package struct TimelineCursor: Hashable, Comparable, Sendable {
    package var happenedAt: Instant
    package var source: Int64
    package var seq: Int64

    package init(happenedAt: Instant, source: Int64, seq: Int64) {
        (self.happenedAt, self.source, self.seq) = (happenedAt, source, seq)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.happenedAt, left.source, left.seq) < (right.happenedAt, right.source, right.seq)
    }

    package var text: String { "\(happenedAt.milliseconds).\(source).\(seq)" }

    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard parts.count == 3 else { return nil }
        self.init(happenedAt: Instant(milliseconds: parts[0]), source: parts[1], seq: parts[2])
    }
}
