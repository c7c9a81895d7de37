/// A status as a shop system has it, such as its financial status `paid`.
package struct ShopStatus: Hashable, Sendable {
    /// What of the order it is about, in the shop's own terms.
    package enum Group: String, CaseIterable, Hashable, Sendable {
        case order, financial, fulfillment, shipment, status, payment

        /// The type of status it becomes here.
        package var type: OrderStatusType {
            switch self {
            case .order, .status: .general
            case .financial, .payment: .payment
            case .fulfillment, .shipment: .delivery
            }
        }
    }

    package var group: Group
    package var word: String

    package init(_ group: Group, _ word: String) { (self.group, self.word) = (group, word) }

    /// The name of the row in the connection's table: `financial:paid`.
    package var key: String { "\(group.rawValue):\(word)" }
}

/// What a shop's status becomes unless the connection says otherwise.
package struct UsualStatus: Hashable, Sendable {
    package var source: ShopStatus
    /// The code here; empty for no status.
    package var code: String
    /// What the status is made as, where the project has none with this code.
    package var name: String
    package var color: StatusColor
    package var includeInAnalytics: Bool
}

extension ShopConnection.Kind {
    /// The statuses that the shop system has of its own; plug-ins add others, which keep their names.
    package var statuses: [UsualStatus] {
        switch self {
        case .shopify: Self.shopifyStatuses
        case .woocommerce: Self.wooStatuses
        }
    }

    private static let shopifyStatuses = [
        usual(.order, "open", "accepted", "Accepted", .blue),
        usual(.order, "closed", "completed", "Completed", .green, counts: true),
        usual(.order, "cancelled", "cancelled", "Cancelled", .red),
        usual(.financial, "pending", "awaiting_payment", "Awaiting payment", .amber),
        usual(.financial, "authorized", "awaiting_payment", "Awaiting payment", .amber),
        usual(.financial, "partially_paid", "awaiting_payment", "Awaiting payment", .amber),
        usual(.financial, "paid", "paid", "Paid", .green, counts: true),
        usual(.financial, "partially_refunded", "partially_refunded", "Partially refunded", .orange, counts: true),
        usual(.financial, "refunded", "refunded", "Refunded", .red),
        usual(.financial, "voided", "voided", "Voided", .grey),
        usual(.fulfillment, "unfulfilled", "", "", .grey),
        usual(.fulfillment, "partial", "partially_shipped", "Partially shipped", .amber),
        usual(.fulfillment, "fulfilled", "shipped", "Shipped", .blue),
        usual(.fulfillment, "restocked", "returned", "Returned", .grey),
        usual(.shipment, "ready_for_pickup", "at_pickup_point", "At pickup point", .violet),
        usual(.shipment, "delivered", "delivered", "Delivered", .green, counts: true),
    ]

    private static let wooStatuses = [
        usual(.status, "checkout-draft", "accepted", "Accepted", .blue),
        usual(.status, "pending", "accepted", "Accepted", .blue),
        usual(.status, "on-hold", "accepted", "Accepted", .blue),
        usual(.status, "processing", "in_progress", "In progress", .amber),
        usual(.status, "completed", "completed", "Completed", .green, counts: true),
        usual(.status, "cancelled", "cancelled", "Cancelled", .red),
        usual(.status, "refunded", "cancelled", "Cancelled", .red),
        usual(.status, "failed", "cancelled", "Cancelled", .red),
        usual(.payment, "unpaid", "awaiting_payment", "Awaiting payment", .amber),
        usual(.payment, "paid", "paid", "Paid", .green, counts: true),
        usual(.payment, "partially_refunded", "partially_refunded", "Partially refunded", .orange, counts: true),
        usual(.payment, "refunded", "refunded", "Refunded", .red),
        usual(.payment, "failed", "failed", "Failed", .red),
    ]

    private static func usual(
        _ group: ShopStatus.Group, _ word: String, _ code: String, _ name: String, _ color: StatusColor,
        counts: Bool = false
    ) -> UsualStatus {
        UsualStatus(
            source: ShopStatus(group, word), code: code, name: name, color: color, includeInAnalytics: counts
        )
    }
}
