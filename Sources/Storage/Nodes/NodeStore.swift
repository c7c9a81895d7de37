import Database
import Domain

/// The numbers of the processes that run on one database.
package struct NodeStore: Sendable {
    package init() {}

    /// Takes a number that nobody holds until `lease`; nil when all are held.
    package func take(_ holder: String, at now: Instant, until lease: Instant, _ tx: Connection) throws -> Int64? {
        let held = Set(
            try tx.rows("SELECT id FROM node WHERE lease_until_ms > \(now.milliseconds)") { $0.integer(0) }
        )
        guard let id = (0..<IdentifierMaker.nodeCount).first(where: { !held.contains($0) }) else { return nil }
        try tx.run(
            """
            INSERT INTO node (id, holder, lease_until_ms) VALUES (\(id), \(holder), \(lease.milliseconds))
            ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, lease_until_ms = excluded.lease_until_ms
            """
        )
        return id
    }

    /// How many processes there are.
    package func count(at now: Instant, _ tx: Connection) throws -> Int {
        try tx.first("SELECT count(*) FROM node WHERE lease_until_ms > \(now.milliseconds)") { Int($0.integer(0)) } ?? 0
    }

    /// Goes on holding a number; false when somebody else has it.
    package func renew(_ id: Int64, _ holder: String, until lease: Instant, _ tx: Connection) throws -> Bool {
        try tx.changed(
            "UPDATE node SET lease_until_ms = \(lease.milliseconds) WHERE id = \(id) AND holder = \(holder)"
        ) > 0
    }
}
