import Database
import Domain
import Platform
import Storage
import TestSupport
import Testing

/// Containers of customers, as they are stored.
struct ContainerServiceTests {
    private let services: Services
    private let clock = StillClock()

    init() async throws {
        services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("c-1")), .success(.sample("c-2"))], by: .test)
        _ = try await services.containers.create(ContainerTypePatch(code: "favourites", name: "Favourites"))
    }

    private func add(_ product: String, _ quantity: Int64 = 1, to code: String = "cart", of customer: String = "c-1")
        async throws
    {
        let line = ContainerLinePatch(product: product, quantity: Quantity(millionths: quantity * 1_000_000))
        _ = try await services.containers.change(.add(line), code, of: customer)
    }

    private func contents(_ code: String = "cart", of customer: String = "c-1") throws -> [String] {
        try services.containers.container(code, of: customer).container.lines.map { "\($0.quantity) \($0.product)" }
    }

    private func order(
        _ id: String, _ customer: String = "c-1", by origin: Origin = .test, startsCampaigns: Bool = true
    ) async throws {
        _ = try await services.orders.register(
            .sample(id, customer: customer, sum: 5), by: origin, startsCampaigns: startsCampaigns)
    }

    /// Whether an order of a customer looks for containers.
    private func isMarked(_ customer: String = "c-1") throws -> Bool {
        try services.engine.read { tx in try CustomerStore().resolve(customer, tx)?.mayHaveContainers ?? false }
    }

    private func isWhole() async throws -> Bool {
        try await services.verifier.verify().flatMap(\.findings) == []
    }

    // MARK: Orders

    @Test func `a new order empties the cart, and nothing else`() async throws {
        try await add("tea", 2)
        try await add("cup", to: "favourites")
        try await add("tea", of: "c-2")
        try await order("o-1")
        #expect(try contents() == [])
        #expect(try contents("favourites") == ["1 cup"])
        #expect(try contents(of: "c-2") == ["1 tea"])
        let cart = try services.containers.container("cart", of: "c-1").container
        #expect((cart.version, cart.changedAt) == (2, clock.now))
        // There is still something to be looked at.
        #expect(try isMarked())
        #expect(try await isWhole())
        // The same order once more, or changed, is not a new one.
        try await add("pot")
        try await order("o-1")
        _ = try await services.orders.register(.sample("o-1", sum: 9), by: .test)
        #expect(try contents() == ["1 pot"])
    }

    @Test func `who has nothing in any container is not looked at again`() async throws {
        #expect(try !isMarked())
        try await add("tea")
        #expect(try isMarked())
        try await order("o-1")
        #expect(try !isMarked())
        try await add("tea")
        #expect(try isMarked())
        try await order("o-2")
        #expect(try contents() == [])
        #expect(try await isWhole())
    }

    @Test func `what is told after the fact empties nothing`() async throws {
        try await add("tea")
        try await order("o-1", startsCampaigns: false)
        try await order("o-2", by: Origin(actor: "orders.csv", channel: .import))
        #expect(try contents() == ["1 tea"])
    }

    @Test func `orders of a list empty each their own customer's cart`() async throws {
        for customer in ["c-1", "c-2"] { try await add("tea", of: customer) }
        _ = try await services.orders.register(
            [
                .success(.sample("o-1", customer: "c-1")), .success(.sample("o-2", customer: "nobody")),
                .success(.sample("o-3", customer: "c-1")), .success(.sample("o-4", customer: "c-2")),
            ], by: .test)
        #expect(try contents() == [] && contents(of: "c-2") == [])
        #expect(try await isWhole())
    }

    @Test func `an order under the name of before a merge empties the cart of who they became`() async throws {
        _ = try await services.customers.merge("c-2", into: "c-1", by: .test)
        try await add("tea")
        try await order("o-1", "c-2")
        #expect(try contents() == [])
    }

    @Test func `another kind of containers can be emptied by an order too`() async throws {
        var patch = ContainerTypePatch()
        patch.isEmptiedByOrder = true
        try await add("cup", to: "favourites")
        _ = try await services.containers.update("favourites", patch)
        patch.isEmptiedByOrder = false
        try await add("tea")
        _ = try await services.containers.update("cart", patch)
        try await order("o-1")
        #expect(try contents("favourites") == [] && contents() == ["1 tea"])
        #expect(services.containers.book["cart"]?.version == 2)
    }

    @Test func `orders of customers without containers run no statement for them`() async throws {
        let recording = StatementRecording()
        let services = try await StatementRecording.$current.withValue(recording) {
            try await Services.test(project: .sample(createsUnknownCustomers: true))
        }
        func asked() -> Bool { recording.entries.contains { $0.text.contains("FROM container AS") } }
        for number in 1...5 {
            _ = try await services.orders.register(.sample("o-\(number)", sum: 5, lines: [.sample()]), by: .test)
        }
        #expect(!asked())
        _ = try await services.containers.change(.add(ContainerLinePatch(product: "tea")), "cart", of: "c-1")
        #expect(asked())
    }

    // MARK: Several at a time

    @Test func `changes at the same time are all made`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 { group.addTask { try await add("p-\(number % 3)") } }
            try await group.waitForAll()
        }
        let cart = try services.containers.container("cart", of: "c-1").container
        #expect(cart.lines.map(\.quantity.description).sorted() == ["20", "20", "20"])
        #expect(cart.version == 60)
    }

    @Test func `orders and changes at the same time leave a whole`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number.isMultiple(of: 4) { try await order("o-\(number)") } else { try await add("p-\(number)") }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await isWhole())
        try await order("o-last")
        #expect(try contents() == [])
    }

    @Test func `of two who have seen the same contents one is told that there are others`() async throws {
        try await add("tea")
        let version = try services.containers.container("cart", of: "c-1").container.version
        _ = try await services.containers.change(.clear, "cart", of: "c-1", expectedVersion: version)
        await #expect(throws: ContainerError.outdated(current: 2)) {
            _ = try await services.containers.change(.clear, "cart", of: "c-1", expectedVersion: version)
        }
    }

    // MARK: Kinds

    @Test func `a kind that holds something stays, and one that was emptied goes with its rows`() async throws {
        try await add("tea", to: "favourites")
        await #expect(throws: ContainerError.inUse("favourites", containers: 1)) {
            try await services.containers.delete("favourites")
        }
        _ = try await services.containers.change(.clear, "favourites", of: "c-1")
        try await services.containers.delete("favourites")
        #expect(services.containers.book.types.map(\.code) == ["cart"])
        #expect(try services.containers.containers(of: "c-1").isEmpty)
        #expect(try await isWhole())
        await #expect(throws: ContainerError.isSystem("cart")) { try await services.containers.delete("cart") }
        await #expect(throws: ContainerError.unknownType("favourites")) { try await add("tea", to: "favourites") }
        let actions = try await services.audit.page(AuditQuery(), limit: 10).map(\.entry.action)
        #expect(actions.prefix(2) == [.containerDeleted, .containerAdded])
    }

    // MARK: Becoming one, and going

    @Test func `two customers made one have both their containers`() async throws {
        try await add("tea", 1, of: "c-1")
        clock.advance()
        try await add("tea", 5, of: "c-2")
        try await add("pot", of: "c-2")
        try await add("cup", to: "favourites", of: "c-2")
        _ = try await services.customers.merge("c-2", into: "c-1", by: .test)
        #expect(try contents() == ["1 pot", "5 tea"])
        #expect(try contents("favourites") == ["1 cup"])
        #expect(try isMarked())
        #expect(try await isWhole())
        try await order("o-1")
        #expect(try contents() == [])
    }

    @Test func `a customer without anything who takes in one with a cart has it from then on`() async throws {
        try await add("tea", of: "c-2")
        _ = try await services.customers.merge("c-2", into: "c-1", by: .test)
        try await order("o-1")
        #expect(try contents() == [])
    }

    @Test func `who is erased leaves nothing in containers`() async throws {
        let context = ContainerLinePatch(product: "tea", context: #"{"note":"for Ana Moura"}"#)
        _ = try await services.containers.change(.set(context), "cart", of: "c-1")
        try await order("o-1", startsCampaigns: false)
        try await services.customers.erase("c-1", by: .test)
        let rows = try services.engine.read { tx in
            try tx.first("SELECT (SELECT count(*) FROM container) + (SELECT count(*) FROM container_line)") {
                $0.integer(0)
            }
        }
        #expect(rows == 0)
        #expect(try await isWhole())
    }

    @Test func `all that is held of a person has the containers`() async throws {
        try await add("tea", 2)
        let dossier = try await services.customers.dossier("c-1", for: .system)
        #expect(dossier.containers.map(\.type) == [ContainerType.cart.id])
        #expect(dossier.containers[0].lines.map(\.product) == ["tea"])
    }

    @Test(arguments: [
        ("UPDATE container SET line_count = 7", "containers know how many lines they have", true),
        (
            "UPDATE customer_key SET has_containers = FALSE", "who has something in a container is known by the key",
            true
        ),
        ("UPDATE container SET due_ms = NULL", "containers will be abandoned in their time", true),
        ("UPDATE container_line SET type_id = 4096", "every line of a container has its container", false),
        (
            "UPDATE container SET type_id = 4096",
            "every container is of a type that there is, in the bucket of its owner", false
        ),
    ])
    func `damage of containers is named, and mended where it follows from the lines`(
        _ sql: String, _ name: String, _ isMended: Bool
    ) async throws {
        try await add("tea")
        #expect(try await isWhole())
        try await services.engine.write { try $0.script(sql) }
        #expect(try await services.verifier.verify().filter { !$0.findings.isEmpty }.map(\.name).contains(name))
        #expect(try await services.verifier.repair().contains(name) == isMended)
        if isMended { #expect(try await isWhole()) }
    }
}
