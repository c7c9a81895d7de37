import Database
import Domain
import Foundation
import Storage
import TestSupport

/// A database with the product's tables, which made-up shops are put into one after the other.
final class ShopDatabase: Sendable {
    private let database: TestDatabase
    let engine: Engine

    init() async throws {
        database = try TestDatabase()
        engine = try Engine(database.place)
        _ = try await Migrator.migrate(engine, try Migrations.all(), nowMs: 0)
        try await engine.write { tx in
            try tx.script(
                "CREATE TABLE listed_customer (bucket BIGINT NOT NULL, customer_id BIGINT NOT NULL PRIMARY KEY)")
        }
    }

    deinit { engine.stop() }

    /// Takes out the shop that is there.
    static func clear(_ tx: Connection) throws {
        for table in [
            "customer", "customer_key", "customer_term", "customer_figures", "customer_value", "listed_customer",
            "orders", "order_key", "order_value", "order_line", "order_line_value", "order_change", "product",
            "product_value", "receipt", "receipt_key", "receipt_value", "receipt_line", "receipt_line_value",
            "receipt_figures", "tracked_event", "event_source", "container", "container_line",
        ] { try tx.run(SQL(stringLiteral: "DELETE FROM \(table)")) }
    }
}

/// A made-up shop in a database and in the reference.
struct StoredShop: Sendable {
    let reference: ConditionReference
    let terms: SegmentTerms
    var world: World
    private let database: ShopDatabase
    private let store = SegmentStore()

    init(seed: UInt64, customers: Int, in database: ShopDatabase) async throws {
        self.database = database
        let engine = database.engine
        var world = World(seed: seed)
        var reference = ConditionReference(book: world.statuses, calendar: world.calendar, now: world.now)
        for number in 0..<World.products.count - 1 {
            let product = world.product(number)
            reference.products[product.externalID] = product
        }
        var changes: [Order.ID: [OrderChange]] = [:]
        for _ in 0..<customers {
            let person = world.person(&changes)
            reference.people[person.customer.id] = person
        }
        let listed = reference.people.keys.sorted().prefix(customers / 3)
        let tree = Condition.test(world.test(world.chance.one(of: world.registry.fields(of: .customer))))
        reference.segments = ["tree": .conditions(tree), "list": .members(Set(listed))]
        terms = SegmentTerms(
            now: world.now, calendar: world.calendar, statuses: world.statuses, containers: World.containers,
            dialect: engine.dialect
        ) { name in
            switch name {
            case "tree": .conditions(tree)
            case "list": .members("SELECT bucket, customer_id FROM listed_customer")
            default: nil
            }
        }
        (self.reference, self.world) = (reference, world)
        // Nobody sees who was erased, nor orders and receipts that were deleted.
        let erased = (0..<3).map { _ in world.person(&changes) }
        let strangers = world.person(&changes)
        let gone = (0..<6).map { _ in
            let customer = world.chance.one(of: reference.people.keys.sorted())
            return (world.storedOrder(customer), world.storedReceipt(customer))
        }
        try await engine.write { [changes, reference] tx in
            try ShopDatabase.clear(tx)
            for product in reference.products.values { try ProductStore().insert(product, tx) }
            for person in reference.people.values + erased { try Self.insert(person, changes, tx) }
            for person in erased { try CustomerStore().blank(person.customer.id, at: reference.now, tx) }
            for customer in listed {
                try tx.run(
                    """
                    INSERT INTO listed_customer (bucket, customer_id)
                    VALUES (\(customer.bucket.rawValue), \(customer.rawValue))
                    """)
            }
            for (order, receipt) in gone {
                try OrderStore().insert(order, tx)
                try OrderStore().hide(order, at: reference.now, tx)
                try ReceiptStore().insert(receipt, tx)
                try ReceiptStore().hide(receipt, at: reference.now, tx)
            }
            for (place, code) in World.sources.enumerated() {
                try tx.run(
                    """
                    INSERT INTO event_source (id, code, name, domains, is_on, takes_orders, learns_names,
                        updates_customers, created_ms, updated_ms)
                    VALUES (\(Int64(place + 1)), \(code), \(code), '', TRUE, TRUE, TRUE, TRUE, 0, 0)
                    """)
            }
            // What visitors do of whom nobody knows who they are is nobody's.
            for event in strangers.events { try Self.insert(event, of: TrackedOwner(rawValue: 4096 + 17), tx) }
            for container in strangers.containers {
                try Self.insert(container, of: ContainerOwner(Visitor.ID(rawValue: 4096 + 17)), tx)
            }
            try FiguresStore().recomputeAll(reference.book, tx)
            try ReceiptFiguresStore().recomputeAll(tx)
        }
    }

    private static func insert(_ person: ReferencePerson, _ changes: [Order.ID: [OrderChange]], _ tx: Connection) throws
    {
        let origin = Origin(actor: "test", channel: .api)
        try CustomerStore().insert(person.customer, tx)
        for order in person.orders {
            try OrderStore().insert(order, tx)
            try OrderHistoryStore().append(
                changes[order.id] ?? [], to: order.id, version: 1, isNew: true, at: order.createdAt, by: origin, tx)
        }
        for receipt in person.receipts { try ReceiptStore().insert(receipt, tx) }
        for event in person.events { try insert(event, of: TrackedOwner(event.customer), tx) }
        for container in person.containers {
            try insert(container, of: ContainerOwner(container.customer), tx)
        }
    }

