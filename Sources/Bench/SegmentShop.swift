import Domain
import Foundation
import Platform
import Segmentation

/// The made-up shop as customers and orders that are ready to be put into an index, one at a time.
struct SegmentShop {
    static let now = Instant(milliseconds: 1_795_262_400_000)
    static let calendar = ShopCalendar(zone: .gmt)
    static let registry = ConditionRegistry(.empty)
    static let book = StatusBook(
        statuses: StarterStatuses.all.enumerated().map { index, entry in
            OrderStatus(
                id: .init(rawValue: Int64(index + 1)), type: entry.type, code: entry.code, name: entry.name,
                includeInAnalytics: entry.includeInAnalytics)
        })

    let shop: SampleShop
    private let facts = OrderRules.Facts(now: Self.now, book: Self.book)

    init(customers: Int, orders: Int) {
        shop = SampleShop(seed: 1, customers: customers, orders: orders, now: Self.now, zone: .gmt)
    }

    private static func id(_ index: Int) -> Int64 { Int64(index + 1_000_000) << 12 | Int64(index & 4095) }

    func product(at index: Int) -> Product {
        var product = Product(
            id: .init(rawValue: Self.id(index)), externalID: shop.products[index].externalID, createdAt: Self.now)
        shop.products[index].fields.apply(to: &product.fields)
        return product
    }

    func customer(at index: Int) -> Customer {
        let patch = shop.customers[index]
        var customer = Customer(
            id: .init(rawValue: Self.id(index)), externalID: patch.externalID, createdAt: Self.now)
        patch.fields.apply(to: &customer.fields)
        return customer
    }

    /// An order, and the statuses it was in.
    func order(at index: Int) throws -> (order: Order, stays: [StatusStay]) {
        let patch = shop.orders[index]
        guard case .set(let name) = patch.customerExternalID, let customer = SampleShop.place(ofCustomer: name) else {
            throw BenchError("An order of the made-up shop names no customer.")
        }
        let outcome = try OrderRules.create(
            patch, id: .init(rawValue: Self.id(index)), customer: .init(rawValue: Self.id(customer)), facts)
        return (outcome.order, StatusStay.stays(in: outcome.changes, Self.book))
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
