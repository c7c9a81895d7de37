import Database
import Domain
import Logging
import Segmentation
import ServiceLifecycle
import Storage
import Synchronization

/// Writes down who enters segments and who leaves: the row of the member and the event together, only where the row really changes.
///
/// One process at a time does so, the one that has the data or holds the lease. It begins by comparing what is written down with what
/// holds, so nothing is missed and nothing told twice, whoever wrote before and whenever they ended.
package struct SegmentKeeper: Service {
    private let board: SegmentBoard
    let segments: SegmentService
    private let events: EventSignal
    private let leaseSeconds: Int64
    private let logger: Logger
    private let progress = Progress()
    let rows = SegmentRowStore()
    let members = SegmentMemberStore()
    private let eventStore = EventStore()
    private let lease = SegmentKeeperStore()

    /// Moves of one transaction: other writes wait no longer than these take.
    static let portion = 500
    private static let interval = Duration.seconds(1)
    /// How often the database is asked who is where, where no index in memory knows it at once.
    private static let reviewInterval = Duration.seconds(60)
    /// How often the sizes of segments are noted.
    private static let sizesSeconds: Int64 = 3600

    var engine: Engine { board.engine }
    private var holder: String { board.holder }
    var surroundings: Surroundings { board.surroundings }

    package init(_ services: Services, leaseSeconds: Int64 = 60, logger: Logger) {
        (board, segments, events) = (services.segmentBoard, services.segments, services.orders.events)
        (self.leaseSeconds, self.logger) = (leaseSeconds, logger)
    }

    package func run() async throws {
        let (stream, wake) = board.bell.listen()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // A sleep that is cut short is the end of the loop, which the condition sees.
                    while !Task.isCancelled {
                        wake.yield()
                        try? await Task.sleep(for: usesMemory ? Self.interval : Self.reviewInterval)
                    }
                }
                for await _ in stream { await writeAll() }
                group.cancelAll()
            }
            // What moved until the end is told at once, and not at the next start.
            await writeAll()
            await release()
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    private func writeAll() async {
        do {
            try await finish()
        } catch is Lost {
            board.stopKeeping()
        } catch {
            logger.error("writing down segments failed; it is tried again", metadata: ["cause": "\(error)"])
        }
    }

    /// Another process writes by now.
    private struct Lost: Error {}

    /// Whether an index in memory knows who is where; otherwise the database is asked.
    private var usesMemory: Bool { segments.board != nil }

    /// Does all that is to be done now; nothing where another process does it.
    package func finish() async throws {
        guard usesMemory else { return try await review() }
        try await board.open()
        guard try await holds() else { return board.stopKeeping() }
        if board.jobs(limit: 0) == nil { try await compare() }
        await board.settle()
        while let jobs = board.jobs(limit: Self.portion), !jobs.isEmpty {
            if case .fill(let filling) = jobs[0] {
                try await fill(filling)
                board.drop(1)
            } else {
                let moves = jobs.prefix { if case .move = $0 { true } else { false } }.compactMap { job in
                    if case .move(let move) = job { move } else { nil }
                }
                try await write(moves)
                board.drop(moves.count)
            }
        }
        try await noteSizes()
    }

    func holds() async throws -> Bool {
        guard engine.isShared else { return true }
        let now = surroundings.now()
        // Renewed three times a lease.
        if let until = progress.lease, now < until.adding(seconds: -leaseSeconds * 2 / 3) { return true }
        let until = now.adding(seconds: leaseSeconds)
        let isHeld = try await engine.write { [lease, holder] tx in try lease.hold(holder, at: now, until: until, tx) }
        progress.lease = isHeld ? until : nil
        return isHeld
    }

    private func release() async {
        guard engine.isShared, progress.lease != nil else { return }
        board.stopKeeping()
        // It ends by itself where this fails.
        do { try await engine.write { [lease, holder] tx in try lease.release(holder, tx) } } catch {
            logger.info("the lease of segments ends by itself", metadata: ["cause": "\(error)"])
        }
    }

    func requireHeld(_ tx: Connection) throws {
        if engine.isShared, try !lease.isHeld(by: holder, tx) { throw Lost() }
    }

    // MARK: Beginning

    /// Compares what is written down with what holds; what differs is told.
    private func compare() async throws {
        guard let live = await board.keep() else { return }
        let (all, stored) = try await engine.readLong { [rows, members] tx in
            var stored: [Segment.ID: Set<Customer.ID>] = [:]
            try members.scan(tx) { stored[$1, default: []].insert($0) }
            return (try rows.all(tx), stored)
        }
        var jobs: [SegmentBoard.Job] = []
        for segment in all {
            guard let found = live.members(of: segment.code) else { continue }
            let now = live.index.ids(of: found)
            guard segment.filledAt != nil else {
                jobs.append(
                    .fill(
                        SegmentBoard.Filling(
                            segment: segment.id, code: segment.code, conditions: segment.conditions, members: now))
                )
                continue
            }
            let (before, after) = (stored[segment.id] ?? [], Set(now))
            let moves =
                before.subtracting(after).map { ($0, false) } + after.subtracting(before).map { ($0, true) }
            jobs += moves.sorted { $0.0 < $1.0 }.map { customer, hasEntered in
                .move(LiveSegments.Move(of: customer, segment.code, hasEntered: hasEntered, at: live.now))
            }
        }
        board.prepend(jobs)
        // Whoever deleted a segment may have been killed before its members were gone.
        for id in Set(stored.keys).subtracting(all.map(\.id)) { try await clear(id) }
    }

    private func clear(_ id: Segment.ID) async throws {
        while try await engine.write({ [members] tx in try members.clear(id, limit: Self.portion, tx) }) > 0 {}
    }

    // MARK: Writing

    func write(_ moves: [LiveSegments.Move]) async throws {
        let now = surroundings.now()
        try await engine.write { [self] tx in
            try requireHeld(tx)
            let all = Dictionary(try rows.all(tx).map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
            for move in moves {
                guard let segment = all[move.segment], !segment.isAudience else { continue }
                let isNew =
                    move.hasEntered
                    ? try members.add(move.customer, to: segment.id, since: move.at, tx)
                    : try members.remove(move.customer, from: segment.id, tx)
                guard isNew else { continue }
                let event = Event(
                    move.hasEntered ? .segmentEntered : .segmentLeft, customer: move.customer, segment: segment.id,
                    version: segment.version, happenedAt: move.at
                )
                try eventStore.append([event], at: now, by: Self.origin, startsCampaigns: true, tx)
            }
        } committed: { [events] _ in
            events.raise()
        }
    }

    private static let origin = Origin(actor: "segments", channel: .segment)

    /// Writes down who is in a segment that is new, or asks something else; nobody has entered by that.
    private func fill(_ filling: SegmentBoard.Filling) async throws {
        let stored = try await engine.readLong { [members] tx in
            Set(try members.page(of: filling.segment, after: nil, limit: .max, tx))
        }
        let wanted = Set(filling.members)
        let steps = stored.subtracting(wanted).map { ($0, false) } + wanted.subtracting(stored).map { ($0, true) }
        for start in stride(from: 0, to: max(steps.count, 1), by: Self.portion) {
            let portion = Array(steps[start..<min(start + Self.portion, steps.count)])
            let isLast = start + Self.portion >= steps.count
            let isWanted = try await engine.write { [self] tx in
                try requireHeld(tx)
                let now = surroundings.now()
                guard let segment = try rows.find(filling.code, tx), segment.id == filling.segment,
                    segment.conditions == filling.conditions
                else { return false }
                for (customer, isMember) in portion {
                    if isMember {
                        _ = try members.add(customer, to: filling.segment, since: now, tx)
                    } else {
                        _ = try members.remove(customer, from: filling.segment, tx)
                    }
                }
                if isLast { try rows.setFilled(filling.segment, at: now, tx) }
                return true
            }
            // It asks something else by now, or is no more: what is written now is written by whoever fills it then.
            guard isWanted else { return }
        }
    }

    // MARK: Sizes

    /// Notes how many are in each segment today, once an hour and with each new day.
    func noteSizes() async throws {
        let (view, now) = (usesMemory ? await board.view() : nil, surroundings.now())
        let day = segments.references.current.calendar.day(of: now)
        if let last = progress.sizes, last.day == day, now < last.at.adding(seconds: Self.sizesSeconds) { return }
        try await engine.write { [self] tx in
            try requireHeld(tx)
            for segment in try rows.all(tx) {
                let count =
                    try view?.members(of: segment.code).map { Int64($0.count) } ?? members.count(of: segment.id, tx)
                try rows.note(SegmentRowStore.Size(day: day, customers: count), of: segment.id, tx)
            }
        }
        progress.sizes = (day, now)
    }

    /// How far this process is with what need not be done each time.
    private final class Progress: Sendable {
        private let state = Mutex((lease: Instant?.none, sizes: (day: CalendarDay, at: Instant)?.none))

        var lease: Instant? {
            get { state.withLock { $0.lease } }
            set { state.withLock { $0.lease = newValue } }
        }

        var sizes: (day: CalendarDay, at: Instant)? {
            get { state.withLock { $0.sizes } }
            set { state.withLock { $0.sizes = newValue } }
        }
    }
}
