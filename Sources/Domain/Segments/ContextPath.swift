/// A way into an event's context: `utm.source` is the `source` of what is `utm` (spec segments.md, "any context field by path").
///
/// Where a list is on the way, or at its end, each of its elements is meant. What is found are texts, numbers, and yes or no as
/// `true` and `false`; objects, lists within lists, nulls and empty texts are no values.
package struct ContextPath: Hashable, Sendable {
    package let keys: [String]

    fileprivate init(keys: [String]) { self.keys = keys }

    /// - Parameter text: The keys with points between them.
    package init?(_ text: some StringProtocol) {
        let keys = text.split(separator: "." as Character, omittingEmptySubsequences: false).map { String($0) }
        guard text.unicodeScalars.count <= Self.limit, keys.count <= Self.depthLimit,
            keys.allSatisfy({ !$0.isEmpty && !$0.unicodeScalars.contains { $0.value < 0x20 } })
        else { return nil }
        self.keys = keys
    }

    /// The most characters of a path, and the most keys.
    package static let limit = 200
    package static let depthLimit = 10

    package var text: String { keys.joined(separator: ".") }

    /// The path as SQL's JSON paths have it.
    package var jsonPath: String {
        keys.reduce("lax $") { path, key in
            var writer = JSONWriter()
            writer.value(key)
            return "\(path).\(writer.text)"
        } + "[*]"
    }
}

/// An event's context, read.
package struct ContextValue: Sendable {
    private let json: ConditionJSON

    /// Nil for what is no JSON, or has the character 0, which databases refuse.
    package init?(_ text: String) {
        do {
            json = try JSONReader.read(text.utf8) { try ConditionJSON(&$0) }
        } catch {
            return nil
        }
        if json.hasZero { return nil }
    }

    /// What is found by a path, in its order.
    private func scalars(_ path: ContextPath) -> [ConditionJSON] {
        path.keys.reduce([json]) { values, key in
            values.flatMap(\.elements).compactMap { $0.member(key) }
        }.flatMap(\.elements)
    }

    /// All texts that a path finds, as one; nil for none.
    package func texts(_ path: ContextPath) -> String? {
        let texts = scalars(path).compactMap(\.contextText)
        return texts.isEmpty ? nil : texts.joined(separator: String(ConditionText.separator))
    }

    /// The first number that a path finds, in millionths.
    package func number(_ path: ContextPath) -> Int64? {
        for case .number(let text) in scalars(path) {
            if let number = ContextNumber(text) { return Int64(exactly: number.millionths) }
        }
        return nil
    }

    /// Of longer texts no more is looked at.
    package static let textLimit = 255
}

extension ConditionJSON {
    /// Of a list what is in it, of all else itself.
    fileprivate var elements: [ConditionJSON] { if case .array(let elements) = self { elements } else { [self] } }

    /// Of a key that stands twice the later one counts.
    fileprivate func member(_ key: String) -> ConditionJSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    fileprivate var contextText: String? {
        switch self {
        case .string(let text):
            let text = text.replacing(String(ConditionText.separator), with: "")
            return text.isEmpty
                ? nil : String(String.UnicodeScalarView(text.unicodeScalars.prefix(ContextValue.textLimit)))
        case .number(let text): return ContextNumber(text)?.text
        case .boolean(let flag): return flag ? "true" : "false"
        case .object, .array, .null: return nil
        }
    }

    fileprivate var hasZero: Bool {
        switch self {
        case .string(let text): text.unicodeScalars.contains("\0")
        case .array(let elements): elements.contains(where: \.hasZero)
        case .object(let members): members.contains { $0.key.unicodeScalars.contains("\0") || $0.value.hasZero }
        case .number, .boolean, .null: false
        }
    }
}

/// A JSON number, rounded to millionths: senders count in binary, and 0.1 + 0.2 is 0.3.
struct ContextNumber: Hashable, Sendable {
    let millionths: Int128

