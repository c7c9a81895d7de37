import Database
import Dispatch
import Domain
import Segmentation
import Storage
import Synchronization

/// When a snapshot is left.
extension SegmentBoard {
    /// No two within so many seconds.
    private static let shortest: Int64 = 300
    /// After so many changes, or else so many seconds.
    private static let changes = 20_000
    private static let longest: Int64 = 3600

    /// Leaves a snapshot where the last one is old enough, and enough changed since.
    package func leaveSnapshotWhereDue() async throws {
        let now = surroundings.now()
        let (isPossible, saved, changes) = state.withLock { state in
            let isPossible = state.standing != nil && state.stains == state.cleanStains
            return (isPossible, state.saved, state.changeCount - (state.saved?.changeCount ?? 0))
        }
        guard isPossible else { return }
        if let saved {
            guard changes > 0, now >= saved.at.adding(seconds: Self.shortest) else { return }
            let isOld = now >= saved.at.adding(seconds: Self.longest)
            let turns = try engine.read { try $0.place() } - saved.place
            guard isOld || changes >= Self.changes || turns >= Connection.keptTurns / 4 else { return }
        }
        try await leaveSnapshot()
    }

    /// Leaves a snapshot of what there is now; writes go on meanwhile.
    package func leaveSnapshot() async throws {
        guard let snapshot = snapshot.withLock({ $0 }) else { return }
        let known = followed.withLock { $0 }?()
        // What was committed up to here has been told.
        let place = try await engine.write { tx in try tx.place() }
        guard let leaving = await whenSettled({ $0.leaving(min(place, known ?? place)) }) else { return }
        let token = newToken()
        let isLeft = try await withCheckedThrowingContinuation { continuation in
            snapshots.async { [self] in continuation.resume(with: Result { try write(leaving, token, snapshot) }) }
        }
        guard isLeft else { return }
        let former = state.withLock { $0.saved?.token }
        try await engine.write { tx in
            try SegmentKeeperStore().leaveSnapshot(token, replacing: former, place: leaving.place, tx)
        }
        note(leaving, token)
    }

    /// The same for the end of a process, on the thread that calls.
    func leaveLastSnapshot() {
        guard isOpen, let snapshot = snapshot.withLock({ $0 }) else { return }
        let known = followed.withLock { $0 }?()
        do {
            let place = try engine.writeNow { tx in try tx.place() }
            let (leaving, former) = state.withLock { state in
                let isNew = state.waiting == nil && state.saved?.changeCount != state.changeCount
                return (isNew ? state.leaving(min(place, known ?? place)) : nil, state.saved?.token)
            }
            let token = newToken()
            guard let leaving, try write(leaving, token, snapshot) else { return }
            try engine.writeNow { tx in
                try SegmentKeeperStore().leaveSnapshot(token, replacing: former, place: leaving.place, tx)
            }
        } catch {
            // The next process takes what was left before, or builds the index from the database.
            return
        }
    }

    private func newToken() -> Int64 { surroundings.randomBytes(7).reduce(Int64(1)) { $0 << 8 | Int64($1) } }

    /// - Returns: False where somebody was erased meanwhile, whose words would stand in it.
    private func write(_ leaving: SegmentSnapshot.Leaving, _ token: Int64, _ snapshot: SegmentSnapshot) throws -> Bool {
        try snapshot.write(leaving.index, token)
        return try state.withLock { state in
            guard state.stains == leaving.stains else {
                try snapshot.remove()
                return false
            }
            try snapshot.replace()
            return true
        }
    }

    private func note(_ leaving: SegmentSnapshot.Leaving, _ token: Int64) {
        let now = surroundings.now()
        state.withLock {
            $0.saved = State.Saved(token: token, changeCount: leaving.changeCount, place: leaving.place, at: now)
        }
    }
}

extension SegmentBoard.State {
    /// What a snapshot would hold; nil where the index is not what the database has, or may have words of somebody who was erased.
    fileprivate func leaving(_ place: Int64) -> SegmentSnapshot.Leaving? {
        guard let standing, isSettled, missed == nil, stains == cleanStains else { return nil }
        return SegmentSnapshot.Leaving(
            index: standing.live.index, place: place, changeCount: changeCount, stains: stains)
    }
}
