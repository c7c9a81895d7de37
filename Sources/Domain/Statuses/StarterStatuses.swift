/// The set of statuses that a new project is offered (spec orders.md, "Order statuses").
package enum StarterStatuses {
    package struct Entry: Sendable {
        package let type: OrderStatusType
        package let code: String
        package let name: String
        package let color: StatusColor
        package let includeInAnalytics: Bool
    }

    package static let all: [Entry] = [
        entry(.general, "accepted", "Accepted", .blue),
        entry(.general, "confirmed", "Confirmed", .indigo),
        entry(.general, "in_progress", "In progress", .amber),
        entry(.general, "completed", "Completed", .green, counts: true),
        entry(.general, "cancelled", "Cancelled", .red),
        entry(.delivery, "assembling", "Assembling", .amber),
        entry(.delivery, "shipped", "Shipped", .blue),
        entry(.delivery, "at_pickup_point", "At pickup point", .violet),
        entry(.delivery, "delivered", "Delivered", .green, counts: true),
        entry(.payment, "invoice_issued", "Invoice issued", .blue),
        entry(.payment, "awaiting_payment", "Awaiting payment", .amber),
        entry(.payment, "paid", "Paid", .green, counts: true),
        entry(.payment, "refunded", "Refunded", .red),
    ]

    private static func entry(
        _ type: OrderStatusType, _ code: String, _ name: String, _ color: StatusColor, counts: Bool = false
    ) -> Entry {
        Entry(type: type, code: code, name: name, color: color, includeInAnalytics: counts)
    }
}
