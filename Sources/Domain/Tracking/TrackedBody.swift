/// A body of messages as it came, until they are filed.
package struct TrackedBody: Hashable, Sendable {
    /// Rises with the time of coming.
    package var id: Int64
    package var source: EventSource.ID
    package var door: TrackedDoor
    package var receivedAt: Instant
    /// How many of its messages are filed.
    package var done: Int
    package var text: String
    /// Bytes of the text as it came.
    package var size: Int

    package init(
        id: Int64, source: EventSource.ID, door: TrackedDoor, receivedAt: Instant, done: Int = 0, text: String,
        size: Int? = nil
    ) {
        (self.id, self.source, self.door, self.receivedAt) = (id, source, door, receivedAt)
        (self.done, self.text, self.size) = (done, text, size ?? text.utf8.count)
    }
}

/// Which of somebody's events are asked for; nil asks for all.
package struct TrackedEventQuery: Hashable, Sendable {
    package var name: String?
    package var source: EventSource.ID?
    /// From this moment on.
    package var from: Instant?
    /// Before this moment.
    package var to: Instant?

    package init(name: String? = nil, source: EventSource.ID? = nil, from: Instant? = nil, to: Instant? = nil) {
        (self.name, self.source, self.from, self.to) = (name, source, from, to)
    }
}

/// A place among somebody's events: the one that comes before what is asked for.
package struct TrackedEventCursor: Hashable, Sendable {
    package var happenedAt: Instant
    package var id: TrackedEvent.ID

    package init(_ event: TrackedEvent) { (happenedAt, id) = (event.happenedAt, event.id) }

    /// The same place as in a timeline, where events stand among other things; no two of anything have one identifier.
    package init(_ cursor: TimelineCursor) {
        (happenedAt, id) = (cursor.happenedAt, TrackedEvent.ID(rawValue: cursor.source))
    }

    package var text: String { "\(happenedAt.milliseconds).\(id.rawValue)" }

    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard parts.count == 2 else { return nil }
        (happenedAt, id) = (Instant(milliseconds: parts[0]), TrackedEvent.ID(rawValue: parts[1]))
    }
}
