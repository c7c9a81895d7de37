import Domain

extension OrderCursor {
    /// The cursor as the opaque text of `page[after]`: the identifier, then a value a line.
    var text: String {
        let parts = values.map { value in
            switch value {
            case .number(let number): "n\(number)"
            case .text(let text): "t\(text)"
            }
        }
        return Cursor.encode(([String(id.rawValue)] + parts).joined(separator: "\n"))
    }

    /// - Throws: 400 when the text is not one of ours, or of a list that is sorted otherwise.
    init(text: String, sorts: [OrderSort]) throws {
        let parts = try Cursor.decode(text).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = Int64(first), parts.count == sorts.count + 1 else {
            throw Cursor.invalid
        }
        let values = try zip(parts.dropFirst(), sorts).map { part, sort in
            switch (part.first, sort.key) {
            case ("t", .number): return OrderSortValue.text(String(part.dropFirst()))
            case ("n", .date), ("n", .total), ("n", .updatedAt):
                guard let number = Int64(part.dropFirst()) else { throw Cursor.invalid }
                return OrderSortValue.number(number)
            default: throw Cursor.invalid
            }
        }
        self.init(values: values, id: Order.ID(rawValue: id))
    }
}
