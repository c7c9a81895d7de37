import Database
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Files the bodies that doors took: each message has its effect once, whenever the process ends.
///
/// The oldest come first. Messages, what they lead to and the body's going are one transaction; it holds so few that
/// orders never wait long. Where several processes are on one database, the one that holds a lease files.
package struct EventFiling: Service {
    private let tracking: TrackingService
    private let leaseSeconds: Int64
    private let logger: Logger
    private let progress = Progress()

    /// Messages of one transaction: other writes wait no longer than these take.
    static let portion = 500
    private static let interval = Duration.seconds(1)

    private var engine: Engine { tracking.engine }
    private var writer: TrackedWriter { tracking.writer }
    private var surroundings: Surroundings { tracking.surroundings }

    package init(_ services: Services, leaseSeconds: Int64 = 15, logger: Logger) {
        (tracking, self.leaseSeconds, self.logger) = (services.tracking, leaseSeconds, logger)
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
                        try await finish()
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
        guard try await holds() else { return }
        while !Task.isCancelled, try await fileSome() > 0 { guard try await holds() else { return } }
        while !Task.isCancelled, try await moveSome() {}
    }

    // MARK: Filing

    /// A part of a body's messages, to be filed in one transaction.
    private struct Part: Sendable {
        var body: TrackedBody
        var messages: ArraySlice<Result<TrackedMessage, TrackedRefusal>>
        /// Whether the body is filed with it.
        var isLast: Bool
        /// What keeps the source from being filed: it was switched off or deleted since.
        var source: EventSource?
    }

    /// Another process filed the same bodies.
    private struct Overtaken: Error {}

    /// Files the next messages, and returns how many bodies they were of.
    private func fileSome() async throws -> Int {
        let parts = try nextParts()
        guard !parts.isEmpty else { return 0 }
        do {
            try await file(parts)
        } catch is Overtaken {
            return 0
        } catch  where Outage(error) == nil && !(error is CancellationError) {
            logger.error("messages could not be filed together", metadata: ["cause": "\(error)"])
            try await fileSingly(parts)
        }
        return parts.count
    }

    private func nextParts() throws -> [Part] {
        let bodies = try engine.read { tx in try writer.inbox.oldest(limit: 64, tx) }
        let (reference, book) = (tracking.references.current, tracking.book)
        var (parts, room) = ([Part](), Self.portion)
        for body in bodies where room > 0 {
            let messages = progress.messages(of: body) {
                let reading = TrackedReading(
                    receivedAt: body.receivedAt, context: reference.reading, statuses: reference.book
                )
                return body.door.messages(in: body.text, reading)
            }
            let taken = messages.dropFirst(body.done).prefix(room)
            room -= max(1, taken.count)
            let isLast = body.done + taken.count >= messages.count
            parts.append(Part(body: body, messages: taken, isLast: isLast, source: book[body.source]))
        }
        return parts
    }

    private func file(_ parts: [Part]) async throws {
        let done = parts.filter(\.isLast).map(\.body)
        try await tracking.orders.commit { [self] tx in
            guard try writer.inbox.remove(done, tx) else { throw Overtaken() }
            for part in parts where !part.isLast {
                let place = part.body.done + part.messages.count
                guard try writer.inbox.advance(part.body, to: place, tx) else { throw Overtaken() }
            }
            let now = surroundings.now()
            var work = TrackedWork()
            try tx.ask {
                for part in parts {
                    let ground = ground(part, now)
                    for case .success(let message) in part.messages { try writer.ask(message, ground, tx) }
                }
            }
            for part in parts { try file(part, now, &work, tx) }
            return try work.outcome((), try writer.sources.writerBook(tx))
        }
        tracking.gauge.add(bodies: -done.count, bytes: -done.reduce(0) { $0 + $1.text.utf8.count })
    }

    private func file(_ part: Part, _ now: Instant, _ work: inout TrackedWork, _ tx: Connection) throws {
        // Whatever waits of a source that is no more goes with it.
        guard let source = part.source else { return }
        let ground = ground(part, now)
        var (figures, refusals) = (SourceFigures(), [TrackedRefusal]())
        for message in part.messages {
            do {
                let filed = try writer.apply(try message.get(), ground, &work, tx)
                if filed.isRepeated { figures.repeated += 1 } else { figures.taken += 1 }
            } catch let refusal as TrackedRefusal {
                refusals.append(refusal)
            }
        }
        refusals += work.notes
        work.notes = []
        figures.refused = Int64(refusals.count)
        if !figures.isEmpty { try writer.sources.count(figures, of: source.id, at: now, tx) }
        guard !refusals.isEmpty else { return }
        let rows = refusals.map { (id: tracking.identifiers.next(at: now) as Identifier<TrackedRefusal>, refusal: $0) }
        try writer.sources.insert(rows.map { ($0.id.rawValue, $0.refusal) }, of: source.id, at: now, tx)
    }

    private func ground(_ part: Part, _ now: Instant) -> TrackedWork.Ground {
        let channel: Origin.Channel = part.body.door == .tracker ? .tracker : .sdk
        return TrackedWork.Ground(
            source: part.source, origin: Origin(actor: part.source?.name ?? "", channel: channel), now: now,
            arrivedAt: part.body.receivedAt
        )
    }

    /// Files messages one by one, so that one that cannot be filed at all stops no other.
    private func fileSingly(_ parts: [Part]) async throws {
        for part in parts {
            var body = part.body
            let end = part.messages.endIndex
            for place in part.messages.indices.isEmpty ? [part.messages.startIndex] : Array(part.messages.indices) {
                let isLast = part.isLast && place + 1 >= end
                let messages = part.messages.isEmpty ? part.messages : part.messages[place...place]
                let single = Part(body: body, messages: messages, isLast: isLast, source: part.source)
                do {
                    try await file([single])
                } catch  where Outage(error) == nil && !(error is CancellationError) && !(error is Overtaken) {
                    logger.error("a message could not be filed", metadata: ["cause": "\(error)"])
                    var refused = single
                    let refusal = TrackedRefusal("not_filed", "It could not be stored; the log of the server has why.")
                    refused.messages = messages.isEmpty ? messages : [.failure(refusal)][...]
                    try await file([refused])
                }
                body.done += 1
            }
        }
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

    /// The body that is filed in parts, read once.
    private final class Progress: Sendable {
        private let read = Mutex<(id: Int64, messages: [Result<TrackedMessage, TrackedRefusal>])?>(nil)

        func messages(
            of body: TrackedBody, _ make: () -> [Result<TrackedMessage, TrackedRefusal>]
        ) -> [Result<TrackedMessage, TrackedRefusal>] {
            if let known = read.withLock({ $0 }), known.id == body.id { return known.messages }
            let messages = make()
            if messages.count > EventFiling.portion { read.withLock { $0 = (body.id, messages) } }
            return messages
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
