import Database
import Domain

/// What is asked of the custom values of one kind of record, whose rows are grouped by the record.
struct ValueColumns {
    private var columns: [SQL] = []
    /// Which rows any column looks at.
    private var rows: [SQL] = []

    /// The column with how many values of a field are as asked.
    mutating func count(_ field: CustomField.ID, _ asked: ValueCondition) -> String {
        let isText: Bool
        switch asked.type {
        case .string, .list, .choice, .choices: isText = true
        default: isText = false
        }
        let row: SQL =
            isText
            ? "field_id = \(field.rawValue) AND \(Self.indexed(asked))"
            : "field_id = \(field.rawValue) AND \(asked.holds(number: "number"))"
        return add("count(*) FILTER (WHERE \(row))", row)
    }

    /// Texts that are too long for an index are in another one, as the indexes have it word for word.
    private static func indexed(_ asked: ValueCondition) -> SQL {
        let condition: SQL = asked.op == .isSet ? .yes : asked.holds("text")
        switch asked.type {
        case .choice, .choices: return .all(["length(text) <= 255", condition])
        default:
            return .any([.all(["length(text) <= 255", condition]), .all(["length(text) > 255", condition])])
        }
    }

    /// The column with a field's number.
    mutating func number(_ field: CustomField.ID) -> String {
        let row: SQL = "field_id = \(field.rawValue) AND number IS NOT NULL"
        return add("max(number) FILTER (WHERE \(row))", row)
    }

    private mutating func add(_ column: SQL, _ row: SQL) -> String {
        if let place = columns.firstIndex(where: { $0.isSame(as: column) }) { return "a\(place)" }
        columns.append(column)
        rows.append(row)
        return "a\(columns.count - 1)"
    }

    /// A statement that answers a row for each record that has such a value, with what it is known by.
    ///
    /// - Parameters:
    ///   - keys: What a record is known by, as columns.
    ///   - table: What the rows come from.
    func statement(_ keys: String, from table: String) -> SQL {
        let named = columns.enumerated().map { "\($1) AS \(.raw("a\($0)"))" as SQL }
        let wanted = SQL.any(rows.map { "(\($0))" })
        return """
            SELECT \(.raw(keys)), \(.joined(named, ", ")) FROM \(.raw(table)) WHERE \(wanted) GROUP BY \(.raw(keys))
            """
    }
}
