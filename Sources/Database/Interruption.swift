import Foundation
import GRDBSQLite
import Synchronization

/// Ends a read that nobody waits for any more, from whichever thread.
final class Interruption: Sendable {
    /// How often a server is asked to end a statement, until it has.
    private static let interval = 0.2

    /// Tells a server to end the statement that runs; nil where none does, or it is not on a server.
    private let interrupt = Mutex<(@Sendable () -> Void)?>(nil)
    private let isUnwanted = Atomic<Bool>(false)

    var isCancelled: Bool { isUnwanted.load(ordering: .relaxed) }

    /// Runs a read that can be ended.
    ///
    /// - Throws: `CancellationError` where it was; else what `body` throws.
    func cover<Result>(_ connection: Connection, _ body: (Connection) throws -> Result) throws -> Result {
        let interrupt = connection.postgres?.makeInterrupt()
        self.interrupt.withLock { $0 = interrupt }
        connection.begin(self)
        let result = Swift.Result {
            try connection.stopIfCancelled()
            return try body(connection)
        }
        connection.begin(nil)
        // Waits until who ends it is done: the connection's next read is another one's.
        self.interrupt.withLock { $0 = nil }
        guard isCancelled else { return try result.get() }
        // A server may learn of it late.
        connection.postgres?.leave()
        throw CancellationError()
    }

    /// Ends the read: SQLite asks by itself whether it is to go on, a server is told, over a connection of its own.
    func cancel() {
        isUnwanted.store(true, ordering: .relaxed)
        guard interrupt.withLock({ $0 != nil }) else { return }
        Thread.detachNewThread { [self] in
            // What is told between two statements is lost.
            while tell() { Thread.sleep(forTimeInterval: Self.interval) }
        }
    }

    /// False once the read is over.
    private func tell() -> Bool {
        interrupt.withLock { interrupt in
            interrupt?()
            return interrupt != nil
        }
    }
}

extension Connection {
    /// Steps of SQLite's between two looks whether a read is still wanted: a fraction of a millisecond.
    private static let steps: Int32 = 10_000

    /// Lets a read be ended, or no more.
    func begin(_ interruption: Interruption?) {
        self.interruption = interruption
        guard postgres == nil else { return }
        guard let interruption else { return sqlite3_progress_handler(handle, 0, nil, nil) }
        sqlite3_progress_handler(
            handle, Self.steps,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
            },
            // The read holds it for longer than the handler is set.
            Unmanaged.passUnretained(interruption).toOpaque()
        )
    }
}
