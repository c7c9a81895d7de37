import Database
import Domain

/// Segments that a statement names once, before all else, and asks for by name.
struct NamedSegments {
    private var places: [String: Int] = [:]
    private var statements: [SQL] = []

    /// A statement that answers a segment's members.
    mutating func rows(of name: String, _ tree: Condition, _ asking: RecordQuery) -> SQL {
        if let place = places[name] { return Self.rows(place) }
        var query = RecordQuery(asking.terms, .customer, alias: "c", narrowing: asking.narrowing)
        query.named = self
        let conjuncts = query.conjuncts(tree)
        self = query.named
        let condition = SQL.all(conjuncts.conditions(tables: query.tables))
        statements.append("SELECT c.bucket, c.id AS customer_id FROM customer AS c\(query.joins) WHERE \(condition)")
        places[name] = statements.count - 1
        return Self.rows(statements.count - 1)
    }

    private static func rows(_ place: Int) -> SQL { .raw("SELECT bucket, customer_id FROM segment_\(place)") }

    /// `WITH …`, where there are any.
    var clause: SQL {
        guard !statements.isEmpty else { return "" }
        let parts = statements.enumerated().map { "\(.raw("segment_\($0)")) AS (\($1))" as SQL }
        return "WITH \(.joined(parts, ", ")) "
    }
}

extension Condition {
    /// Groups in one another.
    var depth: Int {
        switch self {
        case .all(let parts), .any(let parts): 1 + (parts.map(\.depth).max() ?? 0)
        case .not(let part): part.depth
        case .segment, .test, .records: 0
        }
    }
}
