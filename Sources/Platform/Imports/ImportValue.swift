import Domain

/// Where a value comes from: the whole language of mappings (Docs/importing.md).
///
/// `Column` is a name as the mapping has it, or a place in files whose headers are known.
indirect enum ImportValue<Column: Hashable & Sendable>: Hashable, Sendable {
    case constant(String)
    case column(Column)
    /// The first that is not empty.
    case first([ImportValue])
    /// All columns added up; a joined file's over all its rows that the filter lets through.
    case sum([Column], RowFilter<Column>?)
    /// How many rows a joined file has for this row.
    case count(table: Column, RowFilter<Column>?)
    /// The different values of a joined file's column, separated by commas; the one with most of `largest` first.
    case distinct(Column, largest: Column?, RowFilter<Column>?)
    /// A value looked up in a table; `otherwise` stands for all that the table has not.
    case translated(ImportValue, [String: String], otherwise: String?)
    /// A value that counts only where a column is not empty.
    case present(Column, ImportValue)

    /// The same value with its columns found; `isTable` says that a file's name is meant.
    func resolved<Place>(_ find: (Column, _ isTable: Bool) throws -> Place) throws -> ImportValue<Place> {
        switch self {
        case .constant(let text): .constant(text)
        case .column(let column): .column(try find(column, false))
        case .first(let values): .first(try values.map { try $0.resolved(find) })
        case .sum(let columns, let filter):
            .sum(try columns.map { try find($0, false) }, try filter?.resolved(find))
        case .count(let table, let filter):
            .count(table: try find(table, true), try filter?.resolved(find))
        case .distinct(let column, let largest, let filter):
            .distinct(
                try find(column, false), largest: try largest.map { try find($0, false) }, try filter?.resolved(find)
            )
        case .translated(let value, let table, let otherwise):
            .translated(try value.resolved(find), table, otherwise: otherwise)
        case .present(let column, let value):
            .present(try find(column, false), try value.resolved(find))
        }
    }
}

/// Which rows of a joined file count: those with one of the values, or those without.
struct RowFilter<Column: Hashable & Sendable>: Hashable, Sendable {
    var column: Column
    var values: Set<String>
    var isExclusion: Bool

    func resolved<Place>(_ find: (Column, _ isTable: Bool) throws -> Place) throws -> RowFilter<Place> {
        RowFilter<Place>(column: try find(column, false), values: values, isExclusion: isExclusion)
    }
}

/// Where a column stands.
enum ColumnPlace: Hashable, Sendable {
    /// In the row of the main file.
    case main(Int)
    /// In the row that an order line is made of.
    case line(Int)
    /// In the rows of a joined file that belong to the main row.
    case joined(table: Int, slot: Int)
}
