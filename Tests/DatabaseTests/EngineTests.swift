import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// What the engine promises: durable, whole, in order.
struct EngineTests {
    private let database: TestDatabase
    private let engine: Engine

    init() async throws {
        database = try TestDatabase()
        engine = try Engine(database.place)
        try await engine.write { tx in
            try tx.script(
                """
                CREATE TABLE item (id \(tx.dialect == .sqlite ? "INTEGER" : "BIGSERIAL") PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE, n BIGINT NOT NULL DEFAULT 0)
                """
            )
        }
    }

    private func names() throws -> [String] {
        try engine.read { tx in try tx.rows("SELECT name FROM item ORDER BY name") { $0.text(0) } }
    }

    private static func insert(_ name: String, _ tx: Connection) throws {
        try tx.run("INSERT INTO item (name) VALUES (\(name))")
    }

    struct Refused: Error, Equatable {}

    // MARK: Settings

    @Test(.enabled(if: TestDatabase.isEmbedded)) func `each commit is flushed to disk`() async throws {
        let (synchronous, journal) = try await engine.write { tx in
            (
                try tx.rows("PRAGMA synchronous") { $0.integer(0) }.first,
                try tx.rows("PRAGMA journal_mode") { $0.text(0) }.first
            )
        }
        #expect(synchronous == 2)
        #expect(journal == "wal")
        engine.stop()
    }

    @Test func `readers cannot write`() throws {
        #expect(throws: DatabaseError.self) { try engine.read { tx in try Self.insert("a", tx) } }
        engine.stop()
    }

    @Test func `a path that cannot be opened is unavailable`() {
        #expect(throws: DatabaseError.self) { try Engine(.file(database.directory.path + "/none/test.sqlite")) }
        engine.stop()
    }

    // MARK: Writes

    @Test func `a write that refuses before it wrote fails alone`() async throws {
        try await together(50) { [engine] index in
            do {
                try await engine.write { tx in
                    if index % 7 == 0 { throw Refused() }
                    try Self.insert("item \(index)", tx)
                }
                #expect(index % 7 != 0)
            } catch {
                #expect(error is Refused && index % 7 == 0)
            }
        }
        #expect(try names().count == 42)
        engine.stop()
    }

    @Test func `a write that fails after it wrote leaves nothing, and its neighbours commit`() async throws {
        try await together(50) { [engine] index in
            do {
                try await engine.write { tx in
                    try Self.insert("item \(index)", tx)
                    if index % 7 == 0 { throw Refused() }
                }
                #expect(index % 7 != 0)
            } catch {
                #expect(error is Refused && index % 7 == 0)
            }
        }
        #expect(try names().count == 42)
        engine.stop()
    }

    @Test func `of writes that want the same key one gets it`() async throws {
        let stored = Shared(0)
        let refused = Shared(0)
        try await together(40) { [engine] index in
            do {
                try await engine.write { tx in
                    try Self.insert("twin \(index / 2)", tx)
                }
                stored.value.withLock { $0 += 1 }
            } catch DatabaseError.unique {
                refused.value.withLock { $0 += 1 }
            }
        }
        #expect(stored.value.withLock { $0 } == 20)
        #expect(refused.value.withLock { $0 } == 20)
        #expect(try names().count == 20)
        engine.stop()
    }

    @Test func `waiting writes share commits`() async throws {
        let before = engine.load
        try await together(200) { [engine] index in
            try await engine.write { tx in
                try Self.insert("item \(index)", tx)
            }
        }
        let after = engine.load
        // With the one that held them up.
        #expect(after.writes - before.writes == 201)
        #expect(after.commits - before.commits < 20)
        engine.stop()
    }

    @Test func `nothing is seen before its commit`() async throws {
        let inside = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        async let write: Void = engine.write { tx in
            try Self.insert("late", tx)
            inside.signal()
            goOn.wait()
        }
        await Task.detached { Self.wait(inside) }.value
        #expect(try names().isEmpty)
        goOn.signal()
        try await write
        #expect(try names() == ["late"])
        engine.stop()
    }

    @Test func `what follows a commit runs in commit order, and before the answer`() async throws {
        let order = Shared<[Int64]>([])
        try await together(100) { [engine] index in
            let place = try await engine.write { tx in
                try Self.insert("item \(index)", tx)
                return try tx.first("SELECT max(id) FROM item") { $0.integer(0) } ?? 0
            } committed: { place in
                order.value.withLock { $0.append(place) }
            }
            #expect(order.value.withLock { $0.contains(place) })
        }
        let seen = order.value.withLock { $0 }
        #expect(seen == seen.sorted() && seen.count == 100)
        engine.stop()
    }

