import Database
import Foundation
import Platform

/// How an engine would carry a statement out, and what is wrong with that.
struct StatementPlan {
    let lines: [String]

    /// - Throws: `DatabaseError` where the engine does not take the statement.
    init(_ entry: StatementRecording.Entry, _ tx: Connection) throws {
        // A cursor's statement is what it stands for.
        let text = entry.text.replacing(#/^DECLARE \w+ NO SCROLL CURSOR FOR /#, with: "")
        guard tx.dialect == .postgres else {
            lines = try tx.rows(SQL(stringLiteral: "EXPLAIN QUERY PLAN " + text)) { $0.text(3) }
            return
        }
        let name = "plan_" + UUID().uuidString.replacing("-", with: "_")
        let types = entry.types.isEmpty ? "" : "(\(entry.types.joined(separator: ", ")))"
        let values = entry.types.isEmpty ? "" : "(\(entry.types.map { _ in "NULL" }.joined(separator: ", ")))"
        // A plan for any values, of indexes wherever there is one that will do.
        for setting in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"] {
            try tx.run(SQL(stringLiteral: "SET LOCAL \(setting) = off"))
        }
        try tx.run("SET LOCAL plan_cache_mode = force_generic_plan")
        try tx.run(SQL(stringLiteral: "PREPARE \(name)\(types) AS \(text)"))
        lines = try tx.rows(SQL(stringLiteral: "EXPLAIN (COSTS OFF) EXECUTE \(name)\(values)")) { $0.text(0) }
        try tx.run(SQL(stringLiteral: "DEALLOCATE \(name)"))
    }

    /// Tables of which it reads all rows, or all of an index, though a few are asked for.
    func scanned(_ text: String, _ dialect: Dialect, _ indexes: [String: TableIndex]) -> Set<String> {
        dialect == .postgres ? scannedOnServer(indexes) : scannedInFile(text, indexes)
    }

    private func scannedInFile(_ text: String, _ indexes: [String: TableIndex]) -> Set<String> {
        var tables: [String: String] = [:]
        for match in text.matches(of: /(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(\w+))?/) {
            tables[String(match.2 ?? match.1)] = String(match.1)
        }
        // The first rows of an order that an index has are a page, not a scan.
        let isPage = text.contains("LIMIT") && !text.contains("WHERE")
        var scanned: Set<String> = []
        for line in lines {
            guard
                let match = line.firstMatch(
                    of: /^(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?(INDEX|AUTOMATIC) ?(\w*))?/),
                // What is no table is a step of the plan.
                let table = tables[String(match.2)]
            else { continue }
            if match.1 == "SEARCH" {
                if match.3 == "AUTOMATIC" { scanned.insert(table) }
                continue
            }
            if isPage, !lines.contains(where: { $0.contains("TEMP B-TREE FOR ORDER") }) { continue }
            if let index = match.4, indexes[String(index)]?.isPartial == true { continue }
            scanned.insert(table)
        }
        return scanned
    }

    private func scannedOnServer(_ indexes: [String: TableIndex]) -> Set<String> {
        var scanned: Set<String> = []
        for (place, line) in lines.enumerated() {
            if let match = line.firstMatch(of: /Seq Scan on (\w+)/) { scanned.insert(String(match.1)) }
            guard
                let match = line.firstMatch(of: /(?:Index|Index Only) Scan (?:Backward )?using (\w+) on (\w+)/)
                    ?? line.firstMatch(of: /(Bitmap Index Scan) on (\w+)/)
            else { continue }
            let name = match.1 == "Bitmap Index Scan" ? String(match.2) : String(match.1)
            guard let index = indexes[name] else { continue }
            let depth = line.prefix { $0 == " " }.count
            let parts = lines[(place + 1)...].prefix { $0.prefix { $0 == " " }.count > depth && !$0.contains("->") }
            if let condition = parts.first(where: { $0.contains("Index Cond:") }) {
                if !condition.contains(index.firstColumn) { scanned.insert(index.table) }
                continue
            }
            // All of a small set of marked rows, or the first rows of an order.
            let parent = lines[..<place].last { $0.prefix { $0 == " " }.count < depth } ?? ""
            let isPage = parent.contains("Limit") && !parts.contains { $0.contains("Filter:") }
            if !index.isPartial && !isPage { scanned.insert(index.table) }
        }
        return scanned
    }
}

/// An index of PostgreSQL's, as far as plans are read by it.
struct TableIndex {
    var table: String
    var firstColumn: String
    var isPartial: Bool

    static func all(_ tx: Connection) throws -> [String: TableIndex] {
        let sql: SQL =
            tx.dialect == .postgres
            ? "SELECT CAST(indexname AS TEXT), CAST(tablename AS TEXT), indexdef FROM pg_indexes"
            : "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        return Dictionary(
            try tx.rows(sql) { row in
                let definition = row.text(2)
                let first = definition.firstMatch(of: /\((\w+)/).map { String($0.1) } ?? ""
                return (
                    row.text(0),
                    TableIndex(table: row.text(1), firstColumn: first, isPartial: definition.contains(" WHERE "))
                )
            }, uniquingKeysWith: { first, _ in first })
    }
}
