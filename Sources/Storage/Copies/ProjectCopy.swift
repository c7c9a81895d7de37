import Database
import Domain
import Synchronization

/// Copies everything that is stored from one database into another one, of whichever engine each is, first while the
/// source is written to, then what has changed meanwhile.
///
/// Tables are read in the order of their keys, and what was read is remembered in sums over some thousand rows each. A
/// second pass reads the source again, and copies those anew that have another sum by now: so it needs to know nothing of
/// what tables hold. Events are only ever added to, and are counted anew: in a file in one sequence, on a server in one of
/// each bucket.
package final class ProjectCopy: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case notEmpty
        case otherVersion

        package var description: String {
            switch self {
            case .notEmpty: "There is something where the copy should go: name a database that holds nothing."
            case .otherVersion: "The two databases are not of one version: run “reorder migrate” on the source first."
            }
        }
    }

    /// What a pass is for.
    package enum Phase: Sendable { case all, changes, comparison }

    /// How far a pass has come.
    package struct Progress: Sendable {
        package var phase: Phase
        package var table: String
        package var rows: Int
        package var total: Int
    }

    /// A table on both sides.
    package struct Comparison: Sendable {
        package var table: String
        package var source: RowSum
        package var target: RowSum

        package var isEqual: Bool { source == target }
    }

    /// What was copied of a table.
    private struct Copied: Sendable {
        /// Sums of rows that follow each other, each up to a key.
        var chunks: [(last: [SQLValue], sum: RowSum)] = []
        var sum: RowSum { chunks.reduce(into: RowSum()) { $0.add($1.sum) } }
    }

    private struct State: Sendable {
        var tables: [CopiedTable] = []
        var copied: [String: Copied] = [:]
        /// The last event of each of the source's buckets that was copied, and how many the target's have.
        var eventPlaces: [Int64: Int64] = [:]
        var eventCounts: [Int64: Int64] = [:]
        var events = RowSum()
        var total = 0
    }

    private let target: Engine
    private let state = Mutex(State())
    private let progress: @Sendable (Progress) -> Void

    package init(to target: Engine, progress: @escaping @Sendable (Progress) -> Void) {
        (self.target, self.progress) = (target, progress)
    }

    // MARK: Passes

    /// Copies all rows as of one moment; who writes to the source is not held up.
    ///
    /// The project itself is left for the end, so that no server takes half a copy for a shop.
    ///
    /// - Throws: `Failure`, `DatabaseError`. What came so far stays; the target is then to be made anew.
    package func copyAll(from source: Engine) async throws {
        let tables = try source.read(CopiedTable.all)
        guard try Migrator.applied(source) == Migrator.applied(target),
            try target.read(CopiedTable.all).map(\.name) == tables.map(\.name)
        else { throw Failure.otherVersion }
        // The order of a file's keys is one that a server finds rows by as well; the other way it is not.
        let keyed = try (source.isShared ? target : source).read { tx in try CopiedTable.keyed(tables, tx) }
        for table in keyed {
            let isTaken = try target.read { tx in
                try tx.first(SQL(stringLiteral: "SELECT 1 FROM \(table.name) LIMIT 1")) { _ in true } ?? false
            }
            guard !isTaken else { throw Failure.notEmpty }
        }
        state.withLock { $0.tables = keyed }
        try await pass(source, withProject: false)
    }

    /// Copies what has changed since the last pass, and then the project; nobody may write to the source any more.
    package func copyChanges(from source: Engine) async throws { try await pass(source, withProject: true) }

    /// Counts both sides, row by row.
    package func compare() async throws -> [Comparison] {
        let now = state.withLock { $0 }
        return try await target.readLong { [self] tx in
            var (done, comparisons) = (0, [Comparison]())
            for table in now.tables where !Self.isCountedAnew(table.name) {
                let left = Self.uncompared(table)
                var sum = RowSum()
                try tx.scan(Statement("SELECT \(table.list) FROM \(table.name)")) { row in
                    sum.add(table.values(row), except: left)
                    done += 1
                    tell(.comparison, table, done, now.total)
                }
                let source = table.name == "event" ? now.events : now.copied[table.name]?.sum ?? RowSum()
                comparisons.append(Comparison(table: table.name, source: source, target: sum))
            }
            return comparisons
        }
    }

    private func pass(_ source: Engine, withProject: Bool) async throws {
        let before = state.withLock { $0 }
        let after = try await source.readLong { [self] tx in
            var now = before
            let tables = now.tables.filter { !Self.isCountedAnew($0.name) && ($0.name != "project" || withProject) }
            now.total = try tables.reduce(0) { total, table in
                let sql = SQL(stringLiteral: "SELECT count(*) FROM \(table.name)")
                return total + (try tx.first(sql) { Int($0.integer(0)) } ?? 0)
            }
            var done = 0
            // The project makes the copy one, so it comes last.
            for table in tables.filter({ $0.name != "project" }) + tables.filter({ $0.name == "project" }) {
                if table.name == "event" {
                    try copyEvents(table, &now, &done, tx)
                } else {
                    now.copied[table.name] = try copy(table, now.copied[table.name], &done, now.total, tx)
                }
            }
            return now
        }
        state.withLock { $0 = after }
    }

    // MARK: Tables

    private static func isCountedAnew(_ table: String) -> Bool { table == "bucket_seq" || table == "webhook_place" }

    /// Columns that are not the same on both sides.
    private static func uncompared(_ table: CopiedTable) -> Set<Int> {
        table.name == "event" ? Set([table.place(of: "bucket"), table.place(of: "seq")].compactMap { $0 }) : []
    }

    private func tell(_ phase: Phase, _ table: CopiedTable, _ done: Int, _ total: Int) {
        guard done.isMultiple(of: 1000) || done == total else { return }
        progress(Progress(phase: phase, table: table.name, rows: done, total: total))
    }

    /// Copies a table, or those parts of it that have changed since it was copied.
    private func copy(
        _ table: CopiedTable, _ before: Copied?, _ done: inout Int, _ total: Int, _ tx: Connection
    ) throws -> Copied {
        let known = before?.chunks ?? []
        var after = Copied()
        var (rows, sum) = ([[SQLValue]](), RowSum())
        func end(_ last: [SQLValue], _ former: RowSum?) throws {
            if former != sum {
                let (low, statements) = (after.chunks.last?.last, CopyWriter.inserts(rows, into: table))
                try target.writeNow { tx in
                    if former != nil { try table.remove(after: low, upTo: last, from: tx) }
                    for sql in statements { try tx.run(sql) }
                }
            }
            after.chunks.append((last, sum))
            (rows, sum) = ([], RowSum())
        }
        try tx.scan(Statement("SELECT \(table.list) FROM \(table.name) ORDER BY \(table.keyList)")) { row in
            var values = table.values(row)
            // A place in the events of another bucket, which are counted anew.
            if table.name.hasSuffix("_move"), let place = table.place(of: "former_seq") { values[place] = .integer(0) }
            let key = table.key(of: values)
            while after.chunks.count < known.count, !CopiedTable.isOrdered(key, upTo: known[after.chunks.count].last) {
                let chunk = known[after.chunks.count]
                try end(chunk.last, chunk.sum)
            }
            rows.append(values)
            sum.add(values)
            if after.chunks.count >= known.count, rows.count == CopyWriter.batch { try end(key, nil) }
            done += 1
            tell(before == nil ? .all : .changes, table, done, total)
        }
        while after.chunks.count < known.count {
            let chunk = known[after.chunks.count]
            try end(chunk.last, chunk.sum)
        }
        if let last = rows.last { try end(table.key(of: last), nil) }
        return after
    }

    private func copyEvents(
        _ table: CopiedTable, _ now: inout State, _ done: inout Int, _ tx: Connection
    ) throws {
        guard let bucket = table.place(of: "bucket"), let seq = table.place(of: "seq"),
            let customer = table.place(of: "customer_id")
        else { throw Failure.otherVersion }
        let (writer, left, places) = (CopyWriter(target, table), Self.uncompared(table), now.eventPlaces)
        try tx.scan(Statement("SELECT \(table.list) FROM event ORDER BY bucket, seq")) { row in
            done += 1
            tell(places.isEmpty ? .all : .changes, table, done, now.total)
            let (origin, number) = (row.integer(bucket), row.integer(seq))
            guard number > places[origin, default: 0] else { return }
            now.eventPlaces[origin] = number
            let place = target.isShared ? row.integer(customer) & Bucket.mask : Bucket.first.rawValue
            now.eventCounts[place, default: 0] += 1
            var values = table.values(row)
            (values[bucket], values[seq]) = (.integer(place), .integer(now.eventCounts[place] ?? 0))
            now.events.add(values, except: left)
            try writer.add(values)
        }
        try writer.flush()
        // Webhooks were told of all there is, or there are none.
        for name in ["bucket_seq", "webhook_place"] {
            guard let counter = now.tables.first(where: { $0.name == name }) else { throw Failure.otherVersion }
            try target.writeNow { tx in try tx.run(SQL(stringLiteral: "DELETE FROM \(name)")) }
            let writer = CopyWriter(target, counter)
            for (bucket, count) in now.eventCounts.sorted(by: { $0.key < $1.key }) {
                try writer.add(counter.columns.map { .integer($0.name == "bucket" ? bucket : count) })
            }
            try writer.flush()
        }
    }

    /// Whether a webhook is still to be told of an event.
    package static func hasUnread(_ tx: Connection) throws -> Bool {
        let sql: SQL = """
            SELECT 1 FROM bucket_seq AS s LEFT JOIN webhook_place AS p ON p.bucket = s.bucket
            WHERE s.n > coalesce(p.n, 0) AND EXISTS (SELECT 1 FROM webhook) LIMIT 1
            """
        return try tx.first(sql) { _ in true } ?? false
    }
}
