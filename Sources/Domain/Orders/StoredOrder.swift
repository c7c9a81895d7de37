/// An order with what a page or an answer shows of its customer.
package struct StoredOrder: Hashable, Sendable {
    package var order: Order
    /// Empty once the customer was erased.
    package var customerExternalID: String
    /// First and last name, where known.
    package var customerName: String?

    package init(order: Order, customerExternalID: String, customerName: String? = nil) {
        (self.order, self.customerExternalID, self.customerName) = (order, customerExternalID, customerName)
    }

    /// Whether the customer was erased; the order stands for itself then.
    package var isOfErased: Bool { customerExternalID.isEmpty }
}

/// A row of an order's history with where it came from.
package struct RecordedChange: Hashable, Sendable {
    package var change: OrderChange
    package var version: Int64
    package var arrivedAt: Instant
    package var origin: Origin

    package init(change: OrderChange, version: Int64, arrivedAt: Instant, origin: Origin) {
        (self.change, self.version, self.arrivedAt, self.origin) = (change, version, arrivedAt, origin)
    }
}
