import Database
import Domain

/// The values of one kind of object's custom fields.
///
/// An object without values costs nothing: what calls this asks `FieldBook.has` and `CustomValues.isEmpty` before.
package struct CustomValueStore: Sendable {
    private let table: ValueTable

    package init(_ object: FieldObject) { table = ValueTable.of(object) }

    /// Whose values they are: an object, or a line of one by its place.
    package struct Owner: Hashable, Sendable {
        let id: Int64
        let line: Int64

        package init<Entity>(_ id: Identifier<Entity>, line: Int = 0) {
            (self.id, self.line) = (id.rawValue, Int64(line))
        }

        package init(rawValue id: Int64) { (self.id, line) = (id, 0) }

        fileprivate var bucket: Int64 { id & Bucket.mask }
    }

    // MARK: Reading

    /// The values of an object without lines.
    package func load(_ owner: Owner, _ fields: FieldBook, _ tx: Connection) throws -> CustomValues {
        try loadLines(of: owner, fields, tx)[0] ?? CustomValues()
    }

    /// The values of all lines of an object, by the line's place.
    package func loadLines(of owner: Owner, _ fields: FieldBook, _ tx: Connection) throws -> [Int: CustomValues] {
        var lines: [Int: CustomValues] = [:]
        try tx.each(table.select) { binder in
            binder.bind(owner.bucket)
            binder.bind(owner.id)
        } read: { row in
            Self.note(row, from: 1, fields, in: &lines[Int(row.integer(0)), default: CustomValues()])
        }
        // A line whose values are all of fields out of use has none.
        lines = lines.filter { !$0.value.isEmpty }
        return lines
    }

    /// Takes in a value that stands in a row as `field_id, number, text`.
    static func note(_ row: Row, from column: Int, _ fields: FieldBook, in values: inout CustomValues) {
        // A field that is out of use is no more, though its values are still being removed.
        guard let field = fields.custom(row.id(column)) else { return }
        if let number = row.optionalInteger(column + 1) {
            values[field] = CustomValue(number: number, type: field.type)
        } else if case .choices(let chosen) = values[field] {
            values[field] = .choices(chosen + [row.text(column + 2)])
        } else {
            let text = row.text(column + 2)
            values[field] = field.type == .choices ? .choices([text]) : .text(text)
        }
    }

    /// A statement that answers all values as `owner, line, field_id, number, text`, in the order of owners and lines.
    ///
    /// - Parameter among: What keeps them to those of some owners, by the owner's column.
    func all(isSpread: Bool, among: (String) -> String = { _ in "" }) -> Statement {
        let (line, bucket) = (table.hasLines ? "line" : "0", isSpread ? "bucket, " : "")
        return Statement(
            """
            SELECT \(table.owner), \(line), field_id, number, text FROM \(table.name)\(among(table.owner))
            ORDER BY \(bucket)\(table.owner), \(table.hasLines ? "line, " : "")field_id, position
            """
        )
    }

    // MARK: Writing

    /// Writes what became of an object's values.
    package func save(
        from before: CustomValues = CustomValues(), to after: CustomValues, of owner: Owner, _ tx: Connection
    ) throws {
        for field in before.fields where before[field] != after[field] {
            try tx.run(table.deleteField) { binder in
                bind(owner, &binder)
                binder.bind(field)
            }
        }
        for field in after.fields where before[field] != after[field] {
            guard let value = after[field] else { continue }
            if let number = value.number {
                try insert(field, 0, number: number, text: nil, owner, tx)
            } else {
                for (position, text) in value.texts.enumerated() {
                    try insert(field, position, number: nil, text: text, owner, tx)
                }
            }
        }
    }

    /// Removes all values of an object, those of its lines included.
    package func delete(_ owner: Owner, _ tx: Connection) throws {
        try tx.run(table.deleteOwner) { binder in
            binder.bind(owner.bucket)
            binder.bind(owner.id)
        }
    }

    private func insert(
        _ field: CustomField.ID, _ position: Int, number: Int64?, text: String?, _ owner: Owner, _ tx: Connection
    ) throws {
        try tx.run(table.insert) { binder in
            bind(owner, &binder)
            binder.bind(field)
            binder.bind(Int64(position))
            binder.bind(number)
            binder.bind(text)
        }
    }

    private func bind(_ owner: Owner, _ binder: inout Binder) {
        binder.bind(owner.bucket)
        binder.bind(owner.id)
        if table.hasLines { binder.bind(owner.line) }
    }

    // MARK: Values of one field

    /// How many objects have a value of a field.
    package func count(_ field: CustomField.ID, _ tx: Connection) throws -> Int {
        try tx.first(table.count) {
            $0.bind(field)
        } read: {
            Int($0.integer(0))
        } ?? 0
    }

    /// Removes up to `limit` values of a field, and returns how many went.
    package func deleteValues(of field: CustomField.ID, limit: Int, _ tx: Connection) throws -> Int {
        var found: [(owner: Owner, position: Int64)] = []
        try tx.each(table.ofField) { binder in
            binder.bind(field)
            binder.bind(Int64(limit))
        } read: { row in
            var owner = Owner(rawValue: row.integer(0))
            if table.hasLines { owner = Owner(rawValue: row.integer(0), line: row.integer(1)) }
            found.append((owner, row.integer(2)))
        }
        for (owner, position) in found {
            try tx.run(table.deleteOne) { binder in
                bind(owner, &binder)
                binder.bind(field)
                binder.bind(position)
            }
        }
        return found.count
    }

    /// The objects that match, as one column of identifiers; an object may stand there more than once.
    package func matching(_ filter: CustomFilter) -> SQL {
        let (table, owner) = (SQL(stringLiteral: table.name), SQL(stringLiteral: table.owner))
        let field = filter.field.id.rawValue
        switch filter.condition {
        case .equals(let value):
            if let number = value.number {
                return "SELECT \(owner) FROM \(table) WHERE field_id = \(field) AND number = \(number)"
            }
            let text = value.plain
            // As the index has it, word for word: the engine finds it by that.
            let length: SQL = text.unicodeScalars.count <= 255 ? "length(text) <= 255" : "length(text) > 255"
            return """
                SELECT \(owner) FROM \(table) WHERE field_id = \(field) AND text = \(text) AND \(length)
                """
        case .range(let low, let high):
            return """
                SELECT \(owner) FROM \(table)
                WHERE field_id = \(field) AND number >= \(low ?? .min) AND number <= \(high ?? .max)
                """
        }
    }
}

