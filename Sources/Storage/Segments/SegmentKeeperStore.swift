import Database
import Domain

/// Which process writes down who enters segments and who leaves.
package struct SegmentKeeperStore: Sendable {
    package init() {}

    /// Takes the lease, or goes on holding it; false while another process holds it.
    package func hold(_ holder: String, at now: Instant, until lease: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            """
            INSERT INTO segment_keeper (id, holder, lease_until_ms) VALUES (1, \(holder), \(lease.milliseconds))
            ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, lease_until_ms = excluded.lease_until_ms
            WHERE segment_keeper.holder = excluded.holder OR segment_keeper.lease_until_ms <= \(now.milliseconds)
            """
        ) > 0
    }

    /// Whether a process holds the lease; what it writes in the same transaction nobody else writes.
    package func isHeld(by holder: String, _ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM segment_keeper WHERE id = 1 AND holder = \(holder)") { _ in true } ?? false
    }

    /// Whether any process holds the lease.
    package func isHeld(at now: Instant, _ tx: Connection) throws -> Bool {
        try tx.first("SELECT 1 FROM segment_keeper WHERE id = 1 AND lease_until_ms > \(now.milliseconds)") { _ in true }
            ?? false
    }

    // MARK: Snapshots

    /// Notes that a process left a snapshot of the index.
    ///
    /// - Parameters:
    ///   - token: What the snapshot bears as well.
    ///   - former: What the one before bore, whose place it takes.
    ///   - place: The turn up to which it is good.
    package func leaveSnapshot(_ token: Int64, replacing former: Int64?, place: Int64, _ tx: Connection) throws {
        // Those of nodes that are no more go once what was told since is forgotten.
        try tx.run(
            """
            DELETE FROM segment_keeper WHERE holder = \(Self.snapshot)
                AND (id = \(former ?? token) OR lease_until_ms < \(place - Connection.keptTurns))
            """
        )
        try tx.run(
            "INSERT INTO segment_keeper (id, holder, lease_until_ms) VALUES (\(token), \(Self.snapshot), \(place))"
        )
    }

    /// The turn up to which a snapshot is good; nil for one that is not known.
    package func place(ofSnapshot token: Int64, _ tx: Connection) throws -> Int64? {
        try tx.first("SELECT lease_until_ms FROM segment_keeper WHERE id = \(token) AND holder = \(Self.snapshot)") {
            $0.integer(0)
        }
    }

    /// Says of all snapshots that they are good no more.
    package func forgetSnapshots(_ tx: Connection) throws {
        try tx.run("DELETE FROM segment_keeper WHERE holder = \(Self.snapshot)")
    }

    private static let snapshot = "snapshot"

    // MARK: The lease

    /// Lets another process have it at once.
    package func release(_ holder: String, _ tx: Connection) throws {
        try tx.run("UPDATE segment_keeper SET lease_until_ms = 0 WHERE id = 1 AND holder = \(holder)")
    }
}
