extension ConditionParser {
    /// The most values of a list.
    private static let listLimit = 1000

    /// Reads what an operator compares with; nil when something is wrong.
    mutating func operand(
        _ json: ConditionJSON?, _ op: ConditionOperator, _ type: ConditionType, at place: String
    ) -> ConditionOperand? {
        if op.takesNothing {
            guard json == nil || json == .null else {
                refuse(place, "not_here", "“\(op.rawValue)” takes no value.")
                return nil
            }
            return ConditionOperand.none
        }
        guard let json, json != .null else {
            refuse(place, "required", "“\(op.rawValue)” wants a value.")
            return nil
        }
        switch op {
        case .in, .notIn: return list(json, type, at: place).map(ConditionOperand.texts)
        case .this: return span(json, at: place, count: .none).map(ConditionOperand.span)
        case .previous: return span(json, at: place, count: .standard(1)).map(ConditionOperand.span)
        case .inLast, .notInLast, .inNext, .moreThanAgo, .exactlyAgo, .anniversaryIn:
            guard let span = span(json, at: place) else { return nil }
            guard op != .anniversaryIn || !span.unit.isClock else {
                refuse("\(place)/unit", "not_a_choice", "An anniversary is a day: take day, week, month or year.")
                return nil
            }
            return .span(span)
        case .between: return between(json, type, at: place)
        case .on:
            guard case .day(let day) = moment(json, at: place, daysOnly: true) else { return nil }
            return .moment(.day(day))
        case .before, .after: return moment(json, at: place).map(ConditionOperand.moment)
        default: return single(json, type, at: place)
        }
    }

    private mutating func single(_ json: ConditionJSON, _ type: ConditionType, at place: String) -> ConditionOperand? {
        switch type {
        case .number, .money, .time: return number(json, type, at: place).map(ConditionOperand.number)
        case .duration: return span(json, at: place, fixed: true).map(ConditionOperand.span)
        default: return text(json, at: place).map(ConditionOperand.text)
        }
    }

