import Database
import Domain

/// What a condition tree is asked with when it is asked as SQL.
package struct SegmentTerms: Sendable {
    package var now: Instant
    package var calendar: ShopCalendar
    package var statuses: StatusBook
    package var dialect: Dialect
    /// The types of containers.
    package var containers: ContainerBook
    /// What the segments are that trees name; one that there is not has nobody.
    package var segments: @Sendable (String) -> SegmentSource?

    package init(
        now: Instant, calendar: ShopCalendar, statuses: StatusBook, containers: ContainerBook = .empty,
        dialect: Dialect,
        segments: @escaping @Sendable (String) -> SegmentSource? = { _ in nil }
    ) {
        (self.now, self.calendar, self.statuses) = (now, calendar, statuses)
        (self.containers, self.dialect, self.segments) = (containers, dialect, segments)
    }
}

/// What a segment is that a tree names.
package enum SegmentSource: Sendable {
    case conditions(Condition)
    /// A statement that answers `bucket` and `customer_id` of each member once.
    case members(SQL)
}

extension SQL {
    static let yes: SQL = "TRUE"
    static let no: SQL = "FALSE"

    var isYes: Bool { text == "TRUE" }
    var isNo: Bool { text == "FALSE" }

    /// Text of the statement itself: names and numbers, never what came from outside.
    static func raw(_ text: String) -> SQL { SQL(stringLiteral: text) }

    /// All of these, with a word between them.
    static func joined(_ parts: [SQL], _ separator: String) -> SQL {
        guard parts.count != 1 else { return parts[0] }
        var result: SQL = ""
        for (offset, part) in parts.enumerated() {
            if offset > 0 { result.append(.raw(separator)) }
            result.append(part)
        }
        return result
    }

    static func all(_ parts: [SQL]) -> SQL {
        if parts.contains(where: \.isNo) { return no }
        let parts = parts.filter { !$0.isYes }
        return parts.isEmpty ? yes : parts.count == 1 ? parts[0] : "(\(joined(parts, " AND ")))"
    }

    static func any(_ parts: [SQL]) -> SQL {
        if parts.contains(where: \.isYes) { return yes }
        let parts = parts.filter { !$0.isNo }
        return parts.isEmpty ? no : parts.count == 1 ? parts[0] : "(\(joined(parts, " OR ")))"
    }

    /// Where this does not hold; what is unknown does not hold.
    var denied: SQL { isYes ? .no : isNo ? .yes : "(\(self)) IS NOT TRUE" }

    func denied(_ isDenied: Bool) -> SQL { isDenied ? denied : self }

    func isSame(as other: SQL) -> Bool { text == other.text && values == other.values }
}
