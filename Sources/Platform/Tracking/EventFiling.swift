import Database
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Files the bodies that doors took: each message has its effect once, whenever the process ends.
///
/// The oldest come first. Messages, what they lead to and the body's going are one transaction; it holds so many as are
/// written within a moment, so that orders never wait long. Where several processes are on one database, the one that holds a lease files.
package struct EventFiling: Service {
    private let tracking: TrackingService
    private let leaseSeconds: Int64
    private let logger: Logger
    private let pace: FilingPace

    /// Transactions until the oldest are looked for anew.
    private static let transactions = 64
    private static let interval = Duration.seconds(1)

    private var engine: Engine { tracking.engine }
    private var writer: TrackedWriter { tracking.writer }
    private var surroundings: Surroundings { tracking.surroundings }

    package init(_ services: Services, leaseSeconds: Int64 = 15, logger: Logger) {
        (tracking, self.leaseSeconds, self.logger) = (services.tracking, leaseSeconds, logger)
        // A server writes some of a transaction only at its commit.
        pace = FilingPace(50...(services.engine.isShared ? 1000 : 4000))
    }

    package func run() async throws {
        let (stream, wake) = tracking.bell.listen()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // A sleep that is cut short is the end of the loop, which the condition sees.
                    while !Task.isCancelled {
                        wake.yield()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                for await _ in stream {
                    do {
                        // What is left then waits on disk for the next start.
                        try await cancelWhenGracefulShutdown { try await finish() }
                    } catch is CancellationError {
                        continue
                    } catch {
                        logger.error("filing events failed; it is tried again", metadata: ["cause": "\(error)"])
                        // Whoever waits in the bell's stream would otherwise try at once, again and again.
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                group.cancelAll()
            }
            await release()
        } onGracefulShutdown: {
            wake.finish()
        }
    }

    /// Files all that waits; nothing where another process does it.
    package func finish() async throws {
        let reader = InboxReader(tracking)
        while !Task.isCancelled, try await holds() {
            guard try await fileSome(reader) else { break }
            await reader.restart()
        }
        guard !Task.isCancelled, try await holds() else { return }
        try await forgetErased()
        while !Task.isCancelled, try await moveSome() {}
    }

    // MARK: Filing

    /// Another process filed the same bodies.
    private struct Overtaken: Error {}

    /// Files what waits, some transactions long: while one is written, what the next one files is read.
    ///
    /// - Returns: Whether there may be more.
    private func fileSome(_ reader: InboxReader) async throws -> Bool {
        var parts = try await reader.next(pace.portion)
        guard !parts.isEmpty else { return false }
        do {
            for _ in 1..<Self.transactions where !parts.isEmpty && !Task.isCancelled {
                guard try await holds() else { return false }
                async let next = reader.next(pace.portion)
                try await fileAll(parts)
                parts = try await next
            }
            if !parts.isEmpty, !Task.isCancelled { try await fileAll(parts) }
            return true
        } catch is Overtaken {
            return false
        }
    }

    /// Files parts together; where that cannot be, so that one that cannot be filed at all stops no other.
    private func fileAll(_ parts: [InboxPart]) async throws {
        do {
            try await file(parts)
        } catch  where Outage(error) == nil && !(error is CancellationError) && !(error is Overtaken) {
            logger.error("messages could not be filed together", metadata: ["cause": "\(error)"])
            try await fileApart(parts, error)
        }
    }

    /// Files each half by itself, and so on, down to the message that cannot be filed.
    private func fileApart(_ parts: [InboxPart], _ failure: any Error) async throws {
        let size = parts.reduce(0) { $0 + $1.size }
        guard size > 1, let halves = Self.halves(parts, size / 2) else {
            logger.error("a message could not be filed", metadata: ["cause": "\(failure)"])
            let refusal = TrackedRefusal("not_filed", "It could not be stored; the log of the server has why.")
            return try await file(
                parts.map { part in
                    var part = part
                    if !part.messages.isEmpty { part.messages = [.failure(refusal)] }
                    return part
                })
        }
        for half in [halves.0, halves.1] where !half.isEmpty {
            do {
                try await file(half)
            } catch  where Outage(error) == nil && !(error is CancellationError) && !(error is Overtaken) {
                try await fileApart(half, error)
            }
        }
    }

    private static func halves(_ parts: [InboxPart], _ size: Int) -> ([InboxPart], [InboxPart])? {
        var (first, room) = ([InboxPart](), size)
        for (place, part) in parts.enumerated() {
            if part.size < room {
                first.append(part)
                room -= part.size
                continue
            }
            let rest = parts[(place + 1)...]
            if part.size == room { return (first + [part], Array(rest)) }
            let (begin, end) = part.split(after: room)
            return (first + [begin], [end] + rest)
        }
        return nil
    }

    private func file(_ parts: [InboxPart]) async throws {
        let done = parts.filter(\.isLast)
        let elapsed = try await tracking.orders.commit { [self] tx in
            let start = ContinuousClock.now
            guard try writer.inbox.remove(done.map(\.body), tx) else { throw Overtaken() }
            for part in parts where !part.isLast {
                guard try writer.inbox.advance(part.body, to: part.end, tx) else { throw Overtaken() }
            }
            let now = surroundings.now()
            var work = TrackedWork(erased: try ErasedSenders(writer.erased.all(tx)))
            try tx.ask {
                for part in parts {
                    let ground = ground(part, now)
                    for case .success(let message) in part.messages { try writer.ask(message, ground, tx) }
                }
            }
            for part in parts { try file(part, now, &work, tx) }
            return try work.outcome(ContinuousClock.now - start, try writer.sources.writerBook(tx))
        }
        pace.note(parts.reduce(0) { $0 + $1.size }, elapsed)
        tracking.gauge.add(bodies: -done.count, bytes: -done.reduce(0) { $0 + $1.body.size })
    }

    private func file(_ part: InboxPart, _ now: Instant, _ work: inout TrackedWork, _ tx: Connection) throws {
        // Whatever waits of a source that is no more goes with it.
        guard let source = part.source else { return }
        let ground = ground(part, now)
        var (figures, refusals) = (SourceFigures(), [TrackedRefusal]())
        for message in part.messages {
            do {
                let message = try message.get()
                try writer.refuseErased(message, part.body.id, ground, &work, tx)
                let filed = try writer.apply(message, ground, &work, tx)
                if filed.isRepeated { figures.repeated += 1 } else { figures.taken += 1 }
            } catch let refusal as TrackedRefusal {
                refusals.append(refusal)
            }
        }
        refusals += work.notes
        work.notes = []
        // What cannot be read may be of somebody who was erased.
        if work.erased.concerns(part.body.id) { refusals = refusals.map(\.withoutWords) }
        figures.refused = Int64(refusals.count)
        if !figures.isEmpty { try writer.sources.count(figures, of: source.id, at: now, tx) }
        guard !refusals.isEmpty else { return }
        let rows = refusals.map { (id: tracking.identifiers.next(at: now) as Identifier<TrackedRefusal>, refusal: $0) }
        try writer.sources.insert(rows.map { ($0.id.rawValue, $0.refusal) }, of: source.id, at: now, tx)
    }

    private func ground(_ part: InboxPart, _ now: Instant) -> TrackedWork.Ground {
        let channel: Origin.Channel = part.body.door == .tracker ? .tracker : .sdk
        return TrackedWork.Ground(
            source: part.source, origin: Origin(actor: part.source?.name ?? "", channel: channel), now: now,
            arrivedAt: part.body.receivedAt
        )
    }

    /// Forgets who was erased, once all that came before is filed.
    private func forgetErased() async throws {
        guard try !engine.read({ tx in try writer.erased.isEmpty(tx) }) else { return }
        try await engine.write { [writer] tx in try writer.erased.forget(tx) }
    }

    // MARK: Moving

    /// Goes on with moving what somebody did with very many events; returns whether there was anything to do.
    private func moveSome() async throws -> Bool {
        guard try engine.read({ tx in try writer.inbox.nextMove(tx) }) != nil else { return false }
        return try await tracking.orders.segments.write { [writer, surroundings] tx in
            try writer.mover.step(at: surroundings.now(), tx)
        }
    }

    // MARK: The lease

    private func holds() async throws -> Bool {
        guard engine.isShared else { return true }
        let now = surroundings.now()
        // Renewed three times a lease.
        if let until = tracking.lease.until, now < until.adding(seconds: -leaseSeconds * 2 / 3) { return true }
        let until = now.adding(seconds: leaseSeconds)
        let holder = tracking.lease.holder { tracking.identifiers.holder(surroundings) }
        let isHeld = try await engine.write { [writer] tx in
            try writer.inbox.hold(holder, at: now, until: until, tx)
        }
        tracking.lease.until = isHeld ? until : nil
        return isHeld
    }

    private func release() async {
        guard engine.isShared, tracking.lease.until != nil else { return }
        let holder = tracking.lease.holder { "" }
        // It ends by itself where this fails.
        do { try await engine.write { [writer] tx in try writer.inbox.release(holder, tx) } } catch {
            logger.info("the lease of filing ends by itself", metadata: ["cause": "\(error)"])
        }
    }
}

/// How many messages one transaction files, so that it takes about as long whatever they ask for.
private final class FilingPace: Sendable {
    private let count: Mutex<Int>
    private let limits: ClosedRange<Int>

    /// What a transaction may take before its commit: other writes wait no longer.
    private static let aim = Duration.milliseconds(40)

    /// - Parameter limits: The fewest and the most messages.
    init(_ limits: ClosedRange<Int>) {
        count = Mutex(500)
        self.limits = limits
    }

    var portion: Int { count.withLock { $0 } }

    /// Takes in what a transaction of so many messages took.
    func note(_ messages: Int, _ elapsed: Duration) {
        count.withLock { count in
            // Few messages say nothing of many.
            guard messages * 2 >= count else { return }
            // At most twice as many as before: the next may ask for more.
            let fit = Double(messages) * (Self.aim / max(elapsed, .milliseconds(1)))
            count = min(max(min(Int(fit), count * 2), limits.lowerBound), limits.upperBound)
        }
    }
}

/// The lease by which this process files, on a database that it shares with others.
final class FilingLease: Sendable {
    private let state = Mutex((until: Instant?.none, holder: String?.none))

    /// Until when it is held; nil where another process holds it.
    var until: Instant? {
        get { state.withLock { $0.until } }
        set { state.withLock { $0.until = newValue } }
    }

    /// The name of this process, made when it is first asked for.
    func holder(_ make: () -> String) -> String {
        state.withLock { state in
            let holder = state.holder ?? make()
            state.holder = holder
            return holder
        }
    }
}
