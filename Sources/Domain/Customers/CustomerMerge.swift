/// That a customer became part of another one.
package struct CustomerMerge: Hashable, Sendable {
    package var mergedID: Customer.ID
    package var mergedExternalID: String
    package var ordersMoved: Int64
    package var happenedAt: Instant
    package var origin: Origin

    package init(
        mergedID: Customer.ID, mergedExternalID: String, ordersMoved: Int64, happenedAt: Instant, origin: Origin
    ) {
        (self.mergedID, self.mergedExternalID, self.ordersMoved) = (mergedID, mergedExternalID, ordersMoved)
        (self.happenedAt, self.origin) = (happenedAt, origin)
    }
}
