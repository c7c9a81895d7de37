import Database
import Domain

extension RecordQuery {
    /// The value of a field of events and containers as an expression; NULL for none.
    mutating func trackedValue(of source: ConditionSource) -> SQL {
        switch source {
        case .event(.name): return own("name")
        case .event(.kind): return own("kind")
        case .event(.subject): return own("subject")
        case .event(.source):
            usesSource = true
            return .raw("\(alias)es.code")
        case .contextNumber(let path): return "context_number(\(own("context")), \(terms.dialect.path(path)))"
        case .container(.code): return ofType("NULL") { "\($0.code)" }
        case .container(.abandoned):
            let waits = ofType("0") { .raw(String($0.abandonedAfterMinutes * 60_000)) }
            let since: SQL = "coalesce(\(own("abandoned_ms")), \(own("changed_ms")) + \(waits))"
            return "(\(own("line_count")) > 0 AND \(since) <= \(terms.now.milliseconds))"
        case .container(.empty): return "(\(own("line_count")) = 0)"
        case .container(.lines): return own("line_count")
        case .container(.quantity):
            return "coalesce(\(add(.containerLines, .all, nil) { "sum(\($0.own("quantity_e6")))" }), 0)"
        case .container(.total): return "coalesce(\(add(.containerLines, .all, nil) { "sum(\($0.lineSum))" }), 0)"
        case .containerLine(.product): return own("product")
        case .containerLine(.quantity): return own("quantity_e6")
        case .containerLine(.price): return own("price_e4")
        case .containerLine(.addedAt): return own("added_ms")
        case .containerLine(.changedAt): return own("changed_ms")
        default: return "NULL"
        }
    }

    /// What is found in an event's context.
    func contextTexts(_ path: ContextPath) -> SQL { "context_texts(\(own("context")), \(terms.dialect.path(path)))" }

    /// What a container's type says.
    private func ofType(_ other: SQL, _ value: (ContainerType) -> SQL) -> SQL {
        let cases = terms.containers.types.map { type in
            "WHEN \(.raw(String(type.id.rawValue))) THEN \(value(type))" as SQL
        }
        return "CASE \(own("type_id")) \(.joined(cases, " ")) ELSE \(other) END"
    }

    /// Price times quantity, to the nearest ten-thousandth, within what adds up in 64 bits.
    private var lineSum: SQL {
        let (price, quantity) = (own("price_e4"), own("quantity_e6"))
        let cut: SQL = "scaled(\(price), \(quantity), 1000000)"
        let rest: SQL = "(\(price) % 1000000) * (\(quantity) % 1000000) % 1000000"
        let limit = SQL.raw(String(ContainerRecord.sumLimit))
        return
            "CASE WHEN \(price) IS NULL THEN NULL WHEN \(cut) >= \(limit) THEN \(limit) ELSE \(cut) + CASE WHEN \(rest) >= 500000 THEN 1 ELSE 0 END END"
    }
}
