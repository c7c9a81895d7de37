import Domain

/// Why a call on receipts was refused; nothing was stored.
package enum ReceiptError: Error, Hashable, Sendable {
    case unknownReceipt(String)
    /// The receipt belongs to another order (spec orders.md, "link to a receipt").
    case linkedElsewhere(receipt: String, order: String)
    /// The receipt is of another customer than the order.
    case otherCustomer(receipt: String, order: String)
    /// The caller changes a version that is no longer the newest.
    case outdated(current: Int64)
}
