import Domain
import Foundation

/// Chance that is the same in every run.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    // Not by the step below: seeds that follow each other would go the same way, one step apart.
    init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d }

    mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func happens(_ part: Int, in whole: Int = 10) -> Bool { below(whole) < part }
}

/// A made-up shop: its fields, statuses and products, and chance that makes its customers, orders and receipts.
struct World {
    var chance: Chance
    var fields: FieldBook
    var statuses: StatusBook
    var calendar: ShopCalendar
    var registry: ConditionRegistry
    var now: Instant
    /// Whether moments are made within a few days of now, where most flips are.
    var isNear = false
    private var lastID: Int64 = 0

    static let zones = ["Europe/Lisbon", "America/Sao_Paulo", "UTC", "Asia/Kathmandu", "America/New_York"]
    /// Days on which something is odd: clocks change, or the calendar has one day more.
    static let moments = [
        "2026-11-21T12:00:00Z", "2026-03-29T00:30:00Z", "2028-02-29T23:59:59Z", "2018-11-04T03:30:00Z",
        "2027-02-28T12:00:00Z", "2026-12-31T23:00:00Z",
    ]

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        calendar = ShopCalendar(zone: TimeZone(identifier: chance.one(of: Self.zones)) ?? .gmt)
        now = Instant(parsing: chance.one(of: Self.moments), zone: .gmt) ?? Instant(milliseconds: 0)
        var id: Int64 = 0
        fields = FieldBook(
            custom: FieldObject.allCases.flatMap { object in
                CustomFieldType.allCases.map { type in
                    id += 1
                    var field = CustomField(
                        id: .init(rawValue: id), object: object, code: "own_\(type.rawValue)", name: "Own", type: type)
                    if type.hasChoices { field.choices = ["red", "green", "blue"] }
                    return field
                }
            })
        registry = ConditionRegistry(fields).with(contexts: Self.contexts)
        let codes = ["new", "done", "gone"]
        statuses = StatusBook(
            statuses: OrderStatusType.allCases.enumerated().flatMap { index, type in
                codes.enumerated().map { place, code in
                    OrderStatus(
                        id: .init(rawValue: Int64(index * 10 + place + 1)), type: type, code: code, name: code,
                        includeInAnalytics: place == 1)
                }
            }, rule: chance.one(of: InclusionRule.allCases))
    }

    mutating func newID() -> Int64 {
        // Not in the order of time, so that ties are decided by identifiers and by nothing else.
        lastID += 1
        return lastID * 7919 % 100_003
    }

    static let words = [
        "Porto", "porto", "Braga", "Évora", "ÉVORA", "E\u{301}vora", "12", "007", "7", "straße", "STRASSE", "x", "50%",
        "a_b", #"c\d"#, "O'Neil, Ann", "T-100200", "t-100200", "A0070001", "É70000", "é70000",
    ]

    mutating func text() -> String { chance.one(of: Self.words) }

    /// Amounts that are often equal, sometimes negative, and sometimes fine.
    mutating func money() -> Money {
        Money(tenThousandths: Int64(chance.below(12) - 2) * 2500 + (chance.happens(1) ? 1 : 0))
    }

    mutating func quantity() -> Quantity {
        Quantity(millionths: Int64(chance.below(5)) * (chance.happens(2) ? 250_000 : 1_000_000))
    }

    /// A moment near now or near a bound of a window, and sometimes years away or to come.
    mutating func moment() -> Instant {
        let day: Int64 = 86_400_000
        if isNear, chance.happens(8) {
            return Instant(milliseconds: now.milliseconds + Int64(chance.next() % UInt64(6 * day)) - 3 * day)
        }
        if chance.happens(2) {
            let back = calendar.day(of: now).adding(
                Int64(chance.below(9) - 6), chance.one(of: [.day, .week, .month, .year]))
            return Instant(milliseconds: calendar.start(of: back).milliseconds + Int64(chance.below(3) - 1))
        }
        let reach: Int64 = chance.one(of: [3_600_000, day, 10 * day, 100 * day, 3000 * day])
        let moment = now.milliseconds + Int64(chance.next() % UInt64(reach)) - (chance.happens(8) ? reach : reach / 2)
        return Instant(milliseconds: chance.happens(2) ? moment / 1000 * 1000 : moment)
    }

    mutating func day() -> CalendarDay { calendar.day(of: moment()) }
}

