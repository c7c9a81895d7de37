import Database
import Domain

/// What statements that ask condition trees call, and each engine has not by itself.
///
/// Texts are compared as `ConditionText` folds them. Folding is derived, not kept beside each text: some forty columns
/// and six tables of values would be stored twice, and could drift. On PostgreSQL the migration `0015-segment-functions`
/// makes it of what the server has (ICU's cases, NFC), so that it runs on every shard at the server's own speed and can
/// stand in an index; a test holds it against `ConditionText` letter by letter. They part only in letters that are newer
/// than the server's ICU.
package enum SegmentFunctions {
    /// For SQLite, which calls them back.
    package static let all: [SQLFunction] = [
        SQLFunction("folded", parameters: 1) { values in
            guard case .text(let text) = values[0] else { return .null }
            return .text(ConditionText.fold(text))
        },
        SQLFunction("listed", parameters: 1) { values in
            guard case .text(let text) = values[0] else { return .null }
            let parts = ConditionText.fold(text).split(separator: ",").map { $0.drop { $0 == " " } }
            return .text(",\(parts.joined(separator: ",")),")
        },
        SQLFunction("scaled", parameters: 3) { values in
            guard case .integer(let number) = values[0], case .integer(let factor) = values[1],
                case .integer(let divisor) = values[2], divisor > 0
            else { return .null }
            return .integer(Int64(clamping: Int128(number) * Int128(factor) / Int128(divisor)))
        },
        // The texts that a path finds in an event's context, folded, each between two separators.
        SQLFunction("context_texts", preparing: SoughtPath.init) { value, sought in
            guard let path = sought.path, case .text(let text) = value, let texts = ContextValue(text)?.texts(path)
            else { return .null }
            let separator = String(ConditionText.separator)
            return .text(ConditionText.fold(separator + texts + separator))
        },
        // The first number that it finds, in millionths.
        SQLFunction("context_number", preparing: SoughtPath.init) { value, sought in
            guard let path = sought.path, case .text(let text) = value, let number = ContextValue(text)?.number(path)
            else { return .null }
            return .integer(number)
        },
        // Whether a number is in one of many ranges; PostgreSQL has a type for that.
        SQLFunction("within", preparing: Ranges.init) { value, ranges in
            guard case .integer(let number) = value else { return .null }
            return .boolean(ranges.contain(number))
        },
    ]
}

/// A path that is looked for in many contexts.
private final class SoughtPath {
    let path: ContextPath?

    init(_ value: SQLValue) {
        if case .text(let text) = value { path = ContextPath(text) } else { path = nil }
    }
}

extension Dialect {
    /// A path as the functions take it that look for it.
    func path(_ path: ContextPath) -> String {
        switch self {
        case .sqlite: path.text
        case .postgres: path.jsonPath
        }
    }
}

/// Ranges of numbers, ascending and apart.
private final class Ranges {
    private let ranges: [Range<Int64>]

    /// - Parameter value: A text such as `{[1,5),[8,)}`.
    init(_ value: SQLValue) {
        guard case .text(let text) = value else {
            ranges = []
            return
        }
        ranges = text.dropFirst().dropLast().split(separator: ")").map { range in
            let bounds = range.drop { $0 != "[" }.dropFirst().split(separator: ",", omittingEmptySubsequences: false)
            return (Int64(bounds[0]) ?? .min)..<(Int64(bounds[1]) ?? .max)
        }
    }

    func contain(_ number: Int64) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(number)
    }
}
