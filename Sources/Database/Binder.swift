import GRDBSQLite

/// Binds a statement's parameters, the first to `$1`, and so on.
package struct Binder {
    /// SQLite's statement; nil where `values` are bound.
    private let prepared: OpaquePointer?
    private let places: [Int32]?
    private let values: PostgresValues?
    private var count = 0

    init(_ statement: Prepared) { (prepared, places, values) = (statement.handle, statement.places, nil) }

    init(_ values: PostgresValues) { (prepared, places, self.values) = (nil, nil, values) }

    package mutating func bind(_ number: Int64) {
        if let values { return values.add(number) }
        sqlite3_bind_int64(prepared, next(), number)
    }

    package mutating func bind(_ flag: Bool) {
        if let values { return values.add(flag) }
        sqlite3_bind_int64(prepared, next(), flag ? 1 : 0)
    }

    package mutating func bind(_ text: String) {
        if let values { return values.add(text) }
        var text = text
        let index = next()
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(prepared, index, characters.baseAddress, Int32(characters.count), transient)
            }
        }
    }

    package mutating func bindNull() {
        if let values { return values.addNull() }
        sqlite3_bind_null(prepared, next())
    }

    package mutating func bind(_ number: Int64?) {
        if let number { return bind(number) }
        if let values { return values.addNull(PostgresType.bigint) }
        bindNull()
    }

    package mutating func bind(_ text: String?) {
        if let text { return bind(text) }
        if let values { return values.addNull(PostgresType.text) }
        bindNull()
    }

    package mutating func bind(_ value: SQLValue) {
        switch value {
        case .null: bindNull()
        case .integer(let number): bind(number)
        case .text(let text): bind(text)
        case .boolean(let flag): bind(flag)
        }
    }

    private mutating func next() -> Int32 {
        count += 1
        guard let places else { return Int32(count) }
        return count <= places.count ? places[count - 1] : 0
    }
}

/// Tells SQLite to copy a text before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
