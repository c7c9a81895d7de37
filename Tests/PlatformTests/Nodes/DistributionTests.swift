import Database
import Domain
import Platform
import Storage
import Synchronization
import TestSupport
import Testing

/// Spreading the tables over machines, told to a stand-in for Citus: the extension itself is not there where tests run.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct DistributionTests {
    private let database: TestDatabase
    private let folder: TemporaryDirectory

    init() async throws {
        (database, folder) = (try await TestDatabase.make(), try TemporaryDirectory())
        // The tables are there first, as they are when a shop grows.
        let services = try await Services.open(folder.path, server: database.url, surroundings: .still())
        try await services.accounts.setUp(
            .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true)
        services.close()
    }

    private func opened() async throws -> Services {
        try await Services.open(folder.path, server: database.url, surroundings: .still())
    }

    private func distribute(_ services: Services) async throws -> [String: (place: String, wasDone: Bool)] {
        let steps = Mutex<[String: (place: String, wasDone: Bool)]>([:])
        try await services.distribute { table, place, wasDone in steps.withLock { $0[table] = (place, wasDone) } }
        return steps.withLock { $0 }
    }

    @Test func `tables with a bucket are spread together, and the rest as they are used`() async throws {
        try CitusStandIn.install(on: try #require(database.url))
        let services = try await opened()
        let steps = try await distribute(services)
        for table in ["customer", "orders", "order_line", "order_key", "event", "bucket_seq", "webhook_delivery"] {
            #expect(steps[table]?.place == "spread by bucket", "\(table)")
        }
        for table in ["container_type", "field", "import_run", "product", "webhook"] {
            #expect(steps[table]?.place == "a reference table", "\(table)")
        }
        for table in ["audit_entry", "migration", "writer_turn", "node", "session", "order_status"] {
            #expect(steps[table]?.place == "on the coordinator", "\(table)")
        }
        let colocations = try services.engine.read { tx in
            try tx.rows("SELECT DISTINCT colocationid FROM pg_dist_partition WHERE partmethod = 'h'") { $0.integer(0) }
        }
        #expect(colocations.count == 1)
        #expect(steps.values.allSatisfy { !$0.wasDone })
        // The shop goes on.
        _ = try await services.customers.register([.success(.sample("c-1"))], by: .test)
        _ = try await services.orders.register(.sample("o-1"), by: .test)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        services.close()
    }

    @Test func `asked again it does what is left, and what was broken off goes on`() async throws {
        let url = try #require(database.url)
        try CitusStandIn.install(on: url)
        // A key that Citus refuses keeps one table back.
        try DatabaseServer.run("CREATE UNIQUE INDEX odd ON receipt (external_id)", on: url)
        let services = try await opened()
        let error = await #expect(throws: DatabaseError.self) { _ = try await distribute(services) }
        #expect("\(String(describing: error))".contains("cannot create constraint on \\\"receipt\\\""))
        try DatabaseServer.run("DROP INDEX odd", on: url)
        let second = try await distribute(services)
        #expect(second["customer"]?.wasDone == true && second["orders"]?.wasDone == true)
        #expect(second["receipt"]?.wasDone == false && second["receipt_key"]?.wasDone == false)
        let third = try await distribute(services)
        #expect(third.values.allSatisfy { $0.wasDone || $0.place == "on the coordinator" })
        services.close()
    }

    @Test func `without Citus, or beside a server that runs, it is refused with the mend`() async throws {
        let services = try await opened()
        let error = await #expect(throws: Distribution.Failure.self) { _ = try await distribute(services) }
        #expect("\(String(describing: error))".contains("CREATE EXTENSION citus"))
        try CitusStandIn.install(on: try #require(database.url))
        let other = try await opened()
        let refusal = await #expect(throws: DistributionRefusal.self) { _ = try await distribute(services) }
        #expect("\(String(describing: refusal))".contains("1 processes use the database"))
        other.close()
        services.close()
    }

    @Test func `a table that is distributed otherwise is named`() async throws {
        let url = try #require(database.url)
        try CitusStandIn.install(on: url)
        try DatabaseServer.run("SELECT create_reference_table('orders')", on: url)
        let services = try await opened()
        let error = await #expect(throws: Distribution.Failure.self) { _ = try await distribute(services) }
        #expect("\(String(describing: error))".contains("The table orders is a reference table"))
        services.close()
    }
}

/// The embedded database is one machine.
struct EmbeddedDistributionTests {
    @Test(.enabled(if: TestDatabase.isEmbedded)) func `a file is not distributed`() async throws {
        let services = try await Services.test()
        await #expect(throws: Distribution.Failure.self) { try await services.distribute { _, _, _ in } }
    }
}
