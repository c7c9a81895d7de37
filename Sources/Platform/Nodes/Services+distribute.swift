import Database
import Storage

/// Servers that run while tables move to other machines.
package struct DistributionRefusal: Error, CustomStringConvertible {
    package let description: String
}

extension Services {
    /// Spreads the tables over the machines of a server with Citus; what is spread already stays as it is.
    ///
    /// - Parameter progress: Told of each table, where it is now, and whether it was there before.
    /// - Throws: `Distribution.Failure`, `DistributionRefusal`, `DatabaseError`.
    package func distribute(
        progress: @Sendable (_ table: String, _ place: String, _ wasDone: Bool) -> Void
    ) async throws {
        // This process is one of them.
        let others = engine.isShared ? try engine.read { try NodeStore().count(at: surroundings.now(), $0) } - 1 : 0
        guard others <= 0 else {
            throw DistributionRefusal(
                description: "\(others) processes use the database: stop them, and wait a minute after a kill."
            )
        }
        try await Distribution(engine).run { progress($0.table, $0.place.rawValue, $0.wasDone) }
    }
}
