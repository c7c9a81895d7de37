import Database
import Dispatch
import Domain
import Platform
import Synchronization

extension Services {
    /// The whole product on a database of its own, set up with the starter statuses; which goes with it.
    ///
    /// - Parameters:
    ///   - project: What holds for the shop.
    ///   - clock: Stands still until it is moved.
    ///   - usesMemory: Whether segments are asked of an index in memory.
    package static func test(
        project: Project = .sample(), clock: StillClock = StillClock(), usesMemory: Bool = true
    ) async throws -> Services {
        try await open(.make(from: Template.of(project).database), clock: clock, usesMemory: usesMemory)
    }

    /// Another process's product on the same database, on a server.
    ///
    /// The database goes with this one, which must be kept as long.
    package func another(clock: StillClock = StillClock()) async throws -> Services {
        guard case .server(let address) = place else { throw NotOnServer() }
        return try await Services.open(try TemporaryDirectory().path, server: address, surroundings: .still(at: clock))
    }

    /// The product on a database, which is kept as long as the product is.
    package static func open(
        _ database: TestDatabase, clock: StillClock, usesMemory: Bool = true
    ) async throws -> Services {
        let hold = Hold(database)
        let still = Surroundings.still(at: clock)
        let services = try await open(
            database.directory.path, server: database.url,
            surroundings: Surroundings(
                now: { [hold] in withExtendedLifetime(hold) { still.now() } }, randomBytes: still.randomBytes
            ), usesMemory: usesMemory
        )
        hold.keep(services.engine)
        // From here on what is verified is what commits have told it.
        if usesMemory { try await services.segmentBoard.open() }
        return services
    }
}

/// Only a server lets several processes have one database.
private struct NotOnServer: Error {}

/// Stops the database once nobody uses the product any more, then lets its database go.
private final class Hold: Sendable {
    private let database: TestDatabase
    private let engine = Mutex<Engine?>(nil)

    init(_ database: TestDatabase) { self.database = database }

    func keep(_ engine: Engine) { self.engine.withLock { $0 = engine } }

    deinit {
        // The last to let go may be the writing thread itself, which must not wait for its own end.
        let (engine, database) = (engine.withLock { $0 }, database)
        DispatchQueue.global().async {
            engine?.stop()
            withExtendedLifetime(database) {}
        }
    }
}

/// A project that was set up once, for all tests to begin from: hashing its password takes as long as ten tests.
private struct Template: Sendable {
    let database: TestDatabase

    private static let made = Mutex<[Project: Task<Template, any Error>]>([:])

    static func of(_ project: Project) async throws -> Template {
        let task = made.withLock { made in
            if let task = made[project] { return task }
            let task = Task { try await Template(project) }
            made[project] = task
            return task
        }
        return try await task.value
    }

    private init(_ project: Project) async throws {
        database = try TestDatabase()
        let services = try await Services.open(
            database.directory.path, server: database.url, surroundings: .still()
        )
        try await services.accounts.setUp(
            project, email: "owner@example.com", password: "a password for tests", starterStatuses: true
        )
        services.close()
    }
}
