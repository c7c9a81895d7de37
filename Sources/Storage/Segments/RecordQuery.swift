import Database
import Domain

/// Records of one kind with a condition on each, on their way to a statement.
///
/// A condition becomes one expression over the record's own columns and over tables joined to it, at most one row each:
/// its custom values, and what its many records add up to, grouped by bucket and owner. So nothing is asked once for
/// each record, engines choose the order, and on a server with Citus each machine answers for its own buckets.
struct RecordQuery {
    let terms: SegmentTerms
    let scope: ConditionScope
    /// The record's name in the statement; those of what is joined to it begin with it.
    let alias: String
    /// What customers may be passed over from the beginning, where the tree says so.
    let narrowing: Narrowing?

    var values: ValueColumns?
    var productValues: ValueColumns?
    var usesProduct = false
    var usesSource = false
    var usesFigures = false
    var usesReceiptFigures = false
    var scores: [RFMScore] = []
    var groups: [RecordGroup] = []
    var members: [SQL] = []
    var named = NamedSegments()
    /// How often conditions asked for what is joined to the record.
    var uses = 0

    /// The most groups in one another that stand in one expression; segments beyond it stand apart.
    ///
    /// Parsers take only so many levels.
    private static let depthLimit = 2 * Condition.depthLimit

    /// The most lists of members that are joined.
    private static let memberLimit = 20

    init(_ terms: SegmentTerms, _ scope: ConditionScope, alias: String, narrowing: Narrowing? = nil) {
        (self.terms, self.scope, self.alias, self.narrowing) = (terms, scope, alias, narrowing)
    }

    // MARK: Conditions

    /// The condition as an expression, which is true where it holds, and false or unknown where not.
    ///
    /// - Parameter depth: How many groups it stands in.
    mutating func predicate(_ condition: Condition, isDenied: Bool = false, depth: Int = 0) -> SQL {
        switch condition {
        case .all(let parts), .any(let parts):
            let expressions = parts.map { predicate($0, isDenied: isDenied, depth: depth + 1) }
            var isAll = false
            if case .all = condition { isAll = true }
            return isAll != isDenied ? .all(expressions) : .any(expressions)
        case .not(let part): return predicate(part, isDenied: !isDenied, depth: depth)
        case .segment(let name):
            switch terms.segments(name) {
            case nil: return isDenied ? .yes : .no
            case .conditions(let tree) where depth + tree.depth <= Self.depthLimit:
                return predicate(tree, isDenied: isDenied, depth: depth)
            case .conditions(let tree): return member(named.rows(of: name, tree, self)).denied(isDenied)
            case .members(let rows): return member(rows).denied(isDenied)
            }
        case .test(let test):
            let isDenial = test.op.denied != nil
            return holds(test, test.op.denied ?? test.op).denied(isDenial != isDenied)
        case .records(let block): return holds(block).denied(isDenied)
        }
    }

    private mutating func member(_ rows: SQL) -> SQL {
        let place = members.firstIndex { $0.isSame(as: rows) } ?? members.count
        uses += 1
        // An engine joins only so many tables.
        guard place < Self.memberLimit else { return "(\(.raw("\(alias).bucket, \(alias).id"))) IN (\(rows))" }
        if place == members.count { members.append(rows) }
        return .raw("\(alias)m\(place).customer_id IS NOT NULL")
    }

    private mutating func holds(_ test: ConditionTest, _ op: ConditionOperator) -> SQL {
        let asked = ValueCondition(terms: terms, type: test.field.type, op: op, operand: test.operand)
        switch test.field.source {
        case .custom(let field): return holds(field, asked, \.values)
        case .productCustom(let field): return holds(field, asked, \.productValues)
        case .included where op == .isSet: return .yes
        case .context(let path): return asked.holds(contextTexts: contextTexts(path))
        case .container(.abandoned) where op == .isSet, .container(.empty) where op == .isSet: return .yes
        case .orders(.daysSinceFirst): return asked.holds(ageOf: value(of: .orders(.firstDate)))
        case .orders(.daysSinceLast): return asked.holds(ageOf: value(of: .orders(.lastDate)))
        case .receipts(.daysSinceFirst): return asked.holds(ageOf: value(of: .receipts(.firstDate)))
        case .receipts(.daysSinceLast): return asked.holds(ageOf: value(of: .receipts(.lastDate)))
        default: return asked.holds(value(of: test.field.source))
        }
    }

