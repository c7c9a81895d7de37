import Domain
import Foundation
import Platform
import Testing

struct SampleShopTests {
    /// 2025-11-28T21:15:30.250Z: the evening of a Black Friday.
    static let now = Instant(milliseconds: 1_764_364_530_250)

    let shop: SampleShop

    init() throws { shop = try Self.shop(seed: 1) }

    static func shop(
        seed: UInt64,
        customers: Int = 300,
        orders: Int = 1500,
        zone: String = "Europe/Lisbon"
    ) throws -> SampleShop {
        let zone = try #require(TimeZone(identifier: zone))
        return SampleShop(seed: seed, customers: customers, orders: orders, now: now, zone: zone)
    }

    @Test func `one seed makes one shop on every machine`() {
        #expect(shop.fingerprint == "ab6806a4036dc272")
    }

    @Test func `another seed makes another shop`() throws {
        #expect(try Self.shop(seed: 2).fingerprint != shop.fingerprint)
    }

    @Test func `an order asked for by itself is the one that stands in the row`() throws {
        let row = Array(shop.orders)
        #expect(shop.orders[1234] == row[1234])
        #expect(shop.customers[77] == Array(shop.customers)[77])
    }

    @Test func `as many products, customers and orders as asked for, each with an identifier of its own`() {
        #expect(shop.products.count == 120)
        #expect(Set(shop.products.map(\.externalID)).count == 120)
        #expect(Set(shop.customers.map(\.externalID)).count == 300)
        #expect(Set(shop.orders.map(\.externalID)).count == 1500)
        #expect(Set(shop.customers.compactMap { $0.fields.values.text(.email) }).count == 300)
        #expect(
            shop.orders.allSatisfy { order in
                Set((order.lines ?? []).map(\.externalID)).count == order.lines?.count
            }
        )
    }

    @Test func `orders rise by date, start two years back and never pass now`() throws {
        let dates = try shop.orders.map { try #require($0.date.applied(to: nil)) }
        #expect(dates == dates.sorted())
        #expect(try #require(dates.last) <= Self.now)
        #expect(try #require(dates.first) > Self.now.adding(seconds: -732 * 86_400))
    }

    @Test func `nothing has happened before the order or after now`() throws {
        for order in shop.orders {
            let date = try #require(order.date.applied(to: nil))
            #expect(order.past.allSatisfy { date <= $0.at && $0.at <= Self.now })
        }
    }

    @Test func `every status is of the starter set, and the last of the past is the current one`() {
        let known = Set(StarterStatuses.all.map { "\($0.type) \($0.code)" })
        var seen: Set<String> = []
        for order in shop.orders {
            var last: [OrderStatusType: Patch<String>] = [:]
            for step in order.past.sorted(by: { $0.at < $1.at }) { last[step.type] = .set(step.code) }
            #expect(order.statuses == last)
            seen.formUnion(order.past.map { "\($0.type) \($0.code)" })
        }
        #expect(seen == known)
    }

    @Test func `sums add up`() {
        for order in shop.orders {
            let fields = order.fields.values
            let lines = (order.lines ?? []).map(\.fields.values)
            func sum(_ field: LineField) -> Int64 { lines.reduce(0) { $0 + ($1.money(field)?.tenThousandths ?? 0) } }
            func amount(_ field: OrderField) -> Int64 { fields.money(field)?.tenThousandths ?? -1 }
            #expect(
                fields.quantity(.itemsCount)?.millionths
                    == lines.reduce(0) { $0 + ($1.quantity(.count)?.millionths ?? 0) }
            )
            #expect(amount(.itemsSum) == sum(.sum))
            #expect(amount(.paymentDiscount) == sum(.discount))
            #expect(amount(.paymentBonuses) == sum(.bonusFromCard))
            #expect(amount(.paymentTotal) == amount(.itemsSum) + amount(.paymentDelivery))
            #expect(amount(.paymentTotal) == amount(.paymentCash) + amount(.paymentBonuses))
            #expect(amount(.paymentCash) == sum(.cashSum) + amount(.paymentDelivery))
            for line in lines {
                let gross =
                    (line.money(.price)?.tenThousandths ?? -1) * (line.quantity(.count)?.millionths ?? 0) / 1_000_000
                #expect(line.money(.sum)?.tenThousandths == gross - (line.money(.discount)?.tenThousandths ?? 0))
            }
        }
    }

    @Test func `lines name one to six different products of the catalogue`() {
        let catalogue = Set(shop.products.map(\.externalID))
        for order in shop.orders {
            let products = (order.lines ?? []).compactMap { $0.fields.values.text(.product) }
            #expect((1...6).contains(products.count) && products.count == order.lines?.count)
            #expect(Set(products).count == products.count && catalogue.isSuperset(of: products))
        }
    }

    @Test func `every value is one that the product takes`() throws {
        let context = ReadingContext(zone: try #require(TimeZone(identifier: "Europe/Lisbon")))
        func check(_ entries: [FieldPatch<some SystemField>.Entry]) throws {
            for entry in entries {
                let value = try #require(entry.value)
                #expect(try entry.field.type.read(text: value.plain, context) == value)
            }
        }
        try shop.products.forEach { try check($0.fields.entries) }
        try shop.customers.forEach { try check($0.fields.entries) }
        try shop.orders.forEach { order in
            try check(order.fields.entries)
            try (order.lines ?? []).forEach { try check($0.fields.entries) }
        }
    }

    @Test func `customers register before their first order, and some never buy`() throws {
        var registered: [String: Instant] = [:]
        for customer in shop.customers {
            registered[customer.externalID] = customer.fields.values.instant(.registeredAt)
        }
        var bought: [String: Int] = [:]
        for order in shop.orders {
            let customer = try #require(order.customerExternalID.applied(to: nil))
            #expect(try #require(registered[customer]) < (try #require(order.date.applied(to: nil))))
            bought[customer, default: 0] += 1
        }
        #expect(bought.count == 300 - 300 / 16)
        // A few buy far more than most.
        let counts = bought.values.sorted()
        #expect(try #require(counts.last) > 8 * counts[counts.count / 2])
    }

    @Test(arguments: [(0, 0), (0, 5), (5, 0), (1, 50), (400, 3), (17, 16)])
    func `any numbers of customers and orders go together`(customers: Int, orders: Int) throws {
        let shop = try Self.shop(seed: 9, customers: customers, orders: orders)
        #expect(shop.orders.count == orders)
        #expect(shop.customers.count == (orders > 0 ? max(customers, 1) : customers))
        let known = Set(shop.customers.map(\.externalID))
        #expect(shop.orders.allSatisfy { known.contains($0.customerExternalID.applied(to: nil) ?? "") })
    }

    @Test(arguments: ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu", "UTC"])
    func `wherever the shop is, its days are its own`(zone: String) throws {
        let dates = try Self.shop(seed: 1, zone: zone).orders.compactMap { $0.date.applied(to: nil) }
        #expect(dates == dates.sorted())
        #expect(try #require(dates.last) <= Self.now)
        let local = try #require(TimeZone(identifier: zone))
        let night = dates.count { (1...4).contains($0.civil(in: local).hour) }
        #expect(night * 50 < dates.count)
    }

    @Test func `most orders of a year come on Black Friday`() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Lisbon"))
        var byDay: [String: Int] = [:]
        for date in try Self.shop(seed: 3, orders: 20_000).orders.compactMap({ $0.date.applied(to: nil) }) {
            let civil = date.civil(in: zone)
            byDay["\(civil.year)-\(civil.month)-\(civil.day)", default: 0] += 1
        }
        #expect(byDay.filter { $0.key.hasPrefix("2024") }.max { $0.value < $1.value }?.key == "2024-11-29")
    }
}

