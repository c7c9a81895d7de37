import CLibPQ

/// The values that are bound to a statement, as PostgreSQL takes them: binary, each with its type.
final class PostgresValues {
    private struct Storage {
        var types: [Oid] = []
        /// The values, each with its length before it, as in a row of COPY.
        var cells: [UInt8] = []
    }

    /// By an address, since a property of a class is looked after at each access, which costs more than a value.
    private let storage: UnsafeMutablePointer<Storage>

    init() {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage())
    }

    deinit {
        storage.deinitialize(count: 1)
        storage.deallocate()
    }

    var types: [Oid] { storage.pointee.types }
    /// The values, each with its length before it.
    var cells: [UInt8] { storage.pointee.cells }
    var count: Int { storage.pointee.types.count }

    func removeAll() {
        storage.pointee.types.removeAll(keepingCapacity: true)
        storage.pointee.cells.removeAll(keepingCapacity: true)
    }

    func add(_ number: Int64) {
        storage.pointee.types.append(PostgresType.bigint)
        storage.pointee.cells.append(number: Int32(8))
        storage.pointee.cells.append(number: number)
    }

    func add(_ flag: Bool) {
        storage.pointee.types.append(PostgresType.boolean)
        storage.pointee.cells.append(number: Int32(1))
        storage.pointee.cells.append(flag ? 1 : 0)
    }

    /// PostgreSQL holds no U+0000, so it stands there as what takes the place of what cannot be read.
    func add(_ text: String) {
        let text = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        storage.pointee.types.append(PostgresType.text)
        storage.pointee.cells.append(number: Int32(text.utf8.count))
        storage.pointee.cells.append(contentsOf: text.utf8)
    }

    /// - Parameter type: None where only the statement says what it is.
    func addNull(_ type: Oid = PostgresType.unknown) {
        storage.pointee.types.append(type)
        storage.pointee.cells.append(number: Int32(-1))
    }

    // MARK: Many at a time

    /// The first values, each with its length before it.
    func cells(first count: Int) -> [UInt8] {
        let cells = storage.pointee.cells
        var end = 0
        for _ in 0..<count { end = cells.cell(at: end)?.upperBound ?? end + 4 }
        return Array(cells[..<end])
    }

    /// Takes values of these types from where they stand in rows, and returns where they end.
    func take(_ types: [Oid], _ rows: [UInt8], at start: Int) -> Int {
        var end = start
        for _ in types { end = rows.cell(at: end)?.upperBound ?? end + 4 }
        storage.pointee.types = types
        storage.pointee.cells.removeAll(keepingCapacity: true)
        storage.pointee.cells.append(contentsOf: rows[start..<end])
        return end
    }

    /// Adds an array for each column of the rows.
    func addArrays(of gathered: GatheredRows) {
        let rows = gathered.bytes
        var columns = [(cells: [UInt8], hasNull: Bool)](repeating: ([], false), count: gathered.types.count)
        var place = 0
        for _ in 0..<gathered.count {
            place += 2
            for column in columns.indices {
                let cell = rows.cell(at: place)
                let end = cell?.upperBound ?? place + 4
                columns[column].cells.append(contentsOf: rows[place..<end])
                if cell == nil { columns[column].hasNull = true }
                place = end
            }
        }
        for (type, column) in zip(gathered.types, columns) {
            let element = type == PostgresType.unknown ? PostgresType.text : type
            storage.pointee.types.append(PostgresType.array(of: element))
            // One dimension of so many values, counted from 1.
            let head = [1, column.hasNull ? 1 : 0, Int32(element), Int32(gathered.count), 1]
            storage.pointee.cells.append(number: Int32(head.count * 4 + column.cells.count))
            for number in head { storage.pointee.cells.append(number: number) }
            storage.pointee.cells.append(contentsOf: column.cells)
        }
    }

    // MARK: Sending

    /// Calls `body` with what libpq's functions that send a statement take.
    func withParameters<Result>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>, _ lengths: UnsafePointer<Int32>,
            _ formats: UnsafePointer<Int32>
        ) -> Result
    ) -> Result {
        // One byte more, so that an empty text has an address: NULL is told by having none.
        storage.pointee.cells.append(0)
        defer { storage.pointee.cells.removeLast() }
        let (cells, count) = (storage.pointee.cells, count)
        var places: [Range<Int>?] = []
        places.reserveCapacity(count)
        var place = 0
        for _ in 0..<count {
            let cell = cells.cell(at: place)
            places.append(cell)
            place = cell?.upperBound ?? place + 4
        }
        return cells.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = places.map { place in place.flatMap { start?.advanced(by: $0.lowerBound) } }
            let lengths = places.map { Int32($0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: count)
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        guard let values = values.baseAddress, let lengths = lengths.baseAddress,
                            let formats = formats.baseAddress
                        else { return PostgresValues.withNone(body) }
                        return body(Int32(count), values, lengths, formats)
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

    /// Arrays of those types that values have.
    static func array(of type: Oid) -> Oid {
        switch type {
        case bigint: 1016
        case boolean: 1000
        default: 1009
        }
    }

    /// What the server calls a type that values have.
    static func name(of type: Oid) -> String {
        switch type {
        case array(of: bigint): "bigint[]"
        case array(of: boolean): "boolean[]"
        case array(of: text): "text[]"
        case bigint: "bigint"
        case boolean: "boolean"
        case text: "text"
        default: "unknown"
        }
    }
}

extension [UInt8] {
    /// Appends a number as the wire has it, its largest part first.
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Where the bytes of a value are whose length stands at `place`; nil for NULL.
    fileprivate func cell(at place: Int) -> Range<Int>? {
        let length = withUnsafeBytes { Int32(bigEndian: $0.loadUnaligned(fromByteOffset: place, as: Int32.self)) }
        return length < 0 ? nil : place + 4..<place + 4 + Int(length)
    }
}
