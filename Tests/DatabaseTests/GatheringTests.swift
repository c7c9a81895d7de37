import Database
import Foundation
import TestSupport
import Testing

/// What is sent together does what it would do one by one, on both engines.
struct GatheringTests {
    private let database: TestDatabase
    private let engine: Engine

    init() async throws {
        database = try TestDatabase()
        engine = try Engine(database.place)
        try await engine.write { tx in
            try tx.script(
                """
                CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, flag BOOLEAN, n BIGINT);
                CREATE TABLE tally (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
                """
            )
        }
    }

    private static let add = Statement(
        "INSERT INTO thing (id, name, flag, n) VALUES ($1, $2, $3, $4)", gathering: .adds
    )
    private static let put = Statement(
        "INSERT INTO tally (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n",
        gathering: .puts(key: 1)
    )
    private static let change = Statement("UPDATE tally SET n = n * 2 + $2 WHERE id = $1", gathering: .changes(key: 1))
    private static let find = Statement("SELECT name FROM thing WHERE id = $1")

    private static func add(_ id: Int64, _ name: String?, _ tx: Connection) throws {
        try tx.run(add) { binder in
            binder.bind(id)
            binder.bind(name)
            binder.bind(id.isMultiple(of: 2))
            if id.isMultiple(of: 3) { binder.bindNull() } else { binder.bind(-id) }
        }
    }

    private static func put(_ id: Int64, _ n: Int64, _ tx: Connection) throws {
        try tx.run(put) { binder in
            binder.bind(id)
            binder.bind(n)
        }
    }

    private static func change(_ id: Int64, _ n: Int64, _ tx: Connection) throws -> Bool {
        try tx.changesOne(change) { binder in
            binder.bind(id)
            binder.bind(n)
        }
    }

    private static func name(_ id: Int64, _ tx: Connection) throws -> String? {
        try tx.first(find) {
            $0.bind(id)
        } read: {
            $0.text(0)
        }
    }

    private func tally(_ id: Int64) throws -> Int64? {
        try engine.read { tx in try tx.first("SELECT n FROM tally WHERE id = \(id)") { $0.integer(0) } }
    }

    /// Sent one by one, together, and in several portions.
    @Test(arguments: [1, 5, 100, 5000]) func `rows that are added together are stored as they are`(count: Int64)
        async throws
    {
        @Sendable func name(_ id: Int64) -> String? {
            switch id % 4 {
            case 0: nil
            case 1: ""
            case 2: "Ünïcode 🧺 \\N \t \(id)"
            default: String(repeating: "x", count: Int(id % 300))
            }
        }
        try await engine.write { tx in for id in 1...count { try Self.add(id, name(id), tx) } }
        let rows = try engine.read { tx in
            try tx.rows("SELECT id, name, flag, n FROM thing ORDER BY id") {
                ($0.integer(0), $0.optionalText(1), $0.boolean(2), $0.optionalInteger(3))
            }
        }
        #expect(rows.count == count)
        for (id, row) in zip(1...count, rows) {
            #expect(row == (id, name(id), id.isMultiple(of: 2), id.isMultiple(of: 3) ? nil : -id))
        }
    }

    @Test func `what waits is seen by whoever reads after it`() async throws {
        try await engine.write { tx in
            for id in 1...50 as ClosedRange<Int64> {
                try Self.add(id, "thing \(id)", tx)
                if id.isMultiple(of: 20) { #expect(try Self.name(id - 1, tx) == "thing \(id - 1)") }
            }
            #expect(try tx.first("SELECT count(*) FROM thing") { $0.integer(0) } == 50)
        }
    }

    @Test func `a row that is changed many times ends as the last change left it`() async throws {
        try await engine.write { tx in
            for round in 1...3 as ClosedRange<Int64> {
                for id in 1...40 as ClosedRange<Int64> { try Self.put(id, id * round, tx) }
            }
            for id in 1...40 as ClosedRange<Int64> { #expect(try Self.change(id, 1, tx)) }
            #expect(try Self.change(7, 5, tx))
        }
        #expect(try tally(40) == 241)
        #expect(try tally(7) == (7 * 3 * 2 + 1) * 2 + 5)
    }

    @Test(arguments: [1, 40]) func `a change that finds no row is told, and its neighbours are stored`(count: Int64)
        async throws
    {
        try await engine.write { tx in for id in 1...count { try Self.put(id, 0, tx) } }
        let changed = try await engine.write { tx in
            try (1...count + 1).map { id in try Self.change(id, 1, tx) }
        }
        #expect(changed == Array(repeating: true, count: Int(count)) + [false])
        #expect(try tally(count) == 1)
    }

    @Test(arguments: [3, 60]) func `a key that is taken refuses the write, and leaves nothing of it`(count: Int64)
        async throws
    {
        try await engine.write { tx in try Self.add(2, "first", tx) }
        await #expect(throws: DatabaseError.self) {
            try await engine.write { tx in for id in 1...count { try Self.add(id, "second", tx) } }
        }
        try await engine.write { tx in
            #expect(try tx.first("SELECT count(*) FROM thing") { $0.integer(0) } == 1)
            try Self.add(3, "third", tx)
        }
        #expect(try engine.read { try Self.name(3, $0) } == "third")
    }

    @Test func `what is asked ahead is answered as it was, until it is taken back or anything else is written`()
        async throws
    {
        try await engine.write { tx in for id in 1...20 as ClosedRange<Int64> { try Self.add(id, "old \(id)", tx) } }
        try await engine.write { tx in
            try tx.ask { for id in 1...30 as ClosedRange<Int64> { _ = try Self.name(id, tx) } }
            #expect(try Self.name(1, tx) == "old 1")
            #expect(try Self.name(20, tx) == "old 20")
            #expect(try Self.name(21, tx) == nil)
            tx.takeBack(Self.find) { $0.bind(22 as Int64) }
            try Self.add(22, "new 22", tx)
            #expect(try Self.name(22, tx) == "new 22")
            #expect(try Self.name(2, tx) == "old 2")
            try tx.run("UPDATE thing SET name = 'new 2' WHERE id = 2")
            #expect(try Self.name(2, tx) == "new 2")
            #expect(try Self.name(3, tx) == "old 3")
        }
    }

    private final class Notes { var seen: [Int64] = [] }

    @Test(.enabled(if: !TestDatabase.isEmbedded))
    func `what a writer remembers holds until a write fails or another process writes`() async throws {
        let other = try Engine(database.place)
        defer { other.stop() }
        @Sendable func note(_ id: Int64, on engine: Engine, fails: Bool = false) async throws -> [Int64] {
            try await engine.write { tx in
                let notes = tx.remembered(Notes.init)
                notes.seen.append(id)
                try Self.put(id, 1, tx)
                if fails { throw CancellationError() }
                return notes.seen
            }
        }
        #expect(try await note(1, on: engine) == [1])
        #expect(try await note(2, on: engine) == [1, 2])
        _ = try? await note(3, on: engine, fails: true)
        #expect(try await note(4, on: engine) == [4])
        #expect(try await note(5, on: other) == [5])
        #expect(try await note(6, on: engine) == [6])
        #expect(try await note(7, on: engine) == [6, 7])
    }
}
