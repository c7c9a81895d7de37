import Database
import Domain
import Storage

/// Holds everything derived against the facts (spec operations.md, "reorder verify").
package struct Verifier: Sendable {
    let engine: Engine
    let orders: OrderService
    let receipts: ReceiptService
    let board: SegmentBoard
    let segments: SegmentService
    let directory: DataDirectory
    /// Whether this process keeps the lists' facts; one beside the server does not.
    let keepsLists: Bool

    /// One check, and what it found wrong.
    package struct Check: Sendable {
        package var name: String
        /// The first findings, a sentence each; empty when all is well.
        package var findings: [String]
        /// Whether a repair can make it anew from the facts.
        package var isMendable: Bool
    }

    /// Findings of one check that are told.
    private static let limit = 20

    /// Runs every check on one unchanging view.
    ///
    /// - Parameter patience: For how long a server beside this process may be behind with writing down who moved between segments;
    ///   one that asks the database does so once a minute.
    package func verify(patience: Duration = .seconds(75)) async throws -> [Check] {
        let checks = try await checks()
        guard !keepsLists, try isServed() else { return checks }
        let found = try await SegmentMemberCheck(segments).check(patience: patience)
        // Of one that ended meanwhile the next one writes down who moved.
        return try checks + [isServed() ? found : Check(name: found.name, findings: [], isMendable: false)]
    }

    /// Whether a process writes down who moves between segments.
    private func isServed() throws -> Bool {
        guard !engine.isShared else {
            return try engine.read { tx in try SegmentKeeperStore().isHeld(at: orders.surroundings.now(), tx) }
        }
        do {
            try DataDirectory(directory.path, owned: true).release()
            return false
        } catch DataDirectory.Failure.inUse {
            return true
        }
    }

    private func checks() async throws -> [Check] {
        let (columns, people, bills) = (orders.board.snapshot, orders.people.snapshot, receipts.board.snapshot)
        try await board.mend()
        let view = board.isOpen ? await board.view() : nil
        return try await engine.readLong { [self] tx in
            let checks = try StoredCheck.all.map { check in
                Check(name: check.name, findings: try check.find(Self.limit, tx), isMendable: check.mend != nil)
            }
            guard keepsLists else { return checks }
            let (stored, storedPeople) = (try OrderColumnsStore().load(tx), try CustomerColumnsStore().load(tx))
            let storedBills = try ReceiptColumnsStore().load(tx)
            return checks + [
                Self.list("order", columns.hasSameEntries(as: stored), columns.count, stored.count),
                Self.list("customer", people.hasSameEntries(as: storedPeople), people.count, storedPeople.count),
                Self.list("receipt", bills.hasSameEntries(as: storedBills), bills.count, storedBills.count),
            ]
                + (try view.map { view in
                    let check = SegmentCheck(view)
                    return [try check.index(tx), try check.members(segments, tx)]
                } ?? [])
        }
    }

    /// The check of a list in memory; a start makes it anew, so there is nothing stored to mend.
    private static func list(_ noun: String, _ isSame: Bool, _ kept: Int, _ stored: Int) -> Check {
        let difference = "\(kept) in memory, \(stored) stored, or other facts of them"
        return Check(name: "lists know every \(noun)", findings: isSame ? [] : [difference], isMendable: false)
    }

    /// Makes anew what is derived and differs from the facts, and returns the names of the checks it mended.
    ///
    /// Each is mended in a transaction of its own; the facts are never altered. Lists in memory follow at the next start.
    package func repair() async throws -> [String] {
        var mended: [String] = []
        for check in StoredCheck.all {
            guard let mend = check.mend else { continue }
            let isWrong = try await engine.readLong { tx in try !check.find(1, tx).isEmpty }
            guard isWrong else { continue }
            try await engine.write { tx in
                try mend(tx)
                // Nobody is told of it.
                try SegmentKeeperStore().forgetSnapshots(tx)
            }
            mended.append(check.name)
        }
        return mended
    }
}
