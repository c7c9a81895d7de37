import Database
import Domain

/// What a tree asks of all customers, so that the records of others need not be added up.
struct Narrowing: Sendable {
    /// How the customer of a record is found.
    struct Way {
        var join: SQL = ""
        var bucket = "y.bucket"
        var customer = "y.customer_id"

        init(_ join: SQL) { self.join = join }

        init(bucket: String, customer: String) { (self.bucket, self.customer) = (bucket, customer) }
    }

    private let joins: SQL
    let condition: SQL

    /// Nil where the tree asks nothing by which few customers could be found.
    init?(_ condition: Condition, of customer: Customer.ID?, _ terms: SegmentTerms) {
        var query = RecordQuery(terms, .customer, alias: "n")
        var parts = Self.tests(condition).map { query.predicate(.test($0)) }
        if let customer {
            parts.append("(n.bucket = \(customer.bucket.rawValue) AND n.id = \(customer.rawValue))")
        }
        guard !parts.isEmpty else { return nil }
        (self.condition, joins) = (.all(parts), query.joins)
    }

    /// What must hold of the customer's own fields, and is asked for by what they have.
    private static func tests(_ condition: Condition) -> [ConditionTest] {
        switch condition {
        case .all(let parts): return parts.flatMap(tests)
        case .test(let test):
            guard test.op.denied == nil, test.op != .isSet else { return [] }
            switch test.field.source {
            case .externalID, .customer, .custom: return [test]
            default: return []
            }
        case .any, .not, .segment, .records: return []
        }
    }

    func join(to way: Way) -> SQL {
        """
        \(way.join) JOIN customer AS n ON n.bucket = \(.raw(way.bucket)) AND n.id = \(.raw(way.customer))\(joins)
        """
    }
}
