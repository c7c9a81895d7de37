import Database
import Dispatch
import Domain
import Segmentation
import Storage
import Synchronization

/// Who is in which segment, in memory, kept in step with the commits (ARCHITECTURE.md, "Segments").
///
/// It sleeps until somebody opens it: a command that asks nothing of segments need not read all orders. Once open it is told of each
/// commit before that is answered, in the order of commits, and of the passing of time.
///
/// What asks everybody (a midnight, a product, the zone, a new segment, scores) is done by a thread of its own, which has the live
/// segments meanwhile: commits go on and leave it what they did, in their order, and who asks waits until all is taken in.
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

    let state = Mutex(State())
    /// Where everybody is asked of something.
    package let reviews = DispatchQueue(label: "reorder-segments")
    /// Where snapshots are written.
    let snapshots = DispatchQueue(label: "reorder-snapshots")
    /// What processes leave of the index; nil in one that has none.
    let snapshot = Mutex<SegmentSnapshot?>(nil)
    /// The turn up to which all is known that other processes did; nil where there are none.
    let followed = Mutex<(@Sendable () -> Int64)?>(nil)
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

    /// Says where the process before left its index, and this one will.
    func prepare(_ new: SegmentSnapshot, _ follower: NodeFollower?) {
        snapshot.withLock { $0 = new }
        if let follower { followed.withLock { $0 = { [weak follower] in follower?.knownTurn ?? 0 } } }
    }

    /// Removes what is left of the index, as when somebody is erased whose words may stand in it; what is being written will not be left.
    func discardSnapshot() throws {
        state.withLock { state in
            state.stains += 1
            state.saved = nil
        }
        try snapshot.withLock { $0 }?.remove()
    }

    /// Builds the index, once; who comes meanwhile waits.
    ///
    /// - Throws: `DatabaseError`.
    package func open() async throws {
        // A change that comes while the index is built may ask for it once more, but not for ever.
        for _ in 0..<3 where !state.withLock({ $0.isSettled }) {
            try await opening.once { [self] in try await makeWhole() }
        }
    }

    private func makeWhole() async throws {
        let (isWhole, new) = state.withLock { ($0.isOpen && !$0.isInDoubt, $0.newStatuses) }
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

    package var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Says that commits may have been missed.
    func doubt() { state.withLock { $0.isInDoubt = $0.isOpen } }

    /// Builds the index anew where it is open and commits may have been missed.
    func mend() async throws { if isOpen { try await open() } }

    /// Builds the index anew from the database, while what there is goes on answering.
    func build() async throws {
        let left = snapshot.withLock { $0 }
        let (isFirst, stains) = state.withLock { state in
            state.missed = []
            return (!state.isOpen, state.stains)
        }
        isAwake.store(true, ordering: .releasing)
        do {
            let now = surroundings.now()
            let (found, built, reference, audiences) = try await engine.readLong { tx in
                let reference = try ReferenceBoard.Reference.read(tx)
                let found = isFirst ? try left?.read(reference, at: now, tx) : nil
                return (
                    found, found == nil ? try SegmentBuilder(reference).index(tx) : nil, reference,
                    try SegmentBuilder.audiences(reference, tx)
                )
            }
            if isFirst { try begin(with: found) }
            guard let index = found?.index ?? built else { return }
            var live = LiveSegments(index, reference.calendar, at: now)
            let tracked = TrackedGround(reference)
            var ground = SegmentGround(reference)
            for (code, members) in audiences { _ = live.set(.members(members), of: code, at: live.now) }
            _ = ground.follow(reference, &live)
            await finish(Standing(live: live, ground: ground), tracked, stains)
        } catch {
            let isOpen = state.withLock { state in
                state.missed = nil
                return state.isOpen
            }
            if !isOpen { isAwake.store(false, ordering: .releasing) }
            throw error
        }
    }

    /// Notes whether the index begins with what the process before left.
    private func begin(with found: SegmentSnapshot.Found?) throws {
        beganWithSnapshot.store(found != nil, ordering: .relaxed)
        // What is not good is in the way, and what has words of somebody who is gone may not be.
        guard let found else { return try snapshot.withLock { $0 }?.remove() ?? () }
        guard !found.isStained else { return try discardSnapshot() }
        let now = surroundings.now()
        state.withLock { state in
            state.saved = State.Saved(token: found.token, changeCount: state.changeCount, place: found.place, at: now)
        }
    }

    /// - Parameter stains: How often somebody had been erased when the reading began.
    private func finish(_ built: Standing, _ tracked: TrackedGround, _ stains: Int) async {
        var standing: Standing? = built
        // Most of what came meanwhile is taken in while writers go on.
        while true {
            let missed = state.withLock { state in
                defer { state.missed = [] }
                return state.missed ?? []
            }
            guard missed.count >= 50 else {
                state.withLock { $0.missed = missed + ($0.missed ?? []) }
                break
            }
            standing?.repeatChanges(missed)
        }
        _ = standing?.take(.reference(references.current))
        repeat { await settle() } while !state.withLock { install(&standing, tracked, stains, &$0) }
        bell.raise()
    }

    /// - Returns: False while a long review has what is to be replaced.
    private func install(
        _ built: inout Standing?, _ tracked: TrackedGround, _ stains: Int, _ state: inout State
    ) -> Bool {
        guard state.waiting == nil else { return false }
        built?.repeatChanges(state.missed ?? [])
        // What moved while the index was built is found by comparing with what is written down.
        let current = references.current
        (state.isInDoubt, state.newStatuses) = (!tracked.holds(current), [])
        state.tracked = tracked
        if let book = built?.ground.book { state.book = book }
        state.follow(current.book)
        _ = built?.take(.reference(current))
        (state.standing, state.missed, state.cleanStains) = (built, nil, stains)
        (state.isKept, state.jobs) = (false, [])
        built = nil
        return true
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
            guard state.isOpen else { return false }
            state.changeCount += changes.count
            return take(.changes(changes, at: now), &state)
        }
        if isTold { bell.raise() }
    }

    /// Takes in statuses, fields, the project's zone and segments as they are published; to be called in the order of commits.
    func follow() {
        guard isAwake.load(ordering: .acquiring) else { return }
        let reference = references.current
        let isTold = state.withLock { state in
            guard state.isOpen else { return false }
            state.follow(reference.book)
            if !state.tracked.holds(reference) { state.isInDoubt = true }
            state.changeCount += 1
            return take(.reference(reference), &state)
        }
        if isTold { bell.raise() }
    }

    /// Lets time pass.
    package func pass() {
        guard isAwake.load(ordering: .acquiring) else { return }
        let now = surroundings.now()
        let isTold = state.withLock { $0.isOpen ? take(.time(now), &$0) : false }
        if isTold { bell.raise() }
    }

    /// Takes news in where that is quick, and leaves it to the thread of long reviews otherwise, with all that comes until it is done.
    ///
    /// - Returns: Whether there is something to be written down.
    private func take(_ news: News, _ state: inout State) -> Bool {
        guard state.waiting == nil else {
            // Time passes with the next news, too.
            if case .time = news, case .time? = state.waiting?.last { state.waiting?.removeLast() }
            state.waiting?.append(news)
            return false
        }
        guard state.standing?.isQuick(news) == false else {
            return state.note(state.standing?.take(news) ?? [])
        }
        state.waiting = [news]
        reviews.async { [self] in review() }
        return false
    }

    /// Takes in what waits until nothing does, while writers go on.
    private func review() {
        // One value has it at a time: it would be copied if it changed while two have it.
        var standing = state.withLock { state in
            defer { state.standing = nil }
            return state.standing
        }
        while true {
            let waiting = state.withLock { state in
                let waiting = state.waiting ?? []
                state.waiting = []
                if waiting.isEmpty {
                    (state.standing, state.waiting) = (standing, nil)
                    standing = nil
                    let settled = state.settled
                    state.settled = []
                    for body in settled { body(&state) }
                }
                return waiting
            }
            guard !waiting.isEmpty else { return }
            for news in waiting {
                let jobs = standing?.take(news) ?? []
                if state.withLock({ $0.note(jobs) }) { bell.raise() }
            }
        }
    }

    // MARK: Waiting

    /// Runs `body` while no long review is under way, and all that was told before is taken in.
    func whenSettled<Result: Sendable>(_ body: @escaping @Sendable (inout State) -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.waiting == nil { return continuation.resume(returning: body(&state)) }
                state.settled.append { continuation.resume(returning: body(&$0)) }
            }
        }
    }

    /// Returns once all that was told before is taken in.
    func settle() async { await whenSettled { _ in } }

    // MARK: What is to be written down

    /// The first jobs that wait; nil where nobody keeps them.
    func jobs(limit: Int) -> [Job]? { state.withLock { $0.isKept ? Array($0.jobs.prefix(limit)) : nil } }

    /// Forgets the first jobs, which are done.
    func drop(_ count: Int) { state.withLock { $0.jobs.removeFirst(min(count, $0.jobs.count)) } }

    /// Puts jobs before all that wait.
    func prepend(_ jobs: [Job]) { state.withLock { $0.jobs.insert(contentsOf: jobs, at: 0) } }

    /// Keeps what moves from now on, and returns who is where now; nil while the board sleeps.
    func keep() async -> LiveSegments? {
        await whenSettled { state in
            guard let live = state.standing?.live else { return nil }
            (state.isKept, state.jobs) = (true, [])
            return live
        }
    }

    /// Lets moves go: another process writes them down.
    package func stopKeeping() { state.withLock { ($0.isKept, $0.jobs) = (false, []) } }

    // MARK: Asking

    /// What there is to ask, as of now; nil while the board sleeps.
    package func view() async -> SegmentView? {
        pass()
        let now = surroundings.now()
        return await whenSettled { $0.standing?.live }.map { SegmentView($0, at: now) }
    }
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