extension FieldPatch {
    /// The fields as they are once the patch is applied to none.
    fileprivate var values: FieldValues<Field> {
        var values = FieldValues<Field>()
        apply(to: &values)
        return values
    }

    fileprivate var text: String {
        entries.map { "\($0.field.path)=\($0.value?.plain ?? "")" }.joined(separator: ";")
    }
}

extension Patch<String> {
    fileprivate var text: String { applied(to: nil) ?? "" }
}

extension SampleShop {
    /// A hash of all that the shop holds, written out.
    fileprivate var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        for product in products { add("\(product.externalID);\(product.fields.text)\n") }
        for customer in customers { add("\(customer.externalID);\(customer.fields.text)\n") }
        for order in orders {
            let date = order.date.applied(to: nil)?.rfc3339 ?? ""
            add(
                "\(order.externalID);\(order.customerExternalID.text);\(date);\(order.metadata.text);\(order.fields.text)\n"
            )
            for type in OrderStatusType.allCases { add("\((order.statuses[type] ?? .keep).text)\n") }
            for step in order.past { add("\(step.type) \(step.code) \(step.at.rfc3339)\n") }
            for line in order.lines ?? [] { add("\(line.externalID);\(line.fields.text)\n") }
        }
        return String(hash, radix: 16)
    }
}
