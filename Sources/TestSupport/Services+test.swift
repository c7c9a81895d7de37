import Database
import Dispatch
import Domain
import Foundation
import Platform
import Synchronization

extension Services {
    /// The whole product on a database of its own, set up with the starter statuses; its directory goes with it.
    ///
    /// - Parameters:
    ///   - project: What holds for the shop.
    ///   - clock: Stands still until it is moved.
    package static func test(project: Project = .sample(), clock: StillClock = StillClock()) async throws -> Services {
        let directory = try TemporaryDirectory()
        try await Template.of(project).copy(to: directory.path)
        return try await open(in: directory, clock: clock)
    }

    /// The product on the data of a directory, which is kept as long as the product is.
    package static func open(in directory: TemporaryDirectory, clock: StillClock) async throws -> Services {
        let hold = Hold(directory)
        let still = Surroundings.still(at: clock)
        let services = try await open(
            directory.path,
            surroundings: Surroundings(
                now: { [hold] in withExtendedLifetime(hold) { still.now() } }, randomBytes: still.randomBytes
            )
        )
        hold.keep(services.engine)
        return services
    }
}

/// Stops the database once nobody uses the product any more, then lets its directory go.
private final class Hold: Sendable {
    private let directory: TemporaryDirectory
    private let engine = Mutex<Engine?>(nil)

    init(_ directory: TemporaryDirectory) { self.directory = directory }

    func keep(_ engine: Engine) { self.engine.withLock { $0 = engine } }

    deinit {
        // The last to let go may be the writing thread itself, which must not wait for its own end.
        let (engine, directory) = (engine.withLock { $0 }, directory)
        DispatchQueue.global().async {
            engine?.stop()
            withExtendedLifetime(directory) {}
        }
    }
}

/// A project that was set up once, for all tests to begin from: hashing its password takes as long as ten tests.
private struct Template: Sendable {
    private let directory: TemporaryDirectory

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
        directory = try TemporaryDirectory()
        let services = try await Services.open(directory.path, surroundings: .still())
        try await services.accounts.setUp(
            project, email: "owner@example.com", password: "a password for tests", starterStatuses: true
        )
        services.close()
    }

    func copy(to path: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
        where name.hasPrefix("reorder.sqlite") && !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: "\(directory.path)/\(name)", toPath: "\(path)/\(name)")
        }
    }
}
