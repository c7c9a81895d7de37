/// What a list can be sorted by, by the names on the wire.
package protocol SortKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable where AllCases == [Self] {
    /// Whether it sorts by a text, and not by a number.
    var isText: Bool { get }
}

/// One key of a list's order, and which way.
package struct ListSort<Key: SortKey>: Hashable, Sendable {
    package var key: Key
    package var isDescending: Bool

    package init(_ key: Key, descending: Bool = false) { (self.key, isDescending) = (key, descending) }

    /// Reads `-date,number`; nil when a key is unknown or stands twice.
    package static func parse(_ text: String) -> [ListSort]? {
        var sorts: [ListSort] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-")
            guard let key = Key(rawValue: String(isDescending ? part.dropFirst() : part)),
                !sorts.contains(where: { $0.key == key })
            else { return nil }
            sorts.append(ListSort(key, descending: isDescending))
        }
        return sorts.isEmpty ? nil : sorts
    }

    package var text: String { (isDescending ? "-" : "") + key.rawValue }
}

/// Where a page of a list begins.
package enum ListPlace<Entity>: Hashable, Sendable {
    /// After so many rows.
    case offset(Int)
    /// After the row that a cursor names.
    case after(ListCursor<Entity>)
}

/// The last row of a page, by what the list is sorted by: the next page begins after it, wherever that is by then.
package struct ListCursor<Entity>: Hashable, Sendable {
    package var values: [SortValue]
    package var id: Identifier<Entity>

    package init(values: [SortValue], id: Identifier<Entity>) { (self.values, self.id) = (values, id) }
}

/// A value that a list is sorted by.
package enum SortValue: Hashable, Comparable, Sendable {
    case number(Int64)
    case text(String)

    /// Texts are compared byte by byte, as the index does: two spellings of “é” are two texts, each with its place.
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number, .text): true
        case (.text, .number): false
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