extension CustomValueStore {
    /// Different texts of a field that begin with a text, ascending.
    ///
    /// Each is looked up after the one before, so that many objects with the same value cost nothing.
    package func texts(
        of field: CustomField.ID, from begin: String, limit: Int, _ tx: Connection
    ) throws -> [String] {
        let table = SQL(stringLiteral: table.name)
        var found: [String] = []
        var next: SQL = "text >= \(begin)"
        while found.count < limit {
            let text = try tx.first(
                """
                SELECT text FROM \(table)
                WHERE field_id = \(field.rawValue) AND length(text) <= 255 AND \(next) ORDER BY text LIMIT 1
                """
            ) { $0.text(0) }
            guard let text, text.hasPrefix(begin) else { break }
            found.append(text)
            next = "text > \(text)"
        }
        return found
    }
}

extension CustomValueStore.Owner {
    fileprivate init(rawValue id: Int64, line: Int64) { (self.id, self.line) = (id, line) }
}

/// The statements of one table of values, made once.
private final class ValueTable: Sendable {
    let name: String
    let owner: String
    /// Whether the owners are lines, known by the object they are of and their place in it.
    let hasLines: Bool
    let select, insert, deleteField, deleteOwner, deleteOne, count, ofField: Statement

    private static let all = Dictionary(uniqueKeysWithValues: FieldObject.allCases.map { ($0, ValueTable($0)) })

    static func of(_ object: FieldObject) -> ValueTable { all[object] ?? ValueTable(object) }

    private init(_ object: FieldObject) {
        name = "\(object.rawValue)_value"
        hasLines = object == .orderLine || object == .receiptLine
        switch object {
        case .customer: owner = "customer_id"
        case .order, .orderLine: owner = "order_id"
        case .receipt, .receiptLine: owner = "receipt_id"
        case .product: owner = "product_id"
        }
        let line = hasLines ? "line" : "0"
        let key = hasLines ? "bucket, \(owner), line" : "bucket, \(owner)"
        let place = hasLines ? "bucket = $1 AND \(owner) = $2 AND line = $3" : "bucket = $1 AND \(owner) = $2"
        let next = hasLines ? 4 : 3
        select = Statement(
            """
            SELECT \(line), field_id, number, text FROM \(name) WHERE bucket = $1 AND \(owner) = $2
            ORDER BY \(hasLines ? "line, " : "")field_id, position
            """
        )
        insert = Statement(
            """
            INSERT INTO \(name) (\(key), field_id, position, number, text)
            VALUES (\(Columns.placeholders(from: 1, count: hasLines ? 7 : 6)))
            """, gathering: .adds
        )
        deleteField = Statement("DELETE FROM \(name) WHERE \(place) AND field_id = $\(next)")
        deleteOne = Statement("DELETE FROM \(name) WHERE \(place) AND field_id = $\(next) AND position = $\(next + 1)")
        deleteOwner = Statement("DELETE FROM \(name) WHERE bucket = $1 AND \(owner) = $2")
        let parts = ["number IS NOT NULL", "length(text) <= 255", "length(text) > 255"]
        count = Statement(
            "SELECT "
                + parts.map { [name] part in
                    "(SELECT count(*) FROM \(name) WHERE field_id = $1 AND \(part) AND position = 0)"
                }
                .joined(separator: " + ")
        )
        ofField = Statement(
            parts.map { [name, owner] part in
                "SELECT \(owner), \(line), position FROM \(name) WHERE field_id = $1 AND \(part)"
            }
            .joined(separator: " UNION ALL ") + " LIMIT $2"
        )
    }
}
