import Database
import Domain

/// What must hold of a record all together, in the parts that engines plan by.
///
/// How many records an engine expects decides how it joins, and of sums and counts it only guesses. Two guesses too
/// low, and it goes through one table of sums for each row of another. So where several such tables are joined, it may
/// begin with one that an index leads to, and is told of all else in one piece, which it can neither part nor guess from.
struct Conjuncts {
    enum Role {
        /// Asked of the record's own columns.
        case own
        /// Asked of records by what indexes have.
        case found
        case other
    }

    private var parts: [(expression: SQL, role: Role)] = []

    init() {}

    /// What must hold is any of these.
    init(any expressions: [SQL]) { parts = [(.any(expressions), .other)] }

    mutating func append(_ expression: SQL, _ role: Role) { parts.append((expression, role)) }

    var whole: SQL { .all(parts.map(\.expression)) }

    /// - Parameter tables: How many tables are joined in which records are added up.
    func conditions(tables: Int) -> [SQL] {
        guard tables > 1 else { return parts.map(\.expression) }
        let begun = parts.firstIndex { $0.role == .found }
        let isPlain = parts.indices.map { parts[$0].role == .own || $0 == begun }
        let others = SQL.all(parts.indices.filter { !isPlain[$0] }.map { parts[$0].expression })
        return parts.indices.filter { isPlain[$0] }.map { parts[$0].expression }
            + (others.isYes || others.isNo ? [others] : ["(\(others)) IS TRUE"])
    }
}

extension RecordQuery {
    /// A condition in its parts; nil holds of all.
    mutating func conjuncts(_ condition: Condition?) -> Conjuncts {
        var result = Conjuncts()
        for part in condition?.conjuncts ?? [] {
            let before = uses
            let expression = predicate(part)
            result.append(expression, uses == before ? .own : part.isFound ? .found : .other)
        }
        return result
    }

    /// How many tables are joined in which records are added up.
    var tables: Int {
        groups.count + members.count + (scores.isEmpty ? 0 : 1) + (values == nil ? 0 : 1)
            + (productValues == nil ? 0 : 1)
    }
}

extension Condition {
    /// Conditions all of which must hold.
    fileprivate var conjuncts: [Condition] {
        if case .all(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
    }

    /// Whether indexes lead to the records that fulfil it, and so to few.
    fileprivate var isFound: Bool {
        switch self {
        case .all(let parts): return parts.contains(where: \.isFound)
        case .any, .not, .segment: return false
        case .records(let block): return block.pick == nil && block.have == .some && block.filter?.isFound ?? false
        case .test(let test):
            guard [.eq, .in, .startsWith, .between].contains(test.op) else { return false }
            switch test.field.source {
            case .custom, .productCustom, .line(.product), .receiptLine(.product): return true
            default: return false
            }
        }
    }
}