    /// Whether a custom value is as asked, of which there is a row each.
    private mutating func holds(
        _ field: CustomField.ID, _ asked: ValueCondition, _ table: WritableKeyPath<RecordQuery, ValueColumns?>
    ) -> SQL {
        var columns = self[keyPath: table] ?? ValueColumns()
        defer { self[keyPath: table] = columns }
        uses += 1
        let name = table == \.values ? "v" : "pv"
        return .raw("\(alias)\(name).\(columns.count(field, asked)) >= 1")
    }

    // MARK: Blocks

    private mutating func holds(_ block: ConditionBlock) -> SQL {
        let (have, base) = (block.have, RecordBase(block.kind))
        let isDenial = have.op.denied != nil
        let asked = ValueCondition(
            terms: terms, type: have.type, op: have.op.denied ?? have.op, operand: have.operand)
        let picked = RecordGroup.Pick(block.pick)
        let measured: SQL
        switch (have.measure, have.field) {
        case (.count, _), (_, nil):
            if asked.op == .isSet { return SQL.yes.denied(isDenial) }
            measured = add(base, picked, block.filter) { _ in "count(*)" }
            // Without records there is no row, a zero where that matters: a bare column lets engines begin with it.
            let isZeroEnough = asked.isFulfilled(by: 0)
            return asked.holds(isZeroEnough ? "coalesce(\(measured), 0)" : measured).denied(isDenial)
        case (.sum, let field?):
            if asked.op == .isSet { return SQL.yes.denied(isDenial) }
            let sum = add(base, picked, block.filter) { "sum(\($0.measure(field)))" }
            measured = "coalesce(\(sum), 0)"
        case (.min, let field?): measured = add(base, picked, block.filter) { "min(\($0.measure(field)))" }
        case (.max, let field?): measured = add(base, picked, block.filter) { "max(\($0.measure(field)))" }
        case (.avg, let field?):
            let sum = add(base, picked, block.filter) { "sum(\($0.measure(field)))" }
            let count = add(base, picked, block.filter) { "count(\($0.measure(field)))" }
            measured = mean(sum, count, have.type == field.type ? 1 : 1_000_000)
        case (.median, let field?):
            let (sum, count) = addMedian(base, picked, block.filter) { $0.measure(field) }
            measured = mean(sum, count, have.type == field.type ? 1 : 1_000_000)
        }
        return asked.holds(measured).denied(isDenial)
    }

    /// A mean, cut.
    func mean(_ sum: SQL, _ count: SQL, _ factor: Int64) -> SQL { "scaled(\(sum), \(.raw(String(factor))), \(count))" }

    /// The column of a joined group in which records' measure is.
    ///
    /// - Parameter column: Makes the column of a record.
    mutating func add(
        _ base: RecordBase, _ pick: RecordGroup.Pick = .all, _ filter: Condition?,
        _ column: (inout RecordQuery) -> SQL
    ) -> SQL {
        let place = groups.firstIndex { $0.base == base && $0.pick == pick && !$0.isMedian } ?? groups.count
        if place == groups.count { groups.append(RecordGroup(base, pick, within: self)) }
        uses += 1
        return .raw("\(alias)g\(place).\(groups[place].add(filter, column))")
    }

    /// The columns with the sum of the one or two middle values, and how many they are.
    mutating func addMedian(
        _ base: RecordBase, _ pick: RecordGroup.Pick = .all, _ filter: Condition?,
        _ value: (inout RecordQuery) -> SQL
    ) -> (sum: SQL, count: SQL) {
        var group = RecordGroup(base, pick, within: self)
        group.median = value(&group.query)
        _ = group.add(filter) { _ in "" }
        let known = groups.firstIndex { $0.isMedian && $0.base == base && $0.statement.isSame(as: group.statement) }
        if known == nil { groups.append(group) }
        uses += 1
        let name = "\(alias)g\(known ?? groups.count - 1)"
        return (.raw("\(name).a0"), .raw("\(name).a1"))
    }
}

extension ValueCondition {
    /// Whether it holds for a number.
    fileprivate func isFulfilled(by number: Int64) -> Bool {
        switch (op, operand) {
        case (.eq, .number(let value)): number == value
        case (.gt, .number(let value)): number > value
        case (.gte, .number(let value)): number >= value
        case (.lt, .number(let value)): number < value
        case (.lte, .number(let value)): number <= value
        case (.between, .numbers(let from, let to)): from <= number && number <= to
        default: false
        }
    }
}
