import Database
import Domain
import Foundation
import Logging
import Storage

/// A copy that cannot be made, with the reason and the mend.
package struct CopyFailure: Error, CustomStringConvertible {
    package let description: String
}

/// Moves a project from the embedded database to a server, or back (spec operations.md, `reorder copy`).
///
/// While the source serves, all of it is copied as of one moment. Then its servers are to be stopped: what changed since
/// is copied, both sides are compared row by row, and the copy is held against itself.
package enum CopyService {
    /// Where a copy stands.
    package enum Step: Sendable {
        /// All is copied as of one moment; whoever uses the source is not held up.
        case copying(Progress)
        /// Somebody uses the source still.
        case waiting
        /// What has changed since is copied.
        case catchingUp(Progress)
        /// The rows of both sides are compared.
        case comparing(Progress)
        /// The copy is held against itself.
        case verifying
    }

    /// How far a pass over all rows is.
    package struct Progress: Sendable {
        package var table: String
        package var rows: Int
        package var total: Int
    }

    /// What a copy shows in the end.
    package struct Outcome: Sendable {
        /// Rows of each table, and a sum over what they hold, which are the same on both sides.
        package var tables: [(name: String, rows: Int, sum: UInt64)]
        package var checks: [Verifier.Check]
    }

    /// Copies everything between two places, each a data directory or a server's address.
    ///
    /// - Parameter report: Told how far it is, often.
    /// - Throws: `CopyFailure`, also where the two sides differ in the end; `DataDirectory.Failure`, `DatabaseError`.
    package static func run(
        from source: String, to target: String, surroundings: Surroundings = .live,
        report: @escaping @Sendable (Step) -> Void
    ) async throws -> Outcome {
        let (from, to) = (
            try directory(source, owned: false, mustExist: true), try directory(target, owned: true, mustExist: false)
        )
        let new = try Engine(to.place)
        defer {
            new.stop()
            from.release()
            to.release()
        }
        let users = try count(new, surroundings)
        guard users == 0 else { throw CopyFailure(description: "\(users) processes use \(target): stop them.") }
        _ = try await Migrator.migrate(new, try Migrations.all(), nowMs: surroundings.now().milliseconds)
        let copy = ProjectCopy(to: new) { progress in report(step(progress)) }
        do {
            let old = try Engine(from.place)
            defer { old.stop() }
            try await copy.copyAll(from: old)
            let services = try await alone(source, old, surroundings) { report(.waiting) }
            defer { services.close() }
            try await tellWebhooks(services)
            try await copy.copyChanges(from: services.engine)
            let tables = try await copy.compare()
            let others = try count(services.engine, surroundings) - (services.engine.isShared ? 1 : 0)
            guard others == 0 else {
                throw CopyFailure(description: "A server was started on \(source) meanwhile: make the copy anew.")
            }
            let wrong = tables.filter { !$0.isEqual }.map(\.table)
            guard wrong.isEmpty else {
                throw CopyFailure(
                    description:
                        "The copy differs in \(wrong.joined(separator: ", ")): go on with \(source), and tell us."
                )
            }
            report(.verifying)
            to.release()
            let checks = try await verify(target, surroundings)
            return Outcome(tables: tables.map { ($0.table, $0.target.count, $0.target.sum) }, checks: checks)
        } catch let failure as ProjectCopy.Failure {
            throw CopyFailure(description: failure.description)
        }
    }

    private static func step(_ progress: ProjectCopy.Progress) -> Step {
        let now = Progress(table: progress.table, rows: progress.rows, total: progress.total)
        return switch progress.phase {
        case .all: .copying(now)
        case .changes: .catchingUp(now)
        case .comparison: .comparing(now)
        }
    }

    /// The source's product once nobody else uses it, which keeps others away as long as it is open.
    private static func alone(
        _ source: String, _ old: Engine, _ surroundings: Surroundings, waiting: () -> Void
    ) async throws -> Services {
        while true {
            do {
                if try count(old, surroundings) == 0 { return try await open(source, surroundings) }
            } catch DataDirectory.Failure.inUse {}
            waiting()
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private static func open(_ place: String, _ surroundings: Surroundings) async throws -> Services {
        guard isServer(place) else {
            return try await Services.open(place, mustExist: true, backsUp: false, surroundings: surroundings)
        }
        return try await Services.open(
            FileManager.default.temporaryDirectory.path, server: place, surroundings: surroundings)
    }

    /// Events that webhooks were not told of are told of on the side where they were counted.
    private static func tellWebhooks(_ services: Services) async throws {
        guard try services.engine.read(ProjectCopy.hasUnread) else { return }
        let reader = WebhookReader(services, logger: Logger(label: "reorder"))
        while try await reader.read() > 0 {}
    }

    private static func verify(_ target: String, _ surroundings: Surroundings) async throws -> [Verifier.Check] {
        let services = try await open(target, surroundings)
        defer { services.close() }
        let checks = try await services.verifier.verify()
        let wrong = checks.filter { !$0.findings.isEmpty }.map(\.name)
        guard wrong.isEmpty else {
            throw CopyFailure(
                description: "The copy is whole, and was not right before either: \(wrong.joined(separator: "; "))."
            )
        }
        return checks
    }

    private static func isServer(_ place: String) -> Bool { place.hasPrefix("postgres") }

    private static func directory(_ place: String, owned: Bool, mustExist: Bool) throws -> DataDirectory {
        guard isServer(place) else { return try DataDirectory(place, owned: owned, mustExist: mustExist) }
        // A server's data needs no directory; the one for files is not touched.
        return try DataDirectory(FileManager.default.temporaryDirectory.path, server: place, owned: false)
    }

    /// How many processes use a server's database; a file has a lock for that.
    private static func count(_ engine: Engine, _ surroundings: Surroundings) throws -> Int {
        guard engine.isShared else { return 0 }
        return try engine.read { tx in
            try Migrator.applied(tx).isEmpty ? 0 : try NodeStore().count(at: surroundings.now(), tx)
        }
    }
}
