import Database
import Domain

/// The many records that a block looks at.
enum RecordBase: Hashable {
    /// Of a customer.
    case orders, lines, receipts, customerReceiptLines
    /// Of an order.
    case orderLines, stays
    /// Of a receipt.
    case receiptLines
    /// Of a customer.
    case events, containers
    /// Of a container.
    case containerLines

    init(_ kind: ConditionBlockKind) {
        switch kind {
        case .orders: self = .orders
        case .lines: self = .lines
        case .receipts: self = .receipts
        case .orderLines: self = .orderLines
        case .stays: self = .stays
        case .receiptLines: self = .receiptLines
        case .events: self = .events
        case .containers: self = .containers
        case .containerLines: self = .containerLines
        }
    }

    var scope: ConditionScope {
        switch self {
        case .orders: .order
        case .lines, .orderLines: .orderLine
        case .receipts: .receipt
        case .receiptLines, .customerReceiptLines: .receiptLine
        case .stays: .stay
        case .events: .event
        case .containers: .container
        case .containerLines: .containerLine
        }
    }

    /// What each record is called in statements.
    var alias: String {
        switch scope {
        case .customer: "c"
        case .order: "o"
        case .orderLine: "l"
        case .receipt: "r"
        case .receiptLine: "t"
        case .stay: "s"
        case .event: "e"
        case .container: "q"
        case .containerLine: "i"
        }
    }

    /// Whose the record is: what the owner is known by within its bucket (`ConditionScope.key`).
    var owner: [String] {
        switch self {
        case .orders, .lines: ["o.customer_id"]
        case .receipts, .customerReceiptLines: ["r.customer_id"]
        case .orderLines: ["l.order_id"]
        case .stays: ["s.order_id"]
        case .receiptLines: ["t.receipt_id"]
        case .events: ["e.owner_id"]
        case .containers: ["q.owner_id"]
        case .containerLines: ["i.owner_id", "i.type_id"]
        }
    }

    /// What a record is known by within its bucket, and what orders records of one owner.
    var key: (columns: [String], order: [String]) {
        switch self {
        case .orders: (["o.id"], ["o.date_ms", "o.id"])
        case .receipts: (["r.id"], ["r.date_ms", "r.id"])
        case .lines: (["l.order_id", "l.position"], ["o.date_ms", "o.id", "l.position"])
        case .customerReceiptLines: (["t.receipt_id", "t.position"], ["r.date_ms", "r.id", "t.position"])
        case .orderLines: (["l.order_id", "l.position"], ["l.position"])
        case .receiptLines: (["t.receipt_id", "t.position"], ["t.position"])
        case .stays: (["s.order_id", "s.seq"], ["s.happened_ms", "s.status_id", "s.seq"])
        case .events: (["e.id"], ["e.happened_ms", "e.id"])
        case .containers: (["q.owner_id", "q.type_id"], ["q.changed_ms", "q.type_id"])
        case .containerLines: (["i.owner_id", "i.type_id", "i.product"], ["i.added_ms", "i.product"])
        }
    }
}

/// Records that are joined to their owner, added up.
struct RecordGroup {
    /// Which of an owner's records are looked at, before anything is asked of them.
    enum Pick: Hashable {
        case all, first, last
        /// The last of the included orders.
        case lastIncluded

        init(_ pick: ConditionBlock.Pick?) {
            switch pick {
            case nil: self = .all
            case .first: self = .first
            case .last: self = .last
            }
        }
    }

    let base: RecordBase
    let pick: Pick
    var query: RecordQuery
    /// The value whose middle is looked for.
    var median: SQL?
    private var columns: [SQL] = []
    /// What each column asks of a record.
    private var filters: [Conjuncts] = []

    init(_ base: RecordBase, _ pick: Pick, within outer: RecordQuery) {
        (self.base, self.pick) = (base, pick)
        query = RecordQuery(outer.terms, base.scope, alias: base.alias, narrowing: outer.narrowing)
    }

    var isMedian: Bool { median != nil }

    /// Adds a column, or finds it.
    mutating func add(_ filter: Condition?, _ column: (inout RecordQuery) -> SQL) -> String {
        let asked = query.conjuncts(filter)
        let made = column(&query)
        let place = columns.indices.first { columns[$0].isSame(as: made) && filters[$0].whole.isSame(as: asked.whole) }
        if let place { return "a\(place)" }
        columns.append(made)
        filters.append(asked)
        return "a\(columns.count - 1)"
    }

    /// What the owner is called in the statement's answer, and of containers their type beside it.
    private var owners: [(column: String, name: String)] { Array(zip(base.owner, ["owner", "owner_type"])) }

    /// The columns of the answer by which it is joined to the owner.
    var keys: [String] { owners.map(\.name) }

    /// A statement that answers `bucket`, `owner` and the columns.
    var statement: SQL {
        let (from, always) = source
        // What no column asks for need not be read; what all ask for is chosen by that alone.
        let wholes = filters.map(\.whole)
        let isOneFilter = wholes.allSatisfy { $0.isSame(as: wholes[0]) }
        let filter = isOneFilter ? filters[0] : Conjuncts(any: wholes)
        let conditions = always + filter.conditions(tables: query.tables)
        let keys = SQL.raw("\(base.alias).bucket, \(base.owner.joined(separator: ", "))")
        let owner = SQL.raw(owners.map { "\($0.column) AS \($0.name)" }.joined(separator: ", "))
        let names = SQL.raw(self.keys.joined(separator: ", "))
        if let median {
            return """
                SELECT bucket, \(names), sum(value) AS a0, count(*) AS a1
                FROM (SELECT \(.raw("\(base.alias).bucket")), \(owner), \(median) AS value,
                    row_number() OVER (PARTITION BY \(keys) ORDER BY \(median)) AS place,
                    count(*) OVER (PARTITION BY \(keys)) AS n
                FROM \(from) WHERE \(SQL.all(conditions + ["(\(median)) IS NOT NULL"]))) AS m
                WHERE 2 * place BETWEEN n AND n + 2 GROUP BY bucket, \(names)
                """
        }
        let named = columns.indices.map { place in
            let choice: SQL = isOneFilter || wholes[place].isYes ? "" : " FILTER (WHERE \(wholes[place]))"
            return "\(columns[place])\(choice) AS \(.raw("a\(place)"))" as SQL
        }
        return """
            SELECT \(.raw("\(base.alias).bucket")), \(owner), \(.joined(named, ", "))
            FROM \(from) WHERE \(SQL.all(conditions)) GROUP BY \(keys)
            """
    }
}

extension ConditionScope {
    /// What records of the kind are known by within their bucket, where they own others.
    var key: [String] { self == .container ? ["owner_id", "type_id"] : ["id"] }

    /// The column with the product that lines name.
    var productColumn: String { self == .containerLine ? "product" : "product_external_id" }
}
