import Database
import Domain
import Foundation
import Storage

/// A copy that cannot be made, with the reason and the mend.
package struct CopyFailure: Error, CustomStringConvertible {
    package let description: String
}

/// Moves a project from the embedded database to a server, or back (spec operations.md, `reorder copy`).
package enum CopyService {
    /// Copies everything between two places, each a data directory or a server's address, while no server runs on either.
    ///
    /// - Parameter progress: Told of each table that is done, with its rows.
    /// - Throws: `CopyFailure`, `DataDirectory.Failure`, `DatabaseError`.
    package static func run(
        from source: String, to target: String, surroundings: Surroundings = .live,
        progress: @escaping @Sendable (_ table: String, _ rows: Int) -> Void
    ) async throws {
        let (from, to) = (try directory(source, mustExist: true), try directory(target, mustExist: false))
        defer {
            from.release()
            to.release()
        }
        let (old, new) = (try Engine(from.place), try Engine(to.place))
        defer {
            old.stop()
            new.stop()
        }
        for (engine, name) in [(old, source), (new, target)] { try requireAlone(engine, name, surroundings) }
        _ = try await Migrator.migrate(new, try Migrations.all(), nowMs: surroundings.now().milliseconds)
        do {
            try await ProjectCopy(from: old, to: new).run(progress: progress)
        } catch let failure as ProjectCopy.Failure {
            throw CopyFailure(description: failure.description)
        }
    }

    private static func directory(_ place: String, mustExist: Bool) throws -> DataDirectory {
        guard place.hasPrefix("postgres") else { return try DataDirectory(place, owned: true, mustExist: mustExist) }
        // A server's data needs no directory; the one for files is not touched.
        return try DataDirectory(FileManager.default.temporaryDirectory.path, server: place, owned: false)
    }

    /// What is written while it is copied would be lost.
    private static func requireAlone(_ engine: Engine, _ name: String, _ surroundings: Surroundings) throws {
        guard engine.isShared else { return }
        let count = try engine.read { tx in
            try Migrator.applied(tx).isEmpty ? 0 : try NodeStore().count(at: surroundings.now(), tx)
        }
        guard count == 0 else {
            throw CopyFailure(
                description:
                    "\(count) processes use the database to be copied: stop them, and wait a minute after a kill."
            )
        }
    }
}