    private static func insert(_ event: EventRecord, of owner: TrackedOwner, _ tx: Connection) throws {
        let source = event.source.flatMap(World.sources.firstIndex).map { Int64($0 + 1) }
        try TrackedEventStore().insert(
            TrackedEvent(
                id: event.id, owner: owner,
                TrackedEventCall(event.name, kind: event.kind, subject: event.subject, context: event.context),
                source: source.map(EventSource.ID.init(rawValue:)), happenedAt: event.date, arrivedAt: event.date), tx)
    }

    /// Some were noted as abandoned, as some time after it was so.
    private static func insert(_ record: ContainerRecord, of owner: ContainerOwner, _ tx: Connection) throws {
        var container = Container(type: .init(rawValue: record.type), changedAt: record.changedAt)
        let empty = container
        if record.changedAt.milliseconds % 3 == 0 { container.abandonedAt = record.abandonedAt }
        container.lines = record.lines.map { line in
            ContainerLine(
                product: line.product, quantity: line.quantity, price: line.price, addedAt: line.addedAt,
                changedAt: line.changedAt)
        }
        try ContainerStore().save(from: empty, to: container, of: owner, due: nil, tx)
    }

    /// A tree of any shape.
    mutating func tree() -> Condition { world.tree() }

    mutating func anybody() -> Customer.ID { world.chance.one(of: reference.people.keys.sorted()) }

    func customers(_ condition: Condition) throws -> Set<Customer.ID> {
        try database.engine.read { tx in Set(try store.customers(condition, terms, tx)) }
    }

    func fulfils(_ customer: Customer.ID, _ condition: Condition) throws -> Bool {
        try database.engine.read { tx in try store.fulfils(customer, condition, terms, tx) }
    }

    func figures(_ condition: Condition) throws -> SegmentStore.Figures {
        try database.engine.read { tx in try store.figures(condition, terms, tx) }
    }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try database.engine.read { tx in
            try tx.define(SegmentFunctions.all)
            return try body(tx)
        }
    }
}

extension World {
    /// An identifier in a bucket, as all that is a customer's is.
    private mutating func id(_ bucket: Bucket) -> Int64 { newID() << 12 | bucket.rawValue }

    /// A customer with all that is theirs, and the orders' histories.
    fileprivate mutating func person(_ changes: inout [Order.ID: [OrderChange]]) -> ReferencePerson {
        let customer = storedCustomer()
        var person = ReferencePerson(customer: customer)
        for _ in 0..<chance.below(7) {
            let order = storedOrder(customer.id)
            person.orders.append(order)
            changes[order.id] = history()
            person.stays[order.id] = StatusStay.stays(in: changes[order.id] ?? [], statuses)
        }
        for _ in 0..<chance.below(3) { person.receipts.append(storedReceipt(customer.id)) }
        for _ in 0..<chance.below(6) { person.events.append(event(customer.id)) }
        for _ in 0..<chance.below(4) {
            let container = container(customer.id)
            person.containers.removeAll { $0.type == container.type }
            person.containers.append(container)
        }
        return person
    }

    fileprivate mutating func storedCustomer() -> Customer {
        var customer = self.customer()
        let key = customer.externalID
        customer.id = .init(rawValue: id(Bucket(hashOf: key)))
        return customer
    }

    fileprivate mutating func storedOrder(_ customer: Customer.ID) -> Order {
        let made = self.order(customer)
        var order = Order(
            id: .init(rawValue: id(customer.bucket)), externalID: made.externalID, customer: customer,
            date: chance.happens(2) ? now : made.date, createdAt: made.createdAt)
        (order.statuses, order.fields, order.custom) = (made.statuses, made.fields, made.custom)
        order.lines = made.lines
        return order
    }

    fileprivate mutating func storedReceipt(_ customer: Customer.ID) -> Receipt {
        let made = self.receipt(customer)
        var receipt = Receipt(
            id: .init(rawValue: id(customer.bucket)), externalID: made.externalID, customer: customer,
            date: chance.happens(2) ? now : made.date, createdAt: made.createdAt)
        (receipt.fields, receipt.custom, receipt.lines) = (made.fields, made.custom, made.lines)
        return receipt
    }

    /// An order's history, in which statuses were left, came late, or are not known any more.
    fileprivate mutating func history() -> [OrderChange] {
        (0..<chance.below(5)).map { _ in
            let type = chance.one(of: OrderStatusType.allCases)
            let field = chance.happens(9) ? type.path : OrderChange.created
            let to: String? = chance.happens(8) ? chance.one(of: ["new", "done", "gone", "forgotten"]) : nil
            return OrderChange(field, to: to, happenedAt: chance.happens(3) ? now : moment())
        }
    }
}
