import Database
import Domain

extension RecordGroup {
    /// What the records come from, with what is joined to them, and what holds of all of them.
    var source: (from: SQL, conditions: [SQL]) {
        var from = table
        var conditions = conditions
        if pick != .all {
            from = "(\(picked)) AS k JOIN \(tables(joinedBy: "k"))"
            conditions = []
        } else if let way = narrowed, let narrowing = query.narrowing {
            from = "\(from)\(narrowing.join(to: way))"
            conditions.append(narrowing.condition)
        }
        return ("\(from)\(query.joins)", conditions)
    }

    /// The keys of the first or last records.
    private var picked: SQL {
        var (from, conditions) = (table, conditions)
        if let way = narrowed, let narrowing = query.narrowing {
            from = "\(from)\(narrowing.join(to: way))"
            conditions.append(narrowing.condition)
        }
        if pick == .lastIncluded { conditions.append(FiguresStore.isIncluded(query.terms.statuses)) }
        let (alias, columns) = (base.alias, base.key.columns)
        let names = columns.map(Self.column).joined(separator: ", ")
        // Both ends are told in one order, so that one index serves both.
        let (place, isPicked): (SQL, SQL) = pick == .first ? ("row_number()", "= 1") : ("lead(1)", "IS NULL")
        return """
            SELECT bucket, \(.raw(names))
            FROM (SELECT \(.raw("\(alias).bucket, \(columns.joined(separator: ", "))")),
                \(place) OVER (PARTITION BY \(.raw("\(alias).bucket, \(base.owner.joined(separator: ", "))"))
                    ORDER BY \(.raw(base.key.order.joined(separator: ", ")))) AS place
            FROM \(from) WHERE \(SQL.all(conditions))) AS ranked WHERE place \(isPicked)
            """
    }

    private static func column(_ name: String) -> String { String(name.drop { $0 != "." }.dropFirst()) }

    /// The record's tables, the first of them found by its key.
    private func tables(joinedBy keys: String) -> SQL {
        let alias = base.alias
        let found = (["\(alias).bucket"] + base.key.columns).map { "\($0) = \(keys).\(Self.column($0))" }
        return "\(own) ON \(.raw(found.joined(separator: " AND ")))\(parent)"
    }

    private var table: SQL { "\(own)\(parent)" }

    private var own: SQL {
        switch base {
        case .orders: "orders AS o"
        case .lines, .orderLines: "order_line AS l"
        case .receipts: "receipt AS r"
        case .receiptLines, .customerReceiptLines: "receipt_line AS t"
        case .stays: "(\(stays)) AS s"
        case .events: "tracked_event AS e"
        case .containers: "container AS q"
        case .containerLines: "container_line AS i"
        }
    }

    /// What says whose a line is.
    private var parent: SQL {
        switch base {
        case .lines: " JOIN orders AS o ON o.bucket = l.bucket AND o.id = l.order_id"
        case .customerReceiptLines: " JOIN receipt AS r ON r.bucket = t.bucket AND r.id = t.receipt_id"
        default: ""
        }
    }

    private var conditions: [SQL] {
        switch base {
        case .orders, .lines: ["o.deleted_ms IS NULL"]
        case .receipts, .customerReceiptLines: ["r.deleted_ms IS NULL"]
        case .orderLines, .receiptLines, .events, .containers, .containerLines: []
        case .stays: ["s.status_id IS NOT NULL"]
        }
    }

    /// What leads from the records to their customer; nil where they are chosen already.
    private var narrowed: Narrowing.Way? {
        switch base {
        case .orders, .lines: .init(bucket: "o.bucket", customer: "o.customer_id")
        case .receipts, .customerReceiptLines: .init(bucket: "r.bucket", customer: "r.customer_id")
        case .orderLines: .init(" JOIN orders AS y ON y.bucket = l.bucket AND y.id = l.order_id")
        case .stays: nil
        case .events: .init(bucket: "e.bucket", customer: "e.owner_id")
        case .containers: .init(bucket: "q.bucket", customer: "q.owner_id")
        case .containerLines: .init(bucket: "i.bucket", customer: "i.owner_id")
        case .receiptLines: .init(" JOIN receipt AS y ON y.bucket = t.bucket AND y.id = t.receipt_id")
        }
    }

