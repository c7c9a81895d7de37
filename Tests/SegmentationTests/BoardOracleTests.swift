import Database
import Domain
import Foundation
import Platform
import Segmentation
import Storage
import TestSupport
import Testing

/// The index that the product keeps in memory and the trees as SQL answer alike, whatever was written before.
struct BoardOracleTests {
    @Test(arguments: [1, 2] as [UInt64]) func `memory and the database agree on every tree after every write`(
        seed: UInt64
    ) async throws {
        let clock = StillClock(at: Instant(parsing: "2026-11-21T12:00:00Z", zone: .gmt) ?? StillClock.usual)
        let services = try await Services.test(clock: clock)
        var world = try await world(seed, services, at: clock.now)
        for number in 0..<30 {
            _ = try await services.customers.register([.success(person(number, &world))], by: .test)
        }
        try await segments(services, &world)
        for round in 0..<5 {
            for _ in 0..<25 { try await write(services, &world) }
            clock.advance(seconds: Int64(world.chance.below(200_000)))
            world.now = clock.now
            try await compare(services, &world, "seed \(seed), round \(round)")
        }
        let findings = try await services.verifier.verify().flatMap(\.findings)
        #expect(findings.isEmpty, "\(findings.joined(separator: " "))")
    }

    /// Fields and statuses as random trees name them, made in the product.
    private func world(_ seed: UInt64, _ services: Services, at now: Instant) async throws -> World {
        var world = World(seed: seed)
        for object in FieldObject.allCases {
            for field in world.fields.custom(object) {
                _ = try await services.fields.create(
                    .sample(
                        object, field.code, field.type, choices: field.choices.isEmpty ? nil : field.choices))
            }
        }
        for status in world.statuses.statuses {
            var patch = OrderStatusPatch()
            (patch.code, patch.name) = (status.code, status.code)
            patch.includeInAnalytics = status.includeInAnalytics
            _ = try await services.statuses.create(status.type, patch)
        }
        (world.fields, world.registry) = (
            services.fields.book, services.segments.context.registry.with(contexts: World.contexts)
        )
        world.statuses = StatusBook(
            statuses: services.statuses.book.statuses.filter { ["new", "done", "gone"].contains($0.code) })
        (world.calendar, world.now) = (services.segments.context.calendar, now)
        return world
    }

    private func segments(_ services: Services, _ world: inout World) async throws {
        _ = try await services.segments.create(SegmentPatch(code: "list", name: "List"))
        _ = try await services.segments.add((0..<10).map { "c-\($0)" }, to: "list")
        // The index keeps what segments ask of contexts.
        let asked = World.contexts.sorted { $0.type.name < $1.type.name }.map { field in
            Condition.test(
                field.type == .list ? ConditionTest(field, .isSet) : ConditionTest(field, .gt, .number(0)))
        }
        let contexts = Condition.records(ConditionBlock(.events, .any(asked)))
        _ = try await services.segments.create(SegmentPatch(code: "contexts", name: "C", conditions: contexts))
        let field = world.chance.one(of: world.registry.fields(of: .customer))
        let tree = Condition.test(world.test(field))
        _ = try await services.segments.create(SegmentPatch(code: "tree", name: "Tree", conditions: tree))
    }

    private func person(_ number: Int, _ world: inout World) -> CustomerPatch {
        var customer = world.customer()
        customer.externalID = "c-\(number)"
        return CustomerPatch(restoring: customer, world.fields)
    }

    private func somebody(_ world: inout World) -> String { "c-\(world.chance.below(30))" }

    private func write(_ services: Services, _ world: inout World) async throws {
        let name = "o-\(world.chance.below(60))"
        switch world.chance.below(18) {
        case 0...5:
            var order = world.order(.init(rawValue: 0))
            order.externalID = name
            let stored = StoredOrder(order: order, customerExternalID: somebody(&world))
            _ = try await services.orders.register(
                OrderPatch(restoring: stored, services.statuses.book, world.fields), by: .test)
        case 6:
            do { try await services.orders.delete(name, by: .test) } catch is OrderError {}
        case 7, 8:
            var receipt = world.receipt(.init(rawValue: 0))
            receipt.externalID = "r-\(world.chance.below(20))"
            let stored = StoredReceipt(receipt: receipt, customerExternalID: somebody(&world))
            _ = try await services.receipts.register(ReceiptPatch(restoring: stored, world.fields), by: .test)
        case 12...15:
            let event = world.event(.init(rawValue: 0))
            let message = TrackedMessage(
                visitor: world.chance.happens(4) ? "v-\(world.chance.below(9))" : nil,
                customer: world.chance.happens(8) ? somebody(&world) : nil, time: event.date,
                call: .event(
                    TrackedEventCall(
                        event.name, kind: event.kind, subject: event.subject, context: event.context)))
            let source = event.source.flatMap { services.tracking.book.source(code: $0) }
            _ = try await services.tracking.register(
                [.success(SourcedMessage(message, source: source?.id))], by: Origin(actor: "test", channel: .api))
        case 16, 17:
            let lines = world.container(.init(rawValue: 0)).lines.map {
                ContainerLinePatch(product: $0.product, quantity: $0.quantity, price: $0.price)
            }
            let change: ContainerChange =
                lines.count == 1 ? .add(lines[0]) : world.chance.happens(7) ? .replace(lines) : .clear
            _ = try await services.containers.change(change, "cart", of: somebody(&world))
        case 9:
            let product = world.product(world.chance.below(World.products.count - 1))
            _ = try await services.products.register([.success(ProductPatch(restoring: product, world.fields))])
        case 10:
            let patch = person(world.chance.below(30), &world)
            _ = try await services.customers.register([.success(patch)], by: .test)
        default:
            let (from, into) = (somebody(&world), somebody(&world))
            do { _ = try await services.customers.merge(from, into: into, by: .test) } catch is CustomerError {}
        }
    }

    private func compare(_ services: Services, _ world: inout World, _ when: String) async throws {
        // Contexts that no segment asked of before are read first, as for whoever asks.
        try await services.segmentBoard.open()
        let context = services.segments.context
        let book = services.segments.book
        let terms = SegmentTerms(
            now: services.segments.now, calendar: context.calendar, statuses: context.statuses,
            containers: services.containers.book, dialect: services.engine.dialect
        ) { code in
            book[code].map { entry in
                entry.segment.isAudience
                    ? .members(SegmentMemberStore.members(of: entry.segment.id))
                    : .conditions(entry.condition ?? .any([]))
            }
        }
        for number in 0..<20 {
            let tree = world.tree()
            let view = try #require(await services.segmentBoard.view())
            let memory = view.index.ids(of: view.customers(fulfilling: tree)).sorted()
            let stored = try await services.engine.readLong { tx in try SegmentStore().customers(tree, terms, tx) }
            #expect(memory == stored, "\(when), tree \(number): \(tree.text)")
        }
    }
}