    private mutating func text(_ json: ConditionJSON, at place: String) -> String? {
        guard case .string(let text) = json else {
            refuse(place, "not_a_string", "This must be a text in quotes.")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.count <= 4000 else {
            refuse(place, "wrong_length", "This must have 1 to 4000 characters; for no value ask not_set.")
            return nil
        }
        return text
    }

    private mutating func list(_ json: ConditionJSON, _ type: ConditionType, at place: String) -> [String]? {
        guard case .array(let elements) = json, (1...Self.listLimit).contains(elements.count) else {
            refuse(place, "not_a_list", "This must be a list of 1 to \(Self.listLimit) texts.")
            return nil
        }
        let before = faults.count
        let texts = elements.enumerated().compactMap { index, element in
            text(element, at: "\(place)/\(index)").map { (index, $0) }
        }
        for (index, text) in texts {
            switch type {
            case .status(let type):
                guard context.statuses.status(type, code: text) == nil else { continue }
                refuse("\(place)/\(index)", "unknown_status", "There is no \(type.rawValue) status “\(text)”.")
            case .choice(let choices), .choices(let choices):
                guard !choices.contains(text) else { continue }
                let known = choices.joined(separator: ", ")
                refuse("\(place)/\(index)", "not_a_choice", "This must be one of: \(known).")
            default: break
            }
        }
        return faults.count == before ? texts.map(\.1) : nil
    }

    /// Reads a number in the units of its type; a time of day is a text.
    mutating func number(_ json: ConditionJSON, _ type: ConditionType, at place: String) -> Int64? {
        if type == .time {
            guard case .string(let text) = json, let seconds = CustomField.seconds(text) else {
                refuse(place, "not_a_time", "This must be a time of day, HH:MM or HH:MM:SS.")
                return nil
            }
            return seconds
        }
        guard case .number(let text) = json, let places = type.places else {
            refuse(place, "not_a_number", "This must be a number, without quotes.")
            return nil
        }
        do throws(FixedPoint.Refusal) {
            return try FixedPoint.parse(text.utf8, places: places)
        } catch {
            switch error {
            case .tooPrecise where places == 0: refuse(place, "not_an_integer", "This must be a whole number.")
            case .tooPrecise: refuse(place, "too_precise", "This has more than \(places) decimals.")
            case .outOfRange: refuse(place, "out_of_range", "This number is larger than any value can be.")
            case .notANumber: refuse(place, "not_a_number", "This must be a number.")
            }
            return nil
        }
    }

    private mutating func between(_ json: ConditionJSON, _ type: ConditionType, at place: String) -> ConditionOperand? {
        guard case .array(let ends) = json, ends.count == 2 else {
            refuse(place, "not_a_range", "This must be a list of two values: from and to.")
            return nil
        }
        if type.isDated {
            guard let from = moment(ends[0], at: "\(place)/0"), let to = moment(ends[1], at: "\(place)/1") else {
                return nil
            }
            guard context.calendar.begin(of: from) < context.calendar.end(of: to) else {
                return backwards(place)
            }
            return .moments(from, to)
        }
        guard let from = number(ends[0], type, at: "\(place)/0"), let to = number(ends[1], type, at: "\(place)/1")
        else { return nil }
        return from <= to ? .numbers(from, to) : backwards(place)
    }

    private mutating func backwards(_ place: String) -> ConditionOperand? {
        refuse(place, "not_a_range", "The first value must not be after the second.")
        return nil
    }

    private mutating func moment(_ json: ConditionJSON, at place: String, daysOnly: Bool = false) -> ConditionMoment? {
        if case .string(let text) = json {
            if let day = CalendarDay(text: text) { return .day(day) }
            if !daysOnly, let instant = Instant(parsing: text, zone: context.calendar.zone) { return .instant(instant) }
        }
        let detail = daysOnly ? "a date, YYYY-MM-DD" : "a date, YYYY-MM-DD, or a date with a time"
        refuse(place, "not_a_date", "This must be \(detail).")
        return nil
    }

    /// What is said of how many.
    private enum CountRule: Hashable {
        case required, standard(Int64), none
    }

    /// Reads `{"n":30,"unit":"day"}`.
    ///
    /// - Parameter fixed: Whether units must have a length that does not depend on the calendar.
    private mutating func span(
        _ json: ConditionJSON, at place: String, count rule: CountRule = .required, fixed: Bool = false
    ) -> ConditionSpan? {
        guard let members = members(json, at: place, what: "A span of time") else { return nil }
        let before = faults.count
        let parts = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        for key in members.map(\.key) where key != "unit" && (key != "n" || rule == .none) {
            refuse("\(place)/\(Self.escaped(key))", "unknown_attribute", "There is no “\(key)” here.")
        }
        let units = ConditionSpan.Unit.allCases.filter { !fixed || $0.fixedLength != nil }
        guard case .string(let word) = parts["unit"], let unit = ConditionSpan.Unit(rawValue: word),
            units.contains(unit)
        else {
            let known = units.map(\.rawValue).joined(separator: ", ")
            refuse("\(place)/unit", "not_a_choice", "This must be one of: \(known).")
            return nil
        }
        guard let said = parts["n"], rule != .none else {
            switch rule {
            case .none: return faults.count == before ? ConditionSpan(0, unit) : nil
            case .standard(let count): return ConditionSpan(count, unit)
            case .required: refuse("\(place)/n", "required", "Say how many \(unit.rawValue)s.")
            }
            return nil
        }
        guard let count = number(said, .number(places: 0), at: "\(place)/n") else { return nil }
        guard (1...ConditionSpan.limit).contains(count) else {
            refuse("\(place)/n", "out_of_range", "This must be from 1 to \(ConditionSpan.limit).")
            return nil
        }
        return faults.count == before ? ConditionSpan(count, unit) : nil
    }
}

extension ConditionOperator {
    /// Whether it compares with nothing.
    package var takesNothing: Bool {
        switch self {
        case .isSet, .notSet, .yes, .no, .noData: true
        default: false
        }
    }
}

extension ConditionSpan.Unit {
    /// Milliseconds of one, a day taken as 24 hours; nil for months and years.
    package var fixedLength: Int64? {
        switch self {
        case .day: CalendarDay.length
        case .week: 7 * CalendarDay.length
        case .minute, .hour: length
        case .month, .year: nil
        }
    }
}
