/// A filter with its arguments read.
enum Filter: Sendable {
    case date(DatePattern)
    case money
    case number(Int?)
    case round(Int)
    case otherwise(Expression)
    case upper, lower, capitalize, trim
    case truncate(Int)
    case join(String)
    case first(Int?), last(Int?)
    case length
    case url
    case plural([String])
    case replace(String, String)
    case addDays(Int64)
}

/// A filter where it stands in the text.
struct AppliedFilter: Sendable {
    var filter: Filter
    var name: String
    var site: Int
}

/// The filters of the language: how each is written, and how its arguments are read.
struct FilterKind: Sendable {
    var name: String
    /// With arguments, as an example for who errs.
    var usage: String
    var arguments: ClosedRange<Int>
    var read: @Sendable ([Argument]) -> Filter?

    /// What can stand after the colon of a filter.
    struct Argument: Sendable {
        var expression: Expression

        var text: String? {
            if case .constant(.text(let text)) = expression { text } else { nil }
        }

        var whole: Int? {
            if case .constant(.number(let number)) = expression { number.whole } else { nil }
        }

        func whole(in range: ClosedRange<Int>) -> Int? { whole.flatMap { range.contains($0) ? $0 : nil } }
    }

    static let all: [FilterKind] = [
        FilterKind("date", #"date:"d.m.Y""#, 0...1) { arguments in
            guard let argument = arguments.first else { return .date(.day) }
            guard let pattern = argument.text.map(DatePattern.init), pattern.unknown == nil else { return nil }
            return .date(pattern)
        },
        FilterKind("money", "money", .money),
        FilterKind("number", "number:2", 0...1) { arguments in
            guard let argument = arguments.first else { return .number(nil) }
            return argument.whole(in: 0...6).map { .number($0) }
        },
        FilterKind("round", "round:2", 0...1) { arguments in
            guard let argument = arguments.first else { return .round(0) }
            return argument.whole(in: 0...6).map { .round($0) }
        },
        FilterKind("default", #"default:"friend""#, 1...1) { .otherwise($0[0].expression) },
        FilterKind("upper", "upper", .upper),
        FilterKind("lower", "lower", .lower),
        FilterKind("capitalize", "capitalize", .capitalize),
        FilterKind("trim", "trim", .trim),
        FilterKind("truncate", "truncate:20", 1...1) { $0[0].whole(in: 1...100_000).map { .truncate($0) } },
        FilterKind("join", #"join:", ""#, 0...1) { arguments in
            guard let argument = arguments.first else { return .join(", ") }
            return argument.text.map { .join($0) }
        },
        FilterKind("first", "first, or first:3", 0...1) { arguments in
            guard let argument = arguments.first else { return .first(nil) }
            return argument.whole(in: 0...10_000).map { .first($0) }
        },
        FilterKind("last", "last, or last:3", 0...1) { arguments in
            guard let argument = arguments.first else { return .last(nil) }
            return argument.whole(in: 0...10_000).map { .last($0) }
        },
        FilterKind("length", "length", .length),
        FilterKind("url", "url", .url),
        FilterKind("plural", #"plural:"item,items""#, 1...1) { arguments in
            guard let forms = arguments[0].text?.split(separator: ",", omittingEmptySubsequences: false) else {
                return nil
            }
            return .plural(forms.map { $0.trimmed })
        },
        FilterKind("replace", #"replace:"-","""#, 2...2) { arguments in
            guard let old = arguments[0].text, let new = arguments[1].text, !old.isEmpty else { return nil }
            return .replace(old, new)
        },
        FilterKind("add_days", "add_days:14", 1...1) {
            $0[0].whole(in: -100_000...100_000).map { .addDays(Int64($0)) }
        },
    ]

    static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// Filters that other languages have, and why this one does without.
    static let foreign = [
        "raw":
            "Nothing turns off escaping, for what customers typed is never HTML; put HTML into the template itself or a block.",
        "safe":
            "Nothing turns off escaping, for what customers typed is never HTML; put HTML into the template itself or a block.",
        "escape": "Values are escaped already, for the place that they stand in: leave it out.",
        "e": "Values are escaped already, for the place that they stand in: leave it out.",
        "currency": "Write money.", "uppercase": "Write upper.", "lowercase": "Write lower.", "upcase": "Write upper.",
        "downcase": "Write lower.", "title": "Write capitalize.", "size": "Write length.", "count": "Write length.",
        "pluralize": #"Write plural:"item,items"."#, "urlencode": "Write url.", "url_encode": "Write url.",
        "nl2br": "Write breaks.", "newline_to_br": "Write breaks.", "strip": "Write trim.",
        "date_format": #"Write date:"d.m.Y"."#, "format_date": #"Write date:"d.m.Y"."#,
    ]

    init(
        _ name: String, _ usage: String, _ arguments: ClosedRange<Int>,
        _ read: @escaping @Sendable ([Argument]) -> Filter?
    ) {
        (self.name, self.usage, self.arguments, self.read) = (name, usage, arguments, read)
    }

    init(_ name: String, _ usage: String, _ filter: Filter) {
        self.init(name, usage, 0...0) { _ in filter }
    }
}

extension StringProtocol {
    /// Without the spaces at its ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
