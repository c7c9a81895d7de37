import Database
import Domain
import Segmentation
import Storage
import Synchronization

/// Who is in which segment, in memory, kept in step with the commits (ARCHITECTURE.md, "Segments").
///
/// It sleeps until somebody opens it: a command that asks nothing of segments need not read all orders. Once open it is told of each
/// commit before that is answered, in the order of commits, and of the passing of time.
package final class SegmentBoard: Sendable {
    /// What is to be written down of who is where.
    enum Job: Sendable {
        case move(LiveSegments.Move)
        /// A segment that is new, or asks something else: those who are in it are written down, and nobody has entered.
        case fill(Filling)
    }

    struct Filling: Sendable {
        var segment: Segment.ID
        var code: String
        /// The tree that was asked; of another one by now nothing is written.
        var conditions: String?
        var members: [Customer.ID]
    }

    private struct State {
        var live: LiveSegments?
        var ground: SegmentGround?
        /// What came since a building of the index began; nil where none runs.
        var missed: [(changes: [SegmentChange], at: Instant)]?
        /// Whether somebody writes moves down; otherwise they are forgotten, and found again by comparing.
        var isKept = false
        var jobs: [Job] = []
        /// Whether commits may have been missed, or history reads otherwise: it is to be built anew.
        var isInDoubt = false
        /// Whether somebody was erased: the index may still have their words, which no file may hold.
        var isStained = false
        /// Whether what comes is kept for a snapshot that is not read yet.
        var awaitsSnapshot = false
        /// Statuses that came since, of which history may tell from before.
        var newStatuses: [OrderStatus] = []

        var isSettled: Bool { live != nil && !isInDoubt && newStatuses.isEmpty }
        /// Rises with each change, so that a snapshot knows whether it is worth its while.
        var changeCount = 0

        /// Notes what history may tell otherwise by other statuses.
        mutating func compare(_ before: StatusBook, _ after: StatusBook) {
            guard before.statuses != after.statuses else { return }
            let (old, new) = (Set(before.statuses.map(\.id)), Set(after.statuses.map(\.id)))
            // What history says of a status that is no more is said of none.
            if !old.isSubset(of: new) { isInDoubt = true }
            newStatuses += after.statuses.filter { !old.contains($0.id) }
        }

        /// Notes moves to be written down, and returns whether there are any.
        mutating func note(_ moves: [LiveSegments.Move]) -> Bool {
            guard isKept, !moves.isEmpty else { return false }
            jobs += moves.map(Job.move)
            return true
        }
    }

    private let state = Mutex(State())
    /// What the process before left; used for the first index only.
    private let snapshot = Mutex<SegmentSnapshot?>(nil)
    /// Whether anything has to be told at all.
    private let isAwake = Atomic<Bool>(false)
    /// Whether the index began with what the process before left.
    private let beganWithSnapshot = Atomic<Bool>(false)
    private let opening = Opening()
    let engine: Engine
    let references: ReferenceBoard
    let surroundings: Surroundings
    /// What this process is called where it holds the lease to write moves down.
    let holder: String
    /// Wakes who writes moves down.
    let bell = EventSignal()

    init(_ engine: Engine, _ references: ReferenceBoard, _ identifiers: Identifiers, _ surroundings: Surroundings) {
        (self.engine, self.references, self.surroundings) = (engine, references, surroundings)
        holder = identifiers.holder(surroundings)
    }

    // MARK: Opening

    /// Says what the process before left of its index; to be called before anything is written.
    func prepare(_ new: SegmentSnapshot) {
        snapshot.withLock { $0 = new }
        // Of data that one process has to itself, what is written from now on is not in the snapshot.
        guard !new.known.isEmpty else { return }
        state.withLock { ($0.missed, $0.awaitsSnapshot) = ([], true) }
        isAwake.store(true, ordering: .releasing)
    }

    /// Removes what the process before left, as when somebody is erased whose words may stand in it.
    func discardSnapshot() throws {
        let left = snapshot.withLock { snapshot in
            defer { snapshot = nil }
            return snapshot
        }
        state.withLock { state in
            state.isStained = true
            if state.awaitsSnapshot { (state.awaitsSnapshot, state.missed) = (false, nil) }
        }
        try left?.remove()
    }

    /// Changes that are kept for a snapshot; who writes more without asking for segments forgets it.
    private static let missedLimit = 20_000

    /// Builds the index, once; who comes meanwhile waits.
    ///
    /// - Throws: `DatabaseError`.
    package func open() async throws {
        // A change that comes while the index is built may ask for it once more, but not for ever.
        for _ in 0..<3 where !state.withLock({ $0.isSettled }) {
            try await opening.once { [self] in try await settle() }
        }
    }

    private func settle() async throws {
        let (isWhole, new) = state.withLock { ($0.live != nil && !$0.isInDoubt, $0.newStatuses) }
        guard isWhole else { return try await build() }
        // A status that was deleted and is made again has been in history before.
        let wasUsed = try await engine.readLong { tx in
            try new.contains { try StatusStore().isInHistory($0.type, code: $0.code, tx) }
        }
        state.withLock { state in
            state.newStatuses.removeFirst(min(new.count, state.newStatuses.count))
            state.isInDoubt = state.isInDoubt || wasUsed
        }
    }

    /// Whether the index began with what the process before left, and was not read from the database.
    package var isFromSnapshot: Bool { beganWithSnapshot.load(ordering: .relaxed) }

    package var isOpen: Bool { state.withLock { $0.live != nil } }

    /// Says that commits may have been missed.
    func doubt() { state.withLock { $0.isInDoubt = $0.live != nil } }

    /// Builds the index anew where it is open and commits may have been missed.
    func mend() async throws { if isOpen { try await open() } }

    /// Builds the index anew from the database, while what there is goes on answering.
    func build() async throws {
        let left = snapshot.withLock { snapshot in
            defer { snapshot = nil }
            return snapshot
        }
        let isGood = state.withLock { state in
            let isGood = state.awaitsSnapshot
            if !state.awaitsSnapshot { state.missed = [] }
            state.awaitsSnapshot = false
            return isGood
        }
        isAwake.store(true, ordering: .releasing)
        do {
            let ((index, isFromSnapshot), reference, audiences) = try await engine.readLong { tx in
                let reference = try ReferenceBoard.Reference.read(tx)
                let known = isGood ? try left?.index(reference, tx) : nil
                return (
                    (try known ?? SegmentBuilder(reference).index(tx), known != nil), reference,
                    try SegmentBuilder.audiences(reference, tx)
                )
            }
            beganWithSnapshot.store(isFromSnapshot, ordering: .relaxed)
            try left?.remove()
            var live = LiveSegments(index, reference.calendar, at: surroundings.now())
            var ground = SegmentGround(reference)
            for (code, members) in audiences { _ = live.set(.members(members), of: code, at: live.now) }
            _ = ground.follow(reference, &live)
            // Most of what came meanwhile is taken in while writers go on.
            while true {
                let missed = state.withLock { state in
                    defer { state.missed = [] }
                    return state.missed ?? []
                }
                if missed.count < 50 {
                    finish(live, ground, missed)
                    return
                }
                for batch in missed {
                    for change in batch.changes { _ = live.take(change, isReplay: true, at: batch.at) }
                }
            }
        } catch {
            let isOpen = state.withLock { state in
                state.missed = nil
                return state.live != nil
            }
            if !isOpen { isAwake.store(false, ordering: .releasing) }
            throw error
        }
    }

    private func finish(
        _ built: LiveSegments, _ ground: SegmentGround, _ missed: [(changes: [SegmentChange], at: Instant)]
    ) {
        var (live, ground) = (built, ground)
        state.withLock { state in
            for batch in missed + (state.missed ?? []) {
                for change in batch.changes { _ = live.take(change, isReplay: true, at: batch.at) }
            }
            // What moved while the index was built is found by comparing with what is written down.
            let current = references.current
            (state.isInDoubt, state.newStatuses) = (false, [])
            state.compare(ground.book, current.book)
            _ = ground.follow(current, &live)
            (state.live, state.ground, state.missed) = (live, ground, nil)
            (state.isKept, state.jobs) = (false, [])
        }
        bell.raise()
    }

    // MARK: Being told

    /// Whether what commits do is to be told; what is made for it alone need not be made otherwise.
    var isToBeTold: Bool { isAwake.load(ordering: .acquiring) }

    /// Takes in what a commit did; to be called after it, in the order of commits.
    func apply(_ changes: @autoclosure () -> [SegmentChange]) {
        guard isAwake.load(ordering: .acquiring) else { return }
        let changes = changes()
        guard !changes.isEmpty else { return }
        let now = surroundings.now()
        let isTold = state.withLock { state in
            if state.missed != nil { state.missed?.append((changes, now)) }
            if state.awaitsSnapshot, state.missed?.count ?? 0 > Self.missedLimit {
                (state.awaitsSnapshot, state.missed) = (false, nil)
                isAwake.store(false, ordering: .releasing)
            }
            guard state.live != nil else { return false }
            state.changeCount += changes.count
            let moves = state.live?.together(at: now) { live in changes.flatMap { live.take($0, at: now) } }
            return state.note(moves ?? [])
        }
        if isTold { bell.raise() }
    }

    /// Takes in statuses, fields, the project's zone and segments as they are published; to be called in the order of commits.
    func follow() {
        guard isAwake.load(ordering: .acquiring) else { return }
        let reference = references.current
        let isTold = state.withLock { state in
            if state.awaitsSnapshot {
                // What holds for the whole shop is another than the snapshot was made with.
                (state.awaitsSnapshot, state.missed) = (false, nil)
                isAwake.store(false, ordering: .releasing)
            }
            guard var live = state.live, var ground = state.ground else { return false }
            // The index would be copied if it were in two places while it changes.
            state.live = nil
            state.compare(ground.book, reference.book)
            let jobs = ground.follow(reference, &live)
            (state.live, state.ground) = (live, ground)
            state.changeCount += 1
            guard state.isKept else { return false }
            state.jobs += jobs
            return !jobs.isEmpty
        }
        if isTold { bell.raise() }
    }

    /// Lets time pass.
    package func pass() {
        guard isAwake.load(ordering: .acquiring) else { return }
        let now = surroundings.now()
        let isTold = state.withLock { state in
            guard state.live?.isEmpty == false else { return false }
            return state.note(state.live?.advance(to: now) ?? [])
        }
        if isTold { bell.raise() }
    }

    // MARK: What is to be written down

    /// The first jobs that wait; nil where nobody keeps them.
    func jobs(limit: Int) -> [Job]? { state.withLock { $0.isKept ? Array($0.jobs.prefix(limit)) : nil } }

    /// Forgets the first jobs, which are done.
    func drop(_ count: Int) { state.withLock { $0.jobs.removeFirst(min(count, $0.jobs.count)) } }

    /// Puts jobs before all that wait.
    func prepend(_ jobs: [Job]) { state.withLock { $0.jobs.insert(contentsOf: jobs, at: 0) } }

    /// Keeps what moves from now on, and returns who is where now; nil while the board sleeps.
    func keep() -> LiveSegments? {
        state.withLock { state in
            guard let live = state.live else { return nil }
            (state.isKept, state.jobs) = (true, [])
            return live
        }
    }

    /// Lets moves go: another process writes them down.
    package func stopKeeping() { state.withLock { ($0.isKept, $0.jobs) = (false, []) } }

    // MARK: Asking

    /// What there is to ask, as of now; nil while the board sleeps.
    package func view() -> SegmentView? {
        let now = surroundings.now()
        let (live, isTold) = state.withLock { state -> (LiveSegments?, Bool) in
            let isTold =
                state.live.map { !$0.isEmpty } ?? false ? state.note(state.live?.advance(to: now) ?? []) : false
            return (state.live, isTold)
        }
        if isTold { bell.raise() }
        return live.map { SegmentView($0, at: now) }
    }

    /// How many changes the index took in; nil where it is not what the database has.
    var settledChangeCount: Int? {
        state.withLock { $0.isSettled && $0.missed == nil && !$0.isStained ? $0.changeCount : nil }
    }

    /// The index alone.
    var index: SegmentIndex? { state.withLock { $0.live?.index } }
}

/// Lets one at a time do something, and the others wait for it.
private actor Opening {
    private var running: Task<Void, any Error>?

    func once(_ body: @escaping @Sendable () async throws -> Void) async throws {
        if let running { return try await running.value }
        let task = Task { try await body() }
        running = task
        defer { running = nil }
        try await task.value
    }
}
