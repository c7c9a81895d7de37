import Database
import TestSupport
import Testing

/// A read that nobody waits for any more ends at once, also where the server is at it.
struct CancellationTests {
    private let database: TestDatabase
    private let engine: Engine

    init() async throws {
        database = try await TestDatabase.make()
        engine = try Engine(database.place)
    }

    /// Counts for minutes.
    private static let endless: SQL = """
        WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
        SELECT count(*) FROM n
        """

    /// How many statements of this test's kind the server is at.
    private func running() throws -> Int64 {
        guard engine.isShared else { return 0 }
        return try engine.read { tx in
            try tx.first(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
                    AND query LIKE 'WITH RECURSIVE%'
                """
            ) { $0.integer(0) } ?? 0
        }
    }

    @Test func `a cancelled task's long read ends at once, and the next one is as ever`() async throws {
        for _ in 0..<6 {
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let task = Task { [engine] in
                try await engine.readLong { tx in
                    start.finish()
                    return try tx.first(Self.endless) { $0.integer(0) }
                }
            }
            for await _ in started {}
            if engine.isShared { try await waitUntil("the statement") { try running() == 1 } }
            let end = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(ContinuousClock.now - end < .seconds(10))
            try await waitUntil("the server's end of it") { try running() == 0 }
            let one = try await engine.readLong { tx in try tx.first("SELECT 1 + 1") { $0.integer(0) } }
            #expect(one == 2)
        }
        engine.stop()
    }

    @Test func `a task that was cancelled before reads nothing`() async throws {
        let task = Task { [engine] in
            while !Task.isCancelled { await Task.yield() }
            return try await engine.readLong { tx in try tx.first(Self.endless) { $0.integer(0) } }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        engine.stop()
    }

    @Test func `of many short statements the next one is not begun`() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [engine] in
            try await engine.readLong { tx in
                start.finish()
                while true { _ = try tx.first("SELECT 1") { $0.integer(0) } }
            }
        }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        engine.stop()
    }
}
