import Database

/// A table as it is copied: its columns, and the key in whose order its rows are read.
struct CopiedTable: Sendable {
    var name: String
    var columns: [(name: String, type: String)]
    /// Places of the key's columns.
    var key: [Int] = []

    var list: String { columns.map(\.name).joined(separator: ", ") }

    var keyList: String { key.map { columns[$0].name }.joined(separator: ", ") }

    func place(of column: String) -> Int? { columns.firstIndex { $0.name == column } }

    /// What each process or engine keeps for itself.
    private static let own: Set = ["migration", "node", "writer_turn", "writer_message", "run_file", "segment_keeper"]

    /// The product's tables, without keys.
    static func all(_ tx: Connection) throws -> [CopiedTable] {
        var tables: [CopiedTable] = []
        for (table, column, type) in try tx.rows(
            SQL(stringLiteral: tx.dialect.columns), read: { ($0.text(0), $0.text(1), $0.text(2)) }
        ) where !own.contains(table) {
            if tables.last?.name != table { tables.append(CopiedTable(name: table, columns: [])) }
            tables[tables.count - 1].columns.append((column, type))
        }
        return tables.sorted { $0.name < $1.name }
    }

    /// The same with the keys that this engine gives them.
    static func keyed(_ tables: [CopiedTable], _ tx: Connection) throws -> [CopiedTable] {
        var keys: [String: [String]] = [:]
        try tx.each(SQL(stringLiteral: tx.dialect.keys)) { row in keys[row.text(0), default: []].append(row.text(1)) }
        return tables.map { table in
            var table = table
            table.key = (keys[table.name] ?? []).compactMap(table.place)
            return table
        }
    }

    /// A row's values, as both engines hold them.
    func values(_ row: Row) -> [SQLValue] {
        columns.enumerated().map { place, column in
            guard !row.isNull(place) else { return .null }
            switch column.type {
            case "boolean": return .boolean(row.boolean(place))
            case "bigint", "integer": return .integer(row.integer(place))
            default:
                // As PostgreSQL keeps it (ARCHITECTURE.md, “Two engines”).
                let text = row.text(place)
                return .text(text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text)
            }
        }
    }

    /// A row's key.
    func key(of values: [SQLValue]) -> [SQLValue] { key.map { values[$0] } }

    /// Whether a key stands at or before another one, in the order that both engines have.
    static func isOrdered(_ key: [SQLValue], upTo other: [SQLValue]) -> Bool {
        for (mine, its) in zip(key, other) where mine != its {
            switch (mine, its) {
            case (.integer(let mine), .integer(let its)): return mine < its
            case (.text(let mine), .text(let its)): return mine.utf8.lexicographicallyPrecedes(its.utf8)
            default: return true
            }
        }
        return true
    }

    /// Removes the rows whose key is after one and up to another, of a table that has the rows in another order, perhaps.
    func remove(after low: [SQLValue]?, upTo high: [SQLValue], from tx: Connection) throws {
        var sql = SQL(stringLiteral: "DELETE FROM \(name) WHERE (\(keyList)) <= ")
        sql.append("(", high, ")")
        if let low {
            sql.append(" AND (\(keyList)) > ", [], "")
            sql.append("(", low, ")")
        }
        if tx.isSpread, !key.contains(where: { columns[$0].name == "bucket" }), place(of: "bucket") != nil {
            // The server's key begins with the bucket: each is looked into, which is quicker than to read all rows.
            for setting in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
                try tx.run(SQL(stringLiteral: "SET LOCAL \(setting) = off"))
            }
            sql.append(" AND bucket IN (SELECT generate_series(0, 4095))", [], "")
        }
        try tx.run(sql)
    }
}

/// How many rows there are, and what they hold: the same for the same rows, in whichever order.
package struct RowSum: Hashable, Sendable {
    package private(set) var count = 0
    package private(set) var sum: UInt64 = 0

    /// Adds a row without some of its columns.
    mutating func add(_ values: [SQLValue], except left: Set<Int> = []) {
        var hash = Self.basis
        for (place, value) in values.enumerated() where !left.contains(place) {
            switch value {
            case .null: Self.mix(0, into: &hash)
            case .boolean(let flag): Self.mix(flag ? 2 : 1, into: &hash)
            case .integer(let number):
                Self.mix(3, into: &hash)
                Self.mix(UInt64(bitPattern: number), into: &hash)
            case .text(let text):
                Self.mix(4, into: &hash)
                for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* Self.prime }
                Self.mix(UInt64(text.utf8.count), into: &hash)
            }
        }
        // Sums of what is alike in its low bits would be alike too.
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        (count, sum) = (count + 1, sum &+ (hash ^ (hash >> 31)))
    }

    mutating func add(_ other: RowSum) { (count, sum) = (count + other.count, sum &+ other.sum) }

    // FNV-1a, by whole words where there are any.
    private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01b3

    private static func mix(_ word: UInt64, into hash: inout UInt64) {
        hash = (hash ^ word) &* prime
        hash ^= hash >> 29
    }
}
