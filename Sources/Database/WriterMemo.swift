import Synchronization

/// A value read from the database that writes need often, such as the list of statuses.
///
/// It holds within the writer's transactions: a rollback forgets it, since what was remembered may have been rolled
/// back too; and so does a write of another process that changed it.
package final class WriterMemo<Value: Sendable>: Sendable {
    /// What other processes are told when what is remembered was changed.
    package static var message: String { "memo" }

    private let kept = Mutex<(rollbacks: Int, value: Value)?>(nil)

    package init() {}

    /// The value that is remembered, else what `load` reads.
    package func value(_ connection: Connection, load: (Connection) throws -> Value) throws -> Value {
        if let kept = kept.withLock({ $0 }), kept.rollbacks == connection.rollbacks { return kept.value }
        let value = try load(connection)
        kept.withLock { $0 = (connection.rollbacks, value) }
        return value
    }

    /// To be called by each write that changes what the value is read from.
    ///
    /// Other processes forget it too, once the write is committed.
    package func forget(_ connection: Connection) {
        kept.withLock { $0 = nil }
        connection.forgets = true
    }
}
