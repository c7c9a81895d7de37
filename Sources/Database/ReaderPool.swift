import Dispatch
import Synchronization

/// Connections for reading, each used by one caller at a time and kept for the next.
///
/// Where there may only be so many, who finds none free waits until one is handed over, in the order of coming.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [Reader] = []
        /// Connections that there are, those in use included.
        var count = 0
        var waiting: [Waiter] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let keptLimit: Int
    private let open: @Sendable () throws -> Connection

    /// - Parameters:
    ///   - limit: The most connections there may be.
    ///   - keptLimit: Idle connections that are kept; more are opened in a rush, and closed after it.
    init(limit: Int = .max, keptLimit: Int = 8, open: @escaping @Sendable () throws -> Connection) {
        (self.limit, self.keptLimit, self.open) = (limit, keptLimit, open)
    }

    /// Runs `body` in one read transaction.
    ///
    /// - Throws: What `body` throws, or `DatabaseError`; `busy` where all connections are in use for too long.
    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let reader = try take()
        defer { put(reader) }
        return try reader.read(body)
    }

    /// Closes what is idle; readers that are in use are closed after it.
    func close() {
        state.withLock { state in
            state.count -= state.idle.count
            state.idle = []
            state.isClosed = true
        }
    }

    private func take() throws -> Reader {
        while true {
            guard let reader = try idleOrNew() else { continue }
            return reader
        }
    }

    /// A reader that can be used; nil for one that turned out to be gone.
    private func idleOrNew() throws -> Reader? {
        let waiter: Waiter?
        let idle: Reader?
        (idle, waiter) = state.withLock { state in
            if let reader = state.idle.popLast() { return (reader, nil) }
            guard state.count >= limit else {
                state.count += 1
                return (nil, nil)
            }
            let waiter = Waiter()
            state.waiting.append(waiter)
            return (nil, waiter)
        }
        if let idle { return alive(idle) }
        if let waiter {
            guard waiter.wait() else {
                state.withLock { $0.waiting.removeAll { $0 === waiter } }
                // It may have been handed over at the last moment.
                guard let late = waiter.reader else { throw DatabaseError.busy("All connections are in use.") }
                return alive(late)
            }
            return waiter.reader.flatMap(alive)
        }
        do {
            return try Reader(open())
        } catch {
            drop()
            throw error
        }
    }

    private func alive(_ reader: Reader) -> Reader? {
        if reader.isAlive { return reader }
        drop()
        return nil
    }

    /// Counts a connection off that is no more, and lets who waits longest open one.
    private func drop() {
        let waiter = state.withLock { state in
            state.count -= 1
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        waiter?.hand(nil)
    }

    private func put(_ reader: Reader) {
        guard !reader.isBroken else { return drop() }
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            if state.idle.count < keptLimit, !state.isClosed { state.idle.append(reader) } else { state.count -= 1 }
            return nil
        }
        waiter?.hand(reader)
    }
}

/// Somebody who waits for a connection.
private final class Waiter: Sendable {
    private static let patience = DispatchTimeInterval.seconds(10)

    private let handed = Mutex<Reader?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    /// What was handed over; none where there is room for a new one.
    var reader: Reader? { handed.withLock { $0 } }

    func hand(_ reader: Reader?) {
        handed.withLock { $0 = reader }
        semaphore.signal()
    }

    /// False when it took too long.
    func wait() -> Bool { semaphore.wait(timeout: .now() + Self.patience) == .success }
}

/// One connection for reading.
///
/// Unchecked: it is taken out of the pool before use and put back after, so one thread has it at a time. That is why it
/// uses the library's connection without the library's queue, which costs as much as a small read.
private final class Reader: @unchecked Sendable {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    var isAlive: Bool { connection.isAlive }

    var isBroken: Bool { connection.isBroken }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try connection.beginRead()
        do {
            let result = try body(connection)
            try connection.endRead()
            return result
        } catch {
            connection.rollBack()
            throw error
        }
    }

    // Statements must go before the connection they belong to.
    deinit { connection.finalizeAll() }
}
