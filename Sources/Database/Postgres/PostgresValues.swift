import CLibPQ

/// The values that are bound to a statement, as PostgreSQL takes them: binary, each with its type.
final class PostgresValues {
    private(set) var types: [Oid] = []
    private var bytes: [UInt8] = []
    /// Where each value stands in `bytes`; nil for NULL.
    private var places: [Range<Int>?] = []

    func removeAll() {
        types.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    func add(_ number: Int64) {
        add(PostgresType.bigint) { bytes in
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    func add(_ flag: Bool) { add(PostgresType.boolean) { $0.append(flag ? 1 : 0) } }

    /// PostgreSQL holds no U+0000, so it stands there as what takes the place of what cannot be read.
    func add(_ text: String) {
        let text = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        add(PostgresType.text) { $0.append(contentsOf: text.utf8) }
    }

    /// - Parameter type: None where only the statement says what it is.
    func addNull(_ type: Oid = PostgresType.unknown) {
        types.append(type)
        places.append(nil)
    }

    private func add(_ type: Oid, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        types.append(type)
        places.append(start..<bytes.count)
    }

    /// Calls `body` with what libpq's functions that send a statement take.
    func withParameters<Result>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>, _ lengths: UnsafePointer<Int32>,
            _ formats: UnsafePointer<Int32>
        ) -> Result
    ) -> Result {
        // One byte more, so that an empty text has an address: NULL is told by having none.
        bytes.append(0)
        defer { bytes.removeLast() }
        return bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = places.map { place in place.flatMap { start?.advanced(by: $0.lowerBound) } }
            let lengths = places.map { Int32($0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: places.count)
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        guard let values = values.baseAddress, let lengths = lengths.baseAddress,
                            let formats = formats.baseAddress
                        else { return PostgresValues.withNone(body) }
                        return body(Int32(places.count), values, lengths, formats)
                    }
                }
            }
        }
    }

    private static func withNone<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>
        ) -> Result
    ) -> Result {
        withUnsafePointer(to: nil as UnsafePointer<CChar>?) { value in
            withUnsafePointer(to: Int32(0)) { body(0, value, $0, $0) }
        }
    }
}

/// The types that values and columns have, by PostgreSQL's numbers for them.
enum PostgresType {
    static let unknown: Oid = 0
    static let boolean: Oid = 16
    static let bigint: Oid = 20
    static let smallint: Oid = 21
    static let integer: Oid = 23
    static let text: Oid = 25
    static let varchar: Oid = 1043
    /// `count(*)` and the like come as `bigint`; what is a `NULL` or a text without a type comes as this.
    static let untyped: Oid = 705
    /// A name of the system's own tables.
    static let name: Oid = 19

    /// What the server calls a type that values have.
    static func name(of type: Oid) -> String {
        switch type {
        case bigint: "bigint"
        case boolean: "boolean"
        case text: "text"
        default: "unknown"
        }
    }
}
