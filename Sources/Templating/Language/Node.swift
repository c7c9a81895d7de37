/// A part of a compiled template.
enum Node: Sendable {
    /// Bytes of the template as they are.
    case text(Range<Int>)
    case print(Print)
    case branch(Shared<Branch>)
    case loop(Shared<Loop>)
    case stop(String, site: Int)
}

/// A value that is handed on without being copied: renderings go through nodes a million times.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// `{{ expression }}`, and what its value is made safe for.
final class Print: Sendable {
    let expression: Expression
    let place: Place
    let site: Int
    /// Line ends become `<br>`.
    let breaksLines: Bool
    /// The last filter, left out of the expression, where it writes what it is given for readers.
    let writer: AppliedFilter?
    /// Whether the last filter wrote the value as a part of an address.
    let isEncoded: Bool

    init(_ expression: Expression, site: Int, breaksLines: Bool) {
        (self.site, self.breaksLines, place) = (site, breaksLines, .plain)
        var (inner, writer, isEncoded) = (expression, AppliedFilter?.none, false)
        if case .filtered(let value, var filters) = expression, let last = filters.popLast() {
            switch last.filter {
            case .url: isEncoded = true
            case .date, .money, .number: (inner, writer) = (filters.isEmpty ? value : .filtered(value, filters), last)
            default: break
            }
        }
        (self.expression, self.writer, self.isEncoded) = (inner, writer, isEncoded)
    }

    init(_ print: Print, at place: Place) {
        (expression, site, breaksLines) = (print.expression, print.site, print.breaksLines)
        (writer, isEncoded, self.place) = (print.writer, print.isEncoded, place)
    }
}

/// `{% if %}` with its arms; one without a condition is the else.
struct Branch: Sendable {
    struct Arm: Sendable {
        var condition: Expression?
        var nodes: [Node]
        var site: Int
    }

    var arms: [Arm]
    var hasElse: Bool { arms.last.map { $0.condition == nil } ?? false }
}

/// `{% for %}`.
struct Loop: Sendable {
    /// How many loops it is within.
    var depth: Int
    var variable: String
    var list: Expression
    var body: [Node]
    var empty: [Node]
    var hasEmpty: Bool
    var site: Int
}
