import Domain
import Foundation

@testable import Segmentation

/// A made-up shop, in the index and in the reference, which are changed together.
struct Shop {
    var world: World
    var reference: ConditionReference
    var index: SegmentIndex

    init(seed: UInt64, customers: Int, near: Bool = false) {
        world = World(seed: seed)
        world.isNear = near
        reference = ConditionReference(book: world.statuses, calendar: world.calendar, now: world.now)
        index = SegmentIndex(world.registry, world.statuses)
        for number in 0..<World.products.count - 1 {
            let product = world.product(number)
            reference.products[product.externalID] = product
            index.put(product)
        }
        for _ in 0..<customers { addCustomer() }
        for _ in 0..<customers * 3 { addOrder() }
        for _ in 0..<customers { addReceipt() }
        for _ in 0..<customers * 3 { addEvent() }
        for _ in 0..<customers { putContainer() }
        reference.segments = [
            "tree": .conditions(.test(world.test(world.registry.fields(of: .customer)[0]))),
            "list": .members(Set(reference.people.keys.sorted().prefix(customers / 3))),
        ]
    }

    var question: SegmentQuestion {
        let segments: [String: SegmentContent] = reference.segments.mapValues {
            switch $0 {
            case .conditions(let condition): .conditions(condition)
            case .members(let members): .members(members)
            }
        }
        return SegmentQuestion(now: reference.now, calendar: world.calendar) { segments[$0] }
    }

    private mutating func anybody() -> Customer.ID { world.chance.one(of: reference.people.keys.sorted()) }

    mutating func addCustomer() {
        let customer = world.customer()
        reference.people[customer.id] = ReferencePerson(customer: customer)
        index.put(customer)
    }

    mutating func addOrder() {
        let customer = anybody()
        let (order, stays) = (world.order(customer), world.stays())
        reference.people[customer]?.orders.append(order)
        reference.people[customer]?.stays[order.id] = stays
        index.put(order, stays: stays, replacing: nil)
    }

    mutating func addReceipt() {
        let receipt = world.receipt(anybody())
        reference.people[receipt.customer]?.receipts.append(receipt)
        index.put(receipt, replacing: nil)
    }

    mutating func addEvent() {
        let event = world.event(anybody())
        reference.people[event.customer]?.events.append(event)
        index.put(event)
    }

    mutating func putContainer() {
        let container = world.container(anybody())
        reference.people[container.customer]?.containers.removeAll { $0.type == container.type }
        reference.people[container.customer]?.containers.append(container)
        index.put(container)
    }

    /// Changes anything.
    mutating func change() {
        let somebody = anybody()
        let orders = reference.people[somebody]?.orders ?? []
        switch world.chance.below(17) {
        case 0: addCustomer()
        case 1, 2: addOrder()
        case 3: addReceipt()
        case 4, 5:
            guard let old = orders.last else { return }
            var order = old
            world.change(&order)
            replace(old, with: order, stays: world.stays())
        case 6:
            guard let old = orders.first else { return }
            var order = old
            order.customer = anybody()
            if world.chance.happens(5) {
                order = Order(
                    id: .init(rawValue: world.newID()), externalID: old.externalID, customer: order.customer,
                    date: old.date, createdAt: old.createdAt)
            }
            replace(old, with: order, stays: reference.people[somebody]?.stays[old.id] ?? [])
        case 7:
            guard let old = orders.first else { return }
            reference.people[somebody]?.orders.removeFirst()
            index.remove(old.id, of: somebody)
        case 8:
            guard let old = reference.people[somebody]?.receipts.popLast() else { return }
            index.remove(old.id, of: somebody)
        case 9:
            var customer = world.customer()
            customer.id = somebody
            reference.people[somebody]?.customer = customer
            index.put(customer)
        case 10:
            guard reference.people.count > 5, world.chance.happens(3) else { return }
            reference.people[somebody] = nil
            index.remove(somebody)
        case 11, 12: addEvent()
        case 13, 14: putContainer()
        case 15:
            if let event = reference.people[somebody]?.events.popLast() { index.remove(event.id, of: somebody) }
            if world.chance.happens(5), let container = reference.people[somebody]?.containers.popLast() {
                index.remove(container: container.type, of: somebody)
            }
        default:
            let product = world.product(world.chance.below(World.products.count - 1))
            reference.products[product.externalID] = product
            index.put(product)
        }
    }

    private mutating func replace(_ old: Order, with order: Order, stays: [StatusStay]) {
        reference.people[old.customer]?.orders.removeAll { $0.id == old.id }
        reference.people[old.customer]?.stays[old.id] = nil
        reference.people[order.customer]?.orders.append(order)
        reference.people[order.customer]?.stays[order.id] = stays
        index.put(order, stays: stays, replacing: (old.customer, old.id))
    }

    /// Turns a status's flag, or takes another rule.
    mutating func changeBook() {
        var statuses = reference.book.statuses
        let turned = world.chance.below(statuses.count)
        statuses[turned].includeInAnalytics.toggle()
        reference.book = StatusBook(statuses: statuses, rule: world.chance.one(of: InclusionRule.allCases))
        index.set(reference.book)
    }
}
