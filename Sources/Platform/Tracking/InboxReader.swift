import Database
import Domain
import Storage

/// A part of a body's messages, to be filed in one transaction.
struct InboxPart: Sendable {
    /// Its `done` says how many of its messages are filed by then.
    var body: TrackedBody
    var messages: ArraySlice<Result<TrackedMessage, TrackedRefusal>>
    /// Whether the body is filed with it.
    var isLast: Bool
    /// Nil keeps it from being filed: the source was deleted since.
    var source: EventSource?

    /// What it costs to file, in messages; a body without any is removed all the same.
    var size: Int { max(1, messages.count) }

    /// Where the body is once it is filed.
    var end: Int { body.done + messages.count }

    /// The first so many messages, and the others.
    func split(after count: Int) -> (InboxPart, InboxPart) {
        var (first, second) = (self, self)
        (first.messages, first.isLast) = (messages.prefix(count), false)
        second.messages = messages.dropFirst(count)
        second.body.done += first.messages.count
        return (first, second)
    }
}

/// Reads bodies that wait to be filed, in their order, ahead of who files them.
actor InboxReader {
    private let tracking: TrackingService
    /// Parts that were read and not yet asked for.
    private var parts: [InboxPart] = []
    /// The last body that was read.
    private var last: Int64 = 0
    /// Bodies of one look, so that they are about as many bytes, small or large.
    private var limit = 8

    private static let bytes = 1 << 20
    private static let limits = 4...512

    init(_ tracking: TrackingService) { self.tracking = tracking }

    /// The next messages: so many, or all that wait behind those that were read.
    func next(_ count: Int) throws -> [InboxPart] {
        var (next, room) = ([InboxPart](), count)
        while room > 0 {
            if parts.isEmpty { try read() }
            guard !parts.isEmpty else { break }
            var part = parts.removeFirst()
            if part.size > room {
                let (first, rest) = part.split(after: room)
                part = first
                parts.insert(rest, at: 0)
            }
            room -= part.size
            next.append(part)
        }
        return next
    }

    /// Begins anew with the oldest body that waits: one may have come to stand before those that were read.
    func restart() { (parts, last) = ([], 0) }

    private func read() throws {
        let bodies = try tracking.engine.read { tx in
            try tracking.writer.inbox.oldest(after: last, limit: limit, tx)
        }
        guard let newest = bodies.last else { return }
        last = newest.id
        let bytes = bodies.reduce(0) { $0 + $1.size }
        limit = bytes < Self.bytes ? min(limit * 2, Self.limits.upperBound) : max(limit / 2, Self.limits.lowerBound)
        let (reference, book) = (tracking.references.current, tracking.book)
        parts = bodies.map { body in
            let reading = TrackedReading(
                receivedAt: body.receivedAt, context: reference.reading, statuses: reference.book
            )
            let messages = body.door.messages(in: body.text, reading).dropFirst(body.done)
            var part = InboxPart(
                body: body, messages: messages, isLast: true, source: book[body.source]
            )
            // It would be held for nothing.
            part.body.text = ""
            return part
        }
    }
}