    /// The statuses that orders were in, each until the next move of its type.
    private var stays: SQL {
        let types = OrderStatusType.allCases.map { type in
            let known = query.terms.statuses.statuses(of: type)
            let codes = known.map { "WHEN \($0.code) THEN \(.raw(String($0.id.rawValue)))" as SQL }
            let found: SQL = known.isEmpty ? "NULL" : "CASE h.to_value \(.joined(codes, " ")) END"
            return "WHEN \(.raw("'\(type.path)'")) THEN \(found)" as SQL
        }
        let paths = OrderStatusType.allCases.map { "'\($0.path)'" }.joined(separator: ", ")
        var (from, conditions): (SQL, [SQL]) = ("order_change AS h", [.raw("h.field IN (\(paths))")])
        if let narrowing = query.narrowing {
            // Here, before the moves are put in order.
            let way = Narrowing.Way(" JOIN orders AS y ON y.bucket = h.bucket AND y.id = h.order_id")
            from = "\(from)\(narrowing.join(to: way))"
            conditions.append(narrowing.condition)
        }
        return """
            SELECT h.bucket, h.order_id, h.seq, h.field, h.happened_ms,
                lead(h.happened_ms) OVER (PARTITION BY h.bucket, h.order_id, h.field ORDER BY h.happened_ms, h.seq)
                    AS until_ms,
                CASE h.field \(.joined(types, " ")) END AS status_id
            FROM \(from) WHERE \(SQL.all(conditions))
            """
    }
}

extension RecordQuery {
    /// What is joined to the record.
    var joins: SQL {
        var joins: [SQL] = []
        func join(_ table: SQL, _ name: String, _ pairs: [(String, String)]) {
            let condition = pairs.map { "\(name).\($0) = \($1)" }.joined(separator: " AND ")
            joins.append(" LEFT JOIN \(table) AS \(.raw(name)) ON \(.raw(condition))")
        }
        func own(_ column: String) -> String { "\(alias).\(column)" }
        if usesFigures {
            join("customer_figures", "\(alias)f", [("bucket", own("bucket")), ("customer_id", own("id"))])
        }
        if usesReceiptFigures {
            join("receipt_figures", "\(alias)r", [("bucket", own("bucket")), ("customer_id", own("id"))])
        }
        if let values, let object = scope.object {
            let owner =
                object == .customer ? "customer_id" : [.order, .orderLine].contains(object) ? "order_id" : "receipt_id"
            let isLine = object == .orderLine || object == .receiptLine
            let statement = values.statement(
                isLine ? "bucket, \(owner), line" : "bucket, \(owner)", from: "\(object.rawValue)_value")
            var pairs = [("bucket", own("bucket")), (owner, isLine ? own(owner) : own("id"))]
            if isLine { pairs.append(("line", own("position"))) }
            join("(\(statement))", "\(alias)v", pairs)
        }
        if usesSource { join("event_source", "\(alias)es", [("id", own("source_id"))]) }
        if usesProduct { join("product", "\(alias)p", [("external_id", own(scope.productColumn))]) }
        if let productValues {
            let statement = productValues.statement(
                "w.external_id", from: "product_value AS u JOIN product AS w ON w.id = u.product_id")
            join("(\(statement))", "\(alias)pv", [("external_id", own(scope.productColumn))])
        }
        for (place, group) in groups.enumerated() {
            let pairs = zip(group.keys, scope.key).map { ($0, own($1)) }
            join("(\(group.statement))", "\(alias)g\(place)", [("bucket", own("bucket"))] + pairs)
        }
        if !scores.isEmpty {
            let statement = RFMScore.statement(scores)
            join("(\(statement))", "\(alias)s", [("bucket", own("bucket")), ("customer_id", own("id"))])
        }
        for (place, rows) in members.enumerated() {
            join("(\(rows))", "\(alias)m\(place)", [("bucket", own("bucket")), ("customer_id", own("id"))])
        }
        return joins.isEmpty ? "" : .joined(joins, "")
    }
}

extension RFMScore {
    /// A statement that answers everybody's scores: five groups of equal size, ties by identifier.
    fileprivate static func statement(_ scores: [RFMScore]) -> SQL {
        let columns = scores.map { score in
            """
            (row_number() OVER (ORDER BY f.\(score.column), f.customer_id) - 1) * 5 / count(*) OVER () + 1
                AS \(score.rawValue)_score
            """
        }
        return """
            SELECT f.bucket, f.customer_id, \(.raw(columns.joined(separator: ", ")))
            FROM customer_figures AS f JOIN customer AS b ON b.bucket = f.bucket AND b.id = f.customer_id
            WHERE f.order_count > 0 AND b.erased_ms IS NULL
            """
    }

    /// The figure that it ranks.
    private var column: String {
        switch self {
        case .recency: "last_ms"
        case .frequency: "order_count"
        case .monetary: "total_e4"
        }
    }
}
