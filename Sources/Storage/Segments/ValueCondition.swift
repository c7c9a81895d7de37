import Database
import Domain
import Foundation

/// What is asked of one value, as a condition on an expression.
///
/// What it makes is true where a value is as asked, and false or unknown elsewhere; a denial is made of it by
/// `SQL.denied`, so that it holds for a missing value.
struct ValueCondition {
    let terms: SegmentTerms
    let type: ConditionType
    /// No denial.
    let op: ConditionOperator
    let operand: ConditionOperand

    /// More texts than this are handed over as one value: engines take only so many parameters.
    private static let listLimit = 64

    /// - Parameter value: The expression; a date without a time as text, `YYYY-MM-DD`.
    func holds(_ value: SQL) -> SQL {
        if op == .isSet { return "\(value) IS NOT NULL" }
        switch type {
        // Engines do not see that nothing has no folded form, and must, to begin with those that have a value.
        case .string, .choice, .choices: return .all(["\(value) IS NOT NULL", text("folded(\(value))")])
        case .list: return .all(["\(value) IS NOT NULL", part("listed(\(value))")])
        case .number, .money, .time, .duration: return number(value)
        case .instant: return within(value, moments.map { Bounds($0) }, as: value) { "\($0)" }
        case .day:
            // As a number 2026-12-31 is 20261231.
            let number: SQL = "CAST(replace(\(value), '-', '') AS BIGINT)"
            let count: (Int64) -> Int64 = { day in
                let civil = CalendarDay(number: day).civil
                return (civil.year * 100 + civil.month) * 100 + civil.day
            }
            return within(value, days, as: number, count) { "\(CalendarDay(number: $0).text)" }
        case .status(let type): return status(value, type)
        case .boolean: return op == .yes ? value : value.denied
        }
    }

    /// The same of a number that a custom field keeps.
    func holds(number value: SQL) -> SQL {
        switch (type, op) {
        case (.boolean, .yes): return "\(value) = 1"
        case (.boolean, .no): return "\(value) = 0"
        case (.day, _) where op != .isSet:
            // Kept as the midnight in UTC.
            let count: (Int64) -> Int64 = { $0 * CalendarDay.length }
            return within(value, days, as: value, count) { "\(count($0))" }
        default: return holds(value)
        }
    }

    // MARK: Texts

    private func text(_ folded: SQL) -> SQL {
        switch (op, operand) {
        case (.eq, .text(let text)): return "\(folded) = \(ConditionText.fold(text))"
        case (.in, .texts(let texts)): return among(folded, texts)
        case (.contains, .text(let text)): return like(folded, "%\(Self.pattern(text))%")
        case (.startsWith, .text(let text)): return like(folded, "\(Self.pattern(text))%")
        case (.endsWith, .text(let text)): return like(folded, "%\(Self.pattern(text))")
        default: return .no
        }
    }

    private func among(_ folded: SQL, _ texts: [String]) -> SQL {
        let texts = Set(texts.map(ConditionText.fold)).sorted()
        guard texts.count > Self.listLimit else { return "\(folded) IN (\(list: texts))" }
        return "\(folded) IN (\(terms.dialect.elements(of: texts)))"
    }

    /// The same of an event's context, whose texts stand folded between separators.
    func holds(contextTexts value: SQL) -> SQL {
        op == .isSet ? "\(value) IS NOT NULL" : part(value, String(ConditionText.separator))
    }

    /// Of a list, each part of which stands between two commas.
    private func part(_ listed: SQL, _ comma: String = ",") -> SQL {
        func parts(_ text: String, _ before: String, _ after: String) -> SQL {
            // No part has a comma in it.
            text.contains(comma) ? .no : like(listed, "%\(before)\(Self.pattern(text))\(after)%")
        }
        switch (op, operand) {
        case (.eq, .text(let text)): return parts(text, comma, comma)
        case (.in, .texts(let texts)): return .any(texts.map { parts($0, comma, comma) })
        case (.contains, .text(let text)): return parts(text, "", "")
        case (.startsWith, .text(let text)): return parts(text, comma, "")
        case (.endsWith, .text(let text)): return parts(text, "", comma)
        default: return .no
        }
    }

    private func like(_ value: SQL, _ pattern: String) -> SQL { "\(value) LIKE \(pattern) ESCAPE '\\'" }

    private static func pattern(_ text: String) -> String { LikePattern.escaped(ConditionText.fold(text)) }

    private func status(_ value: SQL, _ type: OrderStatusType) -> SQL {
        guard case .texts(let codes) = operand else { return .no }
        let folded = Set(codes.map(ConditionText.fold))
        let ids = terms.statuses.statuses(of: type).filter { folded.contains(ConditionText.fold($0.code)) }
        return ids.isEmpty ? .no : "\(value) IN (\(list: ids.map(\.id.rawValue)))"
    }

    // MARK: Numbers

