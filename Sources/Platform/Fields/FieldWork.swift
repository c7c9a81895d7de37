import Database
import Domain
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Removes the values of deleted fields, and fills fields that were mapped to metadata, in small steps.
///
/// What is left to do stands in the database, so a process that was killed goes on where it stopped.
package struct FieldWork: Service {
    private let engine: Engine
    private let store: FieldStore
    private let references: ReferenceBoard
    private let segments: SegmentBoard
    private let bell: Bell
    private let logger: Logger

    /// Rows of one transaction: other writes wait no longer than these take.
    static let batchSize = 500
    /// How long it waits before it tries again what failed.
    private static let pause = Duration.seconds(30)
    /// How often it looks for what another node left to do.
    private static let interval = Duration.seconds(10)

    package init(_ fields: FieldService, logger: Logger) {
        (engine, store, references, segments) = (fields.engine, fields.store, fields.references, fields.segments)
        (bell, self.logger) = (fields.wake, logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await work() }
                guard engine.isShared else { return }
                group.addTask {
                    while !Task.isCancelled {
                        // A sleep that is cut short is the end of the loop, which the condition sees.
                        try? await Task.sleep(for: Self.interval)
                        bell.ring()
                    }
                }
            }
        }
    }

    private func work() async {
        var isFirst = true
        while !Task.isCancelled {
            do {
                if !isFirst { await bell.wait() }
                isFirst = false
                try await finish()
            } catch {
                logger.error("work on fields failed; it is tried again", metadata: ["cause": "\(error)"])
                try? await Task.sleep(for: Self.pause)
                bell.ring()
            }
        }
    }

    /// Does all that is left to do.
    package func finish() async throws {
        while !Task.isCancelled, try await step() {}
    }

    /// Does one step, and returns whether there was something to do.
    package func step() async throws -> Bool {
        if let (field, object) = try engine.read(store.retired) {
            try await sweep(field, object)
        } else if let (field, after) = try engine.read(store.unfilled) {
            try await fill(field, after: after)
        } else {
            return false
        }
        return true
    }

    private func sweep(_ field: CustomField.ID, _ object: FieldObject) async throws {
        try await engine.write { [store] tx in
            let count = try CustomValueStore(object).deleteValues(of: field, limit: Self.batchSize, tx)
            if count < Self.batchSize { try store.remove(field, tx) }
        }
    }

    /// Takes the values of the next objects from their metadata.
    private func fill(_ id: CustomField.ID, after: Int64) async throws {
        guard let object = references.current.fields.custom(id)?.object else { return }
        let source = MetadataStore(object)
        // Looked for away from the writer: most objects may have no metadata, and the search is long.
        let owners = try await engine.readLong { tx in try source.next(after: after, limit: Self.batchSize, tx) }
        let zone = references.current.reading.zone
        try await engine.write { [store, references, segments] tx in
            guard let field = try store.writerBook(tx).custom(id) else { return [] }
            let reading = ReadingContext(zone: zone)
            for owner in owners { try source.fill(field, of: owner, reading, tx) }
            try store.noteFilled(id, upTo: owners.count < Self.batchSize ? nil : owners.last, tx)
            let news = NodeNews(owners, of: object)
            if tx.tellsOthers { news.tell(tx) }
            guard segments.isToBeTold else { return [] }
            var reference = references.current
            reference.fields = try store.writerBook(tx)
            return try SegmentReader(reference, tx).changes(news)
        } committed: { [segments] (changes: [SegmentChange]) in
            segments.apply(changes)
        }
    }

    /// Tells the worker that there is something to do.
    final class Bell: Sendable {
        private let stream: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation

        init() { (stream, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

        func ring() { signal.yield() }

        /// Returns when it was rung since the last time, or when the task is cancelled.
        func wait() async {
            for await _ in stream { return }
        }
    }
}
