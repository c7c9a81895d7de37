import CLibPQ

/// What a statement answered: rows, held until it is let go.
final class PostgresAnswer {
    let handle: OpaquePointer
    let columns: PostgresColumns

    /// Takes the result over.
    ///
    /// - Throws: `DatabaseError.fault` for a column of a type that no row is read as.
    init(_ handle: OpaquePointer, _ columns: PostgresColumns? = nil) throws {
        self.handle = handle
        do {
            self.columns = try columns ?? PostgresColumns(of: handle)
        } catch {
            PQclear(handle)
            throw error
        }
    }

    deinit { PQclear(handle) }

    var count: Int32 { PQntuples(handle) }

    func row(_ place: Int32) -> Row { Row(handle, place, columns.kinds) }
}

/// How the columns of an answer are read.
final class PostgresColumns {
    enum Kind: UInt8 { case bigint, integer, smallint, boolean, text }

    let kinds: UnsafeMutablePointer<Kind>

    init(of result: OpaquePointer) throws {
        let count = PQnfields(result)
        let kinds = try (0..<count).map { column in
            switch PQftype(result, column) {
            case PostgresType.bigint: Kind.bigint
            case PostgresType.integer: Kind.integer
            case PostgresType.smallint: Kind.smallint
            case PostgresType.boolean: Kind.boolean
            case PostgresType.text, PostgresType.varchar, PostgresType.untyped, PostgresType.name: Kind.text
            case let type:
                throw DatabaseError.fault(
                    "Column \(column) has PostgreSQL's type \(type): a statement must cast it to what it is read as."
                )
            }
        }
        self.kinds = .allocate(capacity: max(kinds.count, 1))
        self.kinds.initialize(from: kinds, count: kinds.count)
    }

    deinit { kinds.deallocate() }
}

/// A value of an answer, as it came over the wire.
enum PostgresCell {
    static func isNull(_ result: OpaquePointer, _ row: Int32, _ column: Int) -> Bool {
        PQgetisnull(result, row, Int32(column)) != 0
    }

    static func integer(
        _ result: OpaquePointer, _ row: Int32, _ column: Int, _ kind: PostgresColumns.Kind
    ) -> Int64 {
        guard !isNull(result, row, column), let bytes = PQgetvalue(result, row, Int32(column)) else { return 0 }
        let raw = UnsafeRawPointer(bytes)
        return switch kind {
        case .bigint: Int64(bigEndian: raw.loadUnaligned(as: Int64.self))
        case .integer: Int64(Int32(bigEndian: raw.loadUnaligned(as: Int32.self)))
        case .smallint: Int64(Int16(bigEndian: raw.loadUnaligned(as: Int16.self)))
        case .boolean: bytes.pointee == 0 ? 0 : 1
        case .text: Int64(String(cString: bytes)) ?? 0
        }
    }

    /// The bytes of a text; none where it is NULL.
    static func text(_ result: OpaquePointer, _ row: Int32, _ column: Int) -> UnsafeBufferPointer<UInt8> {
        guard !isNull(result, row, column), let bytes = PQgetvalue(result, row, Int32(column)) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        let count = Int(PQgetlength(result, row, Int32(column)))
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count
        )
    }
}
