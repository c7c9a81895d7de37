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

    /// What the live segments were made of, to tell what of it changed.
    private struct Ground {
        var calendar: ShopCalendar
        var book: StatusBook
        var sources: Set<ConditionSource>
        var segments: [String: Tree] = [:]
    }

    /// A segment as it is asked; audiences have no condition.
    private struct Tree: Equatable {
        var id: Segment.ID
        var text: String?
        var sources: Set<ConditionSource>
        var isLive: Bool
    }

    private struct State {
        var live: LiveSegments?
        var ground: Ground?
        /// What came since a building of the index began; nil where none runs.
        var missed: [(changes: [SegmentChange], at: Instant)]?
        /// Whether somebody writes moves down; otherwise they are forgotten, and found again by comparing.
        var isKept = false
        var jobs: [Job] = []
        /// Whether commits may have been missed, or history reads otherwise: it is to be built anew.
        var isInDoubt = false
        /// Statuses that came since, of which history may tell from before.
        var newStatuses: [OrderStatus] = []

        var isSettled: Bool { live != nil && !isInDoubt && newStatuses.isEmpty }
        /// Rises with each change, so that a snapshot knows whether it is worth its while.
        var changeCount = 0

        /// Notes moves to be written down, and returns whether there are any.
        mutating func note(_ moves: [LiveSegments.Move]) -> Bool {
            guard isKept, !moves.isEmpty else { return false }
            jobs += moves.map(Job.move)
            return true
        }
    }

    private let state = Mutex(State())
    /// Whether anything has to be told at all.
    private let isAwake = Atomic<Bool>(false)
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

    /// Builds the index, once; who comes meanwhile waits.
    ///
    /// - Throws: `DatabaseError`.
    package func open() async throws {
        while !state.withLock({ $0.isSettled }) { try await opening.once { [self] in try await settle() } }
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

    package var isOpen: Bool { state.withLock { $0.live != nil } }

    /// Says that commits may have been missed.
    func doubt() { state.withLock { $0.isInDoubt = $0.live != nil } }

    /// Builds the index anew where it is open and commits may have been missed.
    func mend() async throws { if isOpen { try await open() } }

    /// Builds the index anew from the database, while what there is goes on answering.
    func build() async throws {
        state.withLock { $0.missed = [] }
        isAwake.store(true, ordering: .releasing)
        do {
            let (index, reference, audiences) = try await engine.readLong { tx in
                let reference = try ReferenceBoard.Reference.read(tx)
                return (try SegmentBuilder(reference).index(tx), reference, try SegmentBuilder.audiences(reference, tx))
            }
            var live = LiveSegments(index, reference.calendar, at: surroundings.now())
            var ground = Ground(
                calendar: reference.calendar, book: reference.book, sources: Self.sources(reference.registry))
            for (code, members) in audiences { _ = live.set(.members(members), of: code, at: live.now) }
            _ = Self.follow(reference, &live, &ground)
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
        _ built: LiveSegments, _ ground: Ground, _ missed: [(changes: [SegmentChange], at: Instant)]
    ) {
        var (live, ground) = (built, ground)
        state.withLock { state in
            for batch in missed + (state.missed ?? []) {
                for change in batch.changes { _ = live.take(change, isReplay: true, at: batch.at) }
            }
            // What moved while the index was built is found by comparing with what is written down.
            _ = Self.follow(references.current, &live, &ground)
            (state.live, state.ground, state.missed, state.isInDoubt) = (live, ground, nil, false)
            state.newStatuses = []
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
            guard state.live != nil else { return false }
            state.changeCount += changes.count
            var moves: [LiveSegments.Move] = []
            for change in changes { moves += state.live?.take(change, at: now) ?? [] }
            return state.note(moves)
        }
        if isTold { bell.raise() }
    }

    /// Takes in statuses, fields, the project's zone and segments as they are published; to be called in the order of commits.
    func follow() {
        guard isAwake.load(ordering: .acquiring) else { return }
        let reference = references.current
        let isTold = state.withLock { state in
            guard var live = state.live, var ground = state.ground else { return false }
            // The index would be copied if it were in two places while it changes.
            state.live = nil
            let (before, after) = (Set(ground.book.statuses.map(\.id)), Set(reference.book.statuses.map(\.id)))
            // What history says of a status that is no more is said of none.
            if !before.isSubset(of: after) { state.isInDoubt = true }
            state.newStatuses += reference.book.statuses.filter { !before.contains($0.id) }
            let jobs = Self.follow(reference, &live, &ground)
            (state.live, state.ground) = (live, ground)
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

    private static func sources(_ registry: ConditionRegistry) -> Set<ConditionSource> {
        Set(registry.fields.map(\.source))
    }

    /// Brings live segments in line with what holds for the whole shop.
    private static func follow(
        _ reference: ReferenceBoard.Reference, _ live: inout LiveSegments, _ ground: inout Ground
    ) -> [Job] {
        let now = live.now
        var moves: [LiveSegments.Move] = []
        if ground.calendar.zone != reference.calendar.zone {
            var other = LiveSegments(live.index, reference.calendar, at: now)
            for (code, content) in live.named {
                if case .members = content { _ = other.set(content, of: code, at: now) }
            }
            for (code, content) in live.named {
                if case .conditions = content { _ = other.set(content, of: code, at: now) }
            }
            for entry in reference.segments.entries {
                let code = entry.segment.code
                guard ground.segments[code]?.isLive == true, case .conditions(let condition) = live.named[code] else {
                    continue
                }
                let known = live.members(of: code).map { Set(live.index.ids(of: $0)) } ?? []
                moves += other.add(code, condition, known: known)
            }
            live = other
            ground.calendar = reference.calendar
        }
        if ground.book.statuses != reference.book.statuses || ground.book.rule != reference.book.rule {
            moves += live.set(reference.book, at: now)
            ground.book = reference.book
        }
        let sources = sources(reference.registry)
        if ground.sources != sources {
            moves += live.adopt(reference.registry, at: now)
            ground.sources = sources
        }
        return moves.map(Job.move) + follow(reference.segments, &live, &ground)
    }

    private static func follow(
        _ book: SegmentBook, _ live: inout LiveSegments, _ ground: inout Ground
    ) -> [Job] {
        let now = live.now
        for code in ground.segments.keys where book[code] == nil {
            live.drop(code)
            _ = live.set(nil, of: code, at: now)
            ground.segments[code] = nil
        }
        var (jobs, changed): ([Job], [SegmentBook.Entry]) = ([], [])
        for entry in book.entries {
            let segment = entry.segment
            let tree = Tree(
                id: segment.id, text: segment.conditions, sources: Set((entry.condition?.fields ?? []).map(\.source)),
                isLive: entry.condition != nil
            )
            guard ground.segments[segment.code] != tree else { continue }
            if ground.segments[segment.code]?.id != segment.id { live.drop(segment.code) }
            ground.segments[segment.code] = tree
            if let condition = entry.condition {
                // What others ask of it changes first: a segment may be made together with one that names it.
                jobs += live.set(.conditions(condition), of: segment.code, at: now).map(Job.move)
                changed.append(entry)
            } else if segment.isAudience {
                if live.named[segment.code] == nil { _ = live.set(.members([]), of: segment.code, at: now) }
            } else {
                live.drop(segment.code)
                jobs += live.set(nil, of: segment.code, at: now).map(Job.move)
            }
        }
        for entry in changed {
            guard let condition = entry.condition else { continue }
            let code = entry.segment.code
            _ = live.add(code, condition)
            let members = live.members(of: code).map { live.index.ids(of: $0) } ?? []
            jobs.append(
                .fill(
                    Filling(
                        segment: entry.segment.id, code: code, conditions: entry.segment.conditions, members: members))
            )
        }
        return jobs
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

    /// How many changes the index took in since it was built.
    var changeCount: Int { state.withLock { $0.changeCount } }
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
