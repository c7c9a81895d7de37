import Domain
import Foundation

extension ConditionContext {
    /// A shop with three statuses, a few fields of its own and one segment.
    static func sample(zone: String = "Europe/Lisbon") -> ConditionContext {
        let statuses = [
            OrderStatus(id: .init(rawValue: 1), type: .general, code: "new", name: "New"),
            OrderStatus(
                id: .init(rawValue: 2), type: .general, code: "completed", name: "Completed", includeInAnalytics: true),
            OrderStatus(id: .init(rawValue: 3), type: .payment, code: "paid", name: "Paid"),
        ]
        func field(_ id: Int64, _ object: FieldObject, _ code: String, _ type: CustomFieldType) -> CustomField {
            CustomField(id: .init(rawValue: id), object: object, code: code, name: code.capitalized, type: type)
        }
        var tier = field(1, .customer, "tier", .choice)
        tier.choices = ["gold", "silver"]
        let fields = [
            tier, field(2, .order, "gift", .boolean), field(3, .order, "pickup_at", .time),
            field(4, .orderLine, "size", .integer), field(5, .product, "material", .string),
        ]
        return ConditionContext(
            registry: ConditionRegistry(FieldBook(custom: fields)), statuses: StatusBook(statuses: statuses),
            calendar: ShopCalendar(zone: TimeZone(identifier: zone) ?? .gmt), knowsSegment: { $0 == "vip" }
        )
    }
}

extension Condition {
    /// The faults of a tree, as `pointer code`.
    static func faults(_ text: String) throws -> [String] {
        do {
            _ = try Condition.parse(text, .sample())
            return []
        } catch let faults as Faults {
            return faults.all.map { "\($0.pointer) \($0.code)" }
        }
    }
}
