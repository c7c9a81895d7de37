import Domain

/// What made-up customers do, and have in their containers.
extension World {
    /// What trees ask of events' contexts.
    static let contexts: Set<ConditionField> = {
        let paths = ["color", "utm.source", "sizes", "items.sku", "price", "items.price"]
        let texts = paths.compactMap { ConditionField(context: "context.\($0)") }
        return Set(texts + texts.map(\.measurable))
    }()

    static let sources = ["online_store", "app"]

    mutating func event(_ customer: Customer.ID) -> EventRecord {
        // Within the customer's bucket, so that merges are told apart; moments are often the same.
        let date = chance.happens(3) ? now.adding(seconds: -3600) : moment()
        return EventRecord(
            id: .init(rawValue: newID() << 12 | customer.rawValue & 4095), customer: customer,
            name: chance.one(of: ["product_viewed", "page_viewed", "tea", "Porto"]),
            kind: chance.one(of: EventName.Kind.allCases),
            subject: chance.happens(5) ? chance.one(of: Self.products) : nil,
            source: chance.happens(6) ? chance.one(of: Self.sources) : nil, date: date,
            context: chance.happens(8) ? context() : nil)
    }

    /// Contexts as sites send them: numbers and texts of one thing, lists, objects where a text was, nothing.
    private mutating func context() -> String {
        if chance.happens(1) { return chance.one(of: ["null", "[]", "{}", "7", #"[{"color":"Porto"},{"color":12}]"#]) }
        var writer = JSONWriter()
        writer.object { writer in
            for key in ["color", "sizes", "price"] where chance.happens(7) {
                writer.key(key)
                value(&writer, depth: 0)
            }
            if chance.happens(6) { writer.object("utm") { $0.field("source", text()) } }
            if chance.happens(6) {
                writer.key("items")
                writer.array { writer in
                    for _ in 0..<chance.below(3) {
                        writer.object { writer in
                            writer.key("sku")
                            value(&writer, depth: 1)
                            writer.key("price")
                            value(&writer, depth: 1)
                        }
                    }
                }
            }
        }
        return writer.text
    }

    private mutating func value(_ writer: inout JSONWriter, depth: Int) {
        switch chance.below(12) {
        case 0: writer.null()
        case 1: writer.value(chance.happens(5))
        case 2: writer.raw(chance.one(of: Self.numbers))
        case 3, 4: writer.raw(String(chance.below(8) - 2))
        case 5: writer.raw(FixedPoint.text(quantity().millionths, places: 6))
        case 6 where depth < 3:
            writer.array { writer in for _ in 0..<chance.below(3) { value(&writer, depth: depth + 1) } }
        case 7 where depth < 3: writer.object { $0.field("color", text()) }
        case 8: writer.value(chance.one(of: ["", "a,b", ",", "1", "tea,Tea"]))
        default: writer.value(text())
        }
    }

    static let numbers = [
        "1.0", "1e0", "-0", "0.30000000000000004", "2.0000005", "-2.0000005", "1e3", "12345678901234567", "1e30",
        "1E-9",
        "7.000", "120e-1", "-1.5", "0.1234567",
    ]

    mutating func container(_ customer: Customer.ID) -> ContainerRecord {
        let type = chance.one(of: [(Int64(1), "cart"), (7, "Porto"), (9, "wish_list")])
        let changed = moment()
        var lines: [ContainerRecord.Line] = []
        for product in Self.products.shuffled(using: &chance).prefix(chance.below(4)) {
            let (one, other) = (moment(), moment())
            lines.append(
                ContainerRecord.Line(
                    product: product, quantity: quantity(),
                    price: chance.happens(7) ? Money(tenThousandths: abs(money().tenThousandths)) : nil,
                    addedAt: min(one, other), changedAt: max(one, other)))
        }
        lines.sort { ($0.addedAt, $0.product) < ($1.addedAt, $1.product) }
        return ContainerRecord(
            type: type.0, code: type.1, customer: customer, changedAt: changed,
            abandonedAt: lines.isEmpty ? nil : changed.adding(seconds: Self.abandonedAfterMinutes * 60), lines: lines)
    }

    static let abandonedAfterMinutes: Int64 = 90

    /// The types of containers.
    static let containers = ContainerBook(
        [(Int64(1), "cart"), (7, "Porto"), (9, "wish_list")].map { id, code in
            var type = ContainerType(id: .init(rawValue: id), code: code, name: code)
            type.abandonedAfterMinutes = abandonedAfterMinutes
            return type
        })
}
