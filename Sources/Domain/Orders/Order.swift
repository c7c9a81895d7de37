/// An order as it stands now (spec orders.md, "Order").
package struct Order: Hashable, Sendable {
    package typealias ID = Identifier<Order>

    package var id: ID
    package var externalID: String
    package var customer: Customer.ID
    package var date: Instant
    package var statuses = OrderStatuses()
    package var fields = FieldValues<OrderField>()
    package var custom = CustomValues()
    package var lines: [OrderLine] = []
    /// A JSON object as the shop wrote it; nil when there is none.
    package var metadata: String?
    /// 1 for a new order, one more with each change.
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant
    /// When the shop saw the state that is stored, where it said so.
    package var reportedAt: Instant?

    package init(id: ID, externalID: String, customer: Customer.ID, date: Instant, createdAt: Instant) {
        self.id = id
        self.externalID = externalID
        self.customer = customer
        self.date = date
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    /// Whether the shop saw what is stored later than a state that it reports; unknown moments are as late as any.
    package func isLater(than reported: Instant?) -> Bool {
        guard let reported, let reportedAt else { return false }
        return reported < reportedAt
    }

    /// What the order is worth: its value, else the sum of its lines, else what was paid, else nothing.
    package var value: Money {
        if let sum = fields.money(.itemsSum) { return sum }
        let sums = lines.compactMap { $0.fields.money(.sum)?.tenThousandths }
        if !sums.isEmpty { return Money(tenThousandths: Self.sum(sums, places: FixedPoint.moneyPlaces)) }
        return fields.money(.paymentTotal) ?? .zero
    }

    /// How many items the order holds: what the shop says, else the sum of its lines' quantities.
    package var itemCount: Quantity {
        if let count = fields.quantity(.itemsCount) { return count }
        let counts = lines.compactMap { $0.fields.quantity(.count)?.millionths }
        return Quantity(millionths: Self.sum(counts, places: FixedPoint.quantityPlaces))
    }

    /// The sum, cut to the largest amount there is: a thousand lines of the largest fit 64 bits, a customer's orders of
    /// such sums would not.
    private static func sum(_ counts: [Int64], places: Int) -> Int64 {
        let largest = FixedPoint.largest(places: places)
        return min(max(counts.reduce(0, +), -largest), largest)
    }
}

/// One product of an order.
///
/// It keeps its identity, by `externalID`, while the order is described anew.
package struct OrderLine: Hashable, Sendable {
    package var externalID: String
    package var fields = FieldValues<LineField>()
    package var custom = CustomValues()

    package init(externalID: String) { self.externalID = externalID }
}

/// The at most three statuses an order is in, one of each type.
package struct OrderStatuses: Hashable, Sendable {
    private var general: OrderStatus.ID?
    private var delivery: OrderStatus.ID?
    private var payment: OrderStatus.ID?

    package init(general: OrderStatus.ID? = nil, delivery: OrderStatus.ID? = nil, payment: OrderStatus.ID? = nil) {
        (self.general, self.delivery, self.payment) = (general, delivery, payment)
    }

    package subscript(type: OrderStatusType) -> OrderStatus.ID? {
        get {
            switch type {
            case .general: general
            case .delivery: delivery
            case .payment: payment
            }
        }
        set {
            switch type {
            case .general: general = newValue
            case .delivery: delivery = newValue
            case .payment: payment = newValue
            }
        }
    }
}
