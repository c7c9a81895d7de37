/// Something that a customer or a visitor did, or that happened to them, as it is kept.
///
/// Not to be confused with `Event`, which tells of what changed in our own data.
package struct TrackedEvent: Hashable, Sendable {
    package typealias ID = Identifier<TrackedEvent>

    /// In the bucket of its owner; rises with the time of coming.
    package var id: ID
    package var owner: TrackedOwner
    package var call: TrackedEventCall
    package var source: EventSource.ID?
    package var session: String?
    package var page: TrackedPage?
    package var happenedAt: Instant
    package var arrivedAt: Instant

    package init(
        id: ID, owner: TrackedOwner, _ call: TrackedEventCall, source: EventSource.ID?, session: String? = nil,
        page: TrackedPage? = nil, happenedAt: Instant, arrivedAt: Instant
    ) {
        (self.id, self.owner, self.call, self.source) = (id, owner, call, source)
        (self.session, self.page) = (session, page)
        (self.happenedAt, self.arrivedAt) = (happenedAt, arrivedAt)
    }
}