extension World {
    mutating func value(_ type: CustomFieldType) -> CustomValue {
        switch type {
        case .string, .text, .url: .text(text())
        case .integer: .integer(Int64(chance.below(8) - 2))
        case .decimal: .decimal(quantity())
        case .boolean: .boolean(chance.happens(5))
        case .date: .day(day().number * CalendarDay.length)
        case .datetime: .instant(moment())
        case .time: .time(Int64(chance.below(24)) * 3600)
        case .choice: .text(chance.one(of: ["red", "green"]))
        case .choices: .choices(chance.happens(5) ? ["red", "blue"] : ["green"])
        }
    }

    mutating func custom(_ object: FieldObject) -> CustomValues {
        var values = CustomValues()
        for field in fields.custom(object) where chance.happens(2) { values[field] = value(field.type) }
        return values
    }

    mutating func fields<Field: SystemField>(_: Field.Type, often: Int = 3) -> FieldValues<Field> {
        var values = FieldValues<Field>()
        for field in Field.allCases where chance.happens(often) {
            switch field.type {
            case .money: values[field] = .money(money())
            case .quantity: values[field] = .quantity(quantity())
            case .instant: values[field] = .instant(moment())
            case .day: values[field] = .text(day().text)
            case .choice(let choices): values[field] = .text(chance.one(of: choices))
            case .list: values[field] = .text(chance.happens(5) ? "\(text()), \(text())" : text())
            default: values[field] = .text(text())
            }
        }
        return values
    }

    mutating func customer() -> Customer {
        let id = newID()
        var customer = Customer(id: .init(rawValue: id), externalID: String(id), createdAt: now)
        customer.fields = fields(CustomerField.self)
        customer.custom = custom(.customer)
        return customer
    }

    mutating func product(_ index: Int) -> Product {
        var product = Product(id: .init(rawValue: Int64(index)), externalID: Self.products[index], createdAt: now)
        product.fields = fields(ProductField.self, often: 5)
        product.custom = custom(.product)
        return product
    }

    /// What lines name; the last of them the catalogue has not.
    static let products = ["1", "2", "tea", "Tea", "cup", "99"]

    mutating func lineFields() -> FieldValues<LineField> {
        var values = fields(LineField.self)
        if chance.happens(8) { values[.product] = .text(chance.one(of: Self.products)) }
        return values
    }

    mutating func order(_ customer: Customer.ID) -> Order {
        let id = newID()
        var order = Order(
            id: .init(rawValue: id), externalID: String(id), customer: customer, date: moment(), createdAt: now)
        change(&order)
        return order
    }

    /// Describes an order anew.
    mutating func change(_ order: inout Order) {
        if chance.happens(3) { order.date = moment() }
        order.fields = fields(OrderField.self, often: 2)
        if chance.happens(6) { order.fields[.itemsSum] = .money(money()) }
        order.custom = custom(.order)
        for type in OrderStatusType.allCases {
            order.statuses[type] = chance.happens(7) ? chance.one(of: statuses.statuses(of: type)).id : nil
        }
        order.lines = (0..<chance.below(4)).map { index in
            var line = OrderLine(externalID: String(index))
            line.fields = lineFields()
            line.custom = custom(.orderLine)
            return line
        }
    }

    mutating func stays() -> [StatusStay] {
        (0..<chance.below(4)).map { _ in
            let from = moment()
            let until = Instant(milliseconds: from.milliseconds + Int64(chance.below(5)) * 43_200_000)
            return StatusStay(chance.one(of: statuses.statuses).id, from: from, until: chance.happens(6) ? until : nil)
        }
    }

    mutating func receipt(_ customer: Customer.ID) -> Receipt {
        let id = newID()
        var receipt = Receipt(
            id: .init(rawValue: id), externalID: String(id), customer: customer, date: moment(), createdAt: now)
        receipt.fields = fields(ReceiptField.self)
        receipt.custom = custom(.receipt)
        receipt.lines = (0..<chance.below(3)).map { index in
            var line = ReceiptLine(externalID: String(index))
            line.fields = fields(ReceiptLineField.self)
            if chance.happens(8) { line.fields[.product] = .text(chance.one(of: Self.products)) }
            line.custom = custom(.receiptLine)
            return line
        }
        return receipt
    }
}