    private func number(_ value: SQL) -> SQL {
        if case .span(let span) = operand {
            return compare(value, span.count * (span.unit.fixedLength ?? 0))
        }
        switch operand {
        case .number(let number): return compare(value, number)
        case .numbers(let from, let to): return "\(value) BETWEEN \(from) AND \(to)"
        default: return .no
        }
    }

    private func compare(_ value: SQL, _ number: Int64) -> SQL {
        switch op {
        case .eq: "\(value) = \(number)"
        case .gt: "\(value) > \(number)"
        case .gte: "\(value) >= \(number)"
        case .lt: "\(value) < \(number)"
        case .lte: "\(value) <= \(number)"
        default: .no
        }
    }

    // MARK: Dates

    private var moments: [Range<Int64>] { DateTest(op, operand)?.ranges(at: terms.now, terms.calendar) ?? [] }

    /// The moments of a customer's first or last record for which its age in days is as asked.
    func holds(ageOf value: SQL) -> SQL {
        if op == .isSet { return "\(value) IS NOT NULL" }
        let limit: Int64 = 9_999_999
        let ages: ClosedRange<Int64>?
        switch (op, operand) {
        case (.eq, .number(let age)): ages = age...age
        case (.between, .numbers(let from, let to)): ages = from...to
        case (.gt, .number(let age)): ages = (age + 1)...Int64.max
        case (.gte, .number(let age)): ages = age...Int64.max
        case (.lt, .number(let age)): ages = Int64.min...(age - 1)
        case (.lte, .number(let age)): ages = Int64.min...age
        default: ages = nil
        }
        guard let ages, ages.lowerBound <= limit, ages.upperBound >= -limit else { return .no }
        let test = DateTest(.age(ages.lowerBound, ages.upperBound))
        let ranges = test.ranges(at: terms.now, terms.calendar).map { Bounds($0) }
        return within(value, ranges, as: value) { "\($0)" }
    }

    /// From one number on, and up to another that is not meant any more; no bound is nil.
    private struct Bounds {
        var low: Int64?
        var high: Int64?

        init(_ range: Range<Int64>) {
            low = range.lowerBound > DateTest.ever.lowerBound ? range.lowerBound : nil
            high = range.upperBound < DateTest.ever.upperBound ? range.upperBound : nil
        }

        init(days: Range<Int64>) {
            low = days.lowerBound > CalendarDay.first.number ? days.lowerBound : nil
            high = days.upperBound <= CalendarDay.last.number ? days.upperBound : nil
        }
    }

    private var days: [Bounds] {
        moments.map { terms.calendar.days(beginningIn: $0) }.filter { !$0.isEmpty }.map(Bounds.init(days:))
    }

    /// How many ranges stand side by side; anniversaries have one in each of two thousand years.
    private static let rangeLimit = 8

    /// - Parameters:
    ///   - number: The value as a number that rises with it.
    ///   - count: A bound as such a number.
    ///   - bound: A bound as the value is.
    private func within(
        _ value: SQL, _ ranges: [Bounds], as number: SQL, _ count: (Int64) -> Int64 = { $0 }, bound: (Int64) -> SQL
    ) -> SQL {
        guard ranges.count > Self.rangeLimit else { return .any(ranges.map { Self.isWithin($0, value, bound) }) }
        func text(_ bound: Int64?) -> String { bound.map { String(count($0)) } ?? "" }
        let texts = ranges.map { "[\(text($0.low)),\(text($0.high)))" }
        return terms.dialect.within(number, "{\(texts.joined(separator: ","))}")
    }

    private static func isWithin(_ bounds: Bounds, _ value: SQL, _ write: (Int64) -> SQL) -> SQL {
        switch (bounds.low, bounds.high) {
        case (nil, nil): "\(value) IS NOT NULL"
        case (let low?, nil): "\(value) >= \(write(low))"
        case (nil, let high?): "\(value) < \(write(high))"
        case (let low?, let high?): "(\(value) >= \(write(low)) AND \(value) < \(write(high)))"
        }
    }
}

extension Dialect {
    /// Whether a number is in one of many ranges, which are handed over as one value, `{[1,5),[8,9)}`.
    fileprivate func within(_ number: SQL, _ ranges: String) -> SQL {
        switch self {
        case .sqlite: "within(\(number), \(ranges))"
        // The ranges are read once, not for each number.
        case .postgres: "(SELECT CAST(\(ranges) AS INT8MULTIRANGE)) @> \(number)"
        }
    }

    /// A statement that answers a row for each of many texts, which are handed over as one value.
    fileprivate func elements(of texts: [String]) -> SQL {
        var writer = JSONWriter()
        writer.array { writer in texts.forEach { writer.value($0) } }
        return switch self {
        case .sqlite: "SELECT value FROM json_each(\(writer.text))"
        case .postgres: "SELECT value FROM json_array_elements_text(CAST(\(writer.text) AS JSON))"
        }
    }
}
