import Database
import Domain

/// Writes the rows of an export in one format; used by one reader at a time.
protocol ExportEncoder {
    /// Writes what stands above the rows.
    mutating func begin() throws
    /// Writes a row of `ExportSource.page`.
    mutating func add(_ row: Row) throws
    /// Hands on what has gathered, after each page.
    mutating func flush() throws
    /// Writes what stands below the rows; the file is whole then.
    mutating func finish() throws
    /// How much was handed on.
    var byteCount: Int64 { get }
}

/// What all encoders must know of the columns.
struct ExportShape: Sendable {
    /// Where a row's first column stands: what the reading goes by is before it.
    static let firstColumn = 2

    var columns: [ExportColumn]
    /// The codes of statuses, by their identifiers.
    var codes: [Int64: String]

    init(_ columns: [ExportColumn], _ book: StatusBook) {
        self.columns = columns
        codes = Dictionary(book.statuses.map { ($0.id.rawValue, $0.code) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ExportColumn.Kind {
    /// A date, time of day or flag as its field writes it; nil where there is none.
    func plain(_ row: Row, _ place: Int) -> String? {
        guard let number = row.optionalInteger(place) else { return nil }
        return switch self {
        case .midnight: CustomValue.day(number).plain
        case .clock: CustomValue.time(number).plain
        case .boolean: CustomValue.boolean(number != 0).plain
        default: nil
        }
    }
}
