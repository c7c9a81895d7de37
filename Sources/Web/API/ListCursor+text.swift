import Domain

extension ListCursor {
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
    init<Key>(text: String, sorts: [ListSort<Key>]) throws {
        let parts = try Cursor.decode(text).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = Int64(first), parts.count == sorts.count + 1 else {
            throw Cursor.invalid
        }
        let values = try zip(parts.dropFirst(), sorts).map { part, sort in
            guard part.first == (sort.key.isText ? "t" : "n") else { throw Cursor.invalid }
            if sort.key.isText { return SortValue.text(String(part.dropFirst())) }
            guard let number = Int64(part.dropFirst()) else { throw Cursor.invalid }
            return SortValue.number(number)
        }
        self.init(values: values, id: Identifier(rawValue: id))
    }
}