    @Test func `what follows a commit does not run for a write that failed`() async throws {
        let ran = Shared(false)
        await #expect(throws: Refused.self) {
            try await engine.write { tx in
                try Self.insert("a", tx)
                throw Refused()
            } committed: {
                ran.value.withLock { $0 = true }
            }
        }
        #expect(ran.value.withLock { $0 } == false)
        engine.stop()
    }

    @Test func `what a write remembers is forgotten when it is rolled back`() async throws {
        let memo = WriterMemo<Int64>()
        @Sendable func count(_ tx: Connection) throws -> Int64 {
            try memo.value(tx) { tx in try tx.first("SELECT count(*) FROM item") { $0.integer(0) } ?? 0 }
        }
        #expect(try await engine.write(count) == 0)
        await #expect(throws: Refused.self) {
            try await engine.write { tx in
                memo.forget(tx)
                try Self.insert("a", tx)
                #expect(try count(tx) == 1)
                throw Refused()
            }
        }
        #expect(try await engine.write(count) == 0)
        engine.stop()
    }

    @Test func `stopping commits what waits and refuses what comes later`() async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [engine] in try await engine.write { _ in gate.pass() } }
            await waitUntil("the first write is held up") { gate.isReached }
            for index in 0..<300 {
                group.addTask { [engine] in try await engine.write { tx in try Self.insert("item \(index)", tx) } }
            }
            await waitUntil("all writes wait") { engine.load.queued == 300 }
            gate.open()
            await Task.detached { [engine] in engine.stop() }.value
            try await group.waitForAll()
        }
        let kept = try Engine(database.place)
        #expect(try kept.read { tx in try tx.first("SELECT count(*) FROM item") { $0.integer(0) } } == 300)
        kept.stop()
        await #expect(throws: DatabaseError.stopped) { try await engine.write { tx in try Self.insert("late", tx) } }
    }

    // MARK: Reads

    @Test func `a reader sees one unchanging state`() async throws {
        try await engine.write { tx in try Self.insert("a", tx) }
        let (began, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let counts = engine.readLong { tx in
            let before = try tx.first("SELECT count(*) FROM item") { $0.integer(0) }
            began.signal()
            goOn.wait()
            return (before, try tx.first("SELECT count(*) FROM item") { $0.integer(0) })
        }
        await Task.detached { Self.wait(began) }.value
        try await engine.write { tx in try Self.insert("b", tx) }
        goOn.signal()
        let (before, after) = try await counts
        #expect(before == 1 && after == 1)
        #expect(try names() == ["a", "b"])
        engine.stop()
    }

    @Test func `a failed read leaves its connection usable`() throws {
        for _ in 0..<20 { #expect(throws: Refused.self) { try engine.read { _ in throw Refused() } } }
        #expect(try names().isEmpty)
        engine.stop()
    }

    @Test(arguments: [
        "", "plain", "it's \"quoted\"; DROP TABLE item; --", "é 漢 😀", "%_\\", String(repeating: "x", count: 100_000),
    ])
    func `texts are bound, never spliced, and come back as they went`(text: String) async throws {
        try await engine.write { tx in try Self.insert(text, tx) }
        #expect(try names() == [text])
        #expect(
            try engine.read { tx in try tx.first("SELECT n FROM item WHERE name = \(text)") { $0.integer(0) } } == 0)
        engine.stop()
    }

    @Test func `parts of statements keep their own binds`() throws {
        let inner: SQL = "a = \("x") AND b = \(1)"
        let outer: SQL =
            "SELECT \(7) WHERE \(inner) OR c IN (\(list: [3, 4])) OR d = \(nil as String?) OR e IN (\(list: [Int]()))"
        #expect(outer.text == "SELECT $1 WHERE a = $2 AND b = $3 OR c IN ($4, $5) OR d = $6 OR e IN (NULL)")
        #expect(outer.values == [.integer(7), .text("x"), .integer(1), .integer(3), .integer(4), .null])
        engine.stop()
    }

    // MARK: Parts

    /// Runs writes that all wait in the queue behind one that is held up, so that they share commits.
    private func together(_ count: Int, _ write: @escaping @Sendable (Int) async throws -> Void) async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [engine] in try await engine.write { _ in gate.pass() } }
            await waitUntil("the first write is held up") { gate.isReached }
            for index in 0..<count { group.addTask { try await write(index) } }
            await waitUntil("all writes wait") { engine.load.queued == count }
            gate.open()
            try await group.waitForAll()
        }
    }

    private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }
}

/// Holds back the writing thread until it is opened.
private final class Gate: Sendable {
    private let reached = Shared(false)
    private let opened = DispatchSemaphore(value: 0)

    var isReached: Bool { reached.value.withLock { $0 } }

    func open() { opened.signal() }

    func pass() {
        reached.value.withLock { $0 = true }
        opened.wait()
    }
}

/// A value that several tasks change.
private final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}
