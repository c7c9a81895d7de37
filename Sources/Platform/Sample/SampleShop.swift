import Domain
import Foundation

/// A made-up shop of tea, coffee and kitchen things: its products, customers and two years of orders.
///
/// Pure, and the same for the same arguments on every machine. Each customer and order is made when it is asked for, from
/// its place alone, so that a million of them take no memory and any part can be made by itself.
package struct SampleShop: Sendable {
    /// The catalogue; every line names one of these.
    package let products: [ProductPatch]
    /// All customers, about in the order they registered in.
    package let customers: SampleSequence<CustomerPatch>
    /// All orders, oldest first, none after `now`; each customer is one of `customers`.
    ///
    /// An order is in the statuses of the starter set that its age allows, and `past` says when it reached each.
    package let orders: SampleSequence<OrderPatch>
    /// What some customers have in their carts.
    package let carts: SampleSequence<Cart>

    /// A customer's cart.
    package struct Cart: Hashable, Sendable {
        package var customer: String
        package var lines: [ContainerLinePatch]
        package var changedAt: Instant
    }

    /// Describes a shop.
    ///
    /// - Parameters:
    ///   - seed: Which shop; another seed gives another one.
    ///   - customers: How many customers; with orders there is at least one.
    ///   - orders: How many orders.
    ///   - now: When the last day of orders breaks off.
    ///   - zone: Where the shop is: the zone of its days and hours.
    package init(seed: UInt64, customers: Int, orders: Int, now: Instant, zone: TimeZone) {
        let orders = max(orders, 0)
        let customers = max(customers, orders > 0 ? 1 : 0)
        // Without orders, customers register as orders would come.
        let calendar = SampleCalendar(seed: seed, orders: orders > 0 ? orders : customers, now: now, zone: zone)
        let catalogue = SampleCatalogue(seed: seed)
        let people = SamplePeople(seed: seed, now: now)
        let buyers = SampleBuyers(seed: seed, customers: customers, orders: orders)
        let till = SampleTill(
            seed: seed,
            now: now,
            calendar: calendar,
            catalogue: catalogue,
            people: people,
            buyers: buyers
        )
        products = catalogue.items.indices.map(catalogue.product)
        self.customers = SampleSequence(count: customers) { index in
            let first = calendar.moment(of: buyers.firstOrder(ofCustomer: index) ?? index).instant
            return people.customer(at: index, before: first)
        }
        self.orders = SampleSequence(count: orders) { till.order(at: $0) }
        let carts = SampleCarts(seed: seed, now: now, catalogue: catalogue, customers: customers)
        self.carts = SampleSequence(count: carts.count) { carts.cart(at: $0) }
    }

    /// The place of a customer among all, by what the shop calls them.
    package static func place(ofCustomer externalID: String) -> Int? { SamplePeople.place(externalID) }
}

/// A collection whose elements are made each time they are asked for.
package struct SampleSequence<Element>: RandomAccessCollection, Sendable {
    package let count: Int

    private let make: @Sendable (Int) -> Element

    init(count: Int, make: @escaping @Sendable (Int) -> Element) {
        (self.count, self.make) = (count, make)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Element { make(index) }
}