    /// Nil from a trillion millions on.
    init?(_ text: String) {
        var (digits, kept, exponent): (Int128, Int, Int) = (0, 0, 0)
        var (isNegative, isFraction) = (false, false)
        let parts = text.utf8.split(maxSplits: 1) { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        guard let mantissa = parts.first else { return nil }
        for byte in mantissa {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            default:
                guard kept < Self.digitLimit else {
                    if !isFraction { exponent += 1 }
                    continue
                }
                digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
                if digits > 0 { kept += 1 }
                if isFraction { exponent -= 1 }
            }
        }
        if parts.count > 1 {
            let said = String(decoding: parts[1], as: UTF8.self)
            exponent += min(max(Int(said) ?? (said.hasPrefix("-") ? -10_000 : 10_000), -10_000), 10_000)
        }
        exponent += 6
        while exponent > 0, digits > 0, digits < Self.limit { (digits, exponent) = (digits * 10, exponent - 1) }
        guard digits < Self.limit || exponent < 0 else { return nil }
        if exponent < -Self.digitLimit { digits = 0 }
        if exponent < 0, digits > 0 {
            let power = (0..<(-exponent)).reduce(Int128(1)) { power, _ in power * 10 }
            let (quotient, rest) = digits.quotientAndRemainder(dividingBy: power)
            digits = quotient + (rest >= power - rest ? 1 : 0)
        }
        guard digits < Self.limit else { return nil }
        millionths = isNegative ? -digits : digits
    }

    private static let digitLimit = 36
    private static let limit: Int128 = 1_000_000_000_000_000_000_000_000

    /// Without zeros at the end.
    var text: String {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var fraction = String(String(1_000_000 + rest).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(millionths < 0 ? "-" : "")\(whole)\(fraction.isEmpty ? "" : ".")\(fraction)"
    }
}

extension ConditionField {
    /// A field of events' contexts; nil for a code that is none.
    package init?(context code: String) {
        guard code.hasPrefix(Self.contextPrefix), let path = ContextPath(code.dropFirst(Self.contextPrefix.count))
        else { return nil }
        self.init(
            .event, code, "Context \(path.text)", .list, .context(path), group: "Event context",
            help: "What the event's context has there: a text, a number, or any of a list."
        )
    }

    static let contextPrefix = "context."

    /// The field as a number, where it is one that can be: of a context the first number.
    package var measurable: ConditionField {
        guard case .context(let path) = source else { return self }
        var field = self
        (field.type, field.source) = (.number(places: 6), .contextNumber(path))
        return field
    }

    /// What is meant of a context: a number where it is held against numbers, its texts otherwise.
    func form(for op: ConditionJSON?, _ value: ConditionJSON?) -> ConditionField {
        if case .number = value { return measurable }
        guard case .string(let word) = op, let op = ConditionOperator(rawValue: word) else { return self }
        return Self.contextComparisons.contains(op) ? measurable : self
    }

    /// What is asked of a context's number alone.
    private static let contextComparisons: [ConditionOperator] = [.gt, .gte, .lt, .lte, .between]

    /// Stands for all fields of events' contexts where fields are listed.
    package static let anyContext = ConditionField(
        .event, "context.<path>", "Context", .list, .context(ContextPath(keys: ["<path>"])), group: "Event context",
        help: "What the event's context has at the path, such as context.utm.source: any text of a list, or a number "
            + "where it is held against numbers."
    )

    /// What can be asked, in the order in which it is offered.
    package var operators: [ConditionOperator] { type.operators + (isOfContext ? Self.contextComparisons : []) }

    /// Whether it is of events' contexts, of which there are as many as somebody thinks of.
    package var isOfContext: Bool {
        switch source {
        case .context, .contextNumber: true
        default: false
        }
    }
}

extension Condition {
    /// What the tree asks of events' contexts.
    package var contexts: Set<ConditionField> { fields.filter(\.isOfContext) }
}
