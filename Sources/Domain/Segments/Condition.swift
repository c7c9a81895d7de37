/// A condition on a customer, or on one record of theirs (spec segments.md, "The tree").
package indirect enum Condition: Hashable, Sendable {
    /// All of these hold; of none it holds.
    case all([Condition])
    /// At least one of these holds; of none it does not.
    case any([Condition])
    case not(Condition)
    /// The customer is in the segment of this name.
    case segment(String)
    /// A field has a value as it should be.
    case test(ConditionTest)
    /// Records that fulfil a condition are as many, or as large, as they should be.
    case records(ConditionBlock)

    /// What everybody fulfils.
    package static let everybody = Condition.all([])
}

/// A field, what is asked of it, and what it is held against.
package struct ConditionTest: Hashable, Sendable {
    package var field: ConditionField
    package var op: ConditionOperator
    package var operand: ConditionOperand

    package init(_ field: ConditionField, _ op: ConditionOperator, _ operand: ConditionOperand = .none) {
        (self.field, self.op, self.operand) = (field, op, operand)
    }
}

/// What a field is held against.
package enum ConditionOperand: Hashable, Sendable {
    case none
    case text(String)
    case texts([String])
    /// In the units of the field's type.
    case number(Int64)
    /// From one number to another, both included.
    case numbers(Int64, Int64)
    case moment(ConditionMoment)
    /// From one moment to another, both included; a day is meant from its beginning to its end.
    case moments(ConditionMoment, ConditionMoment)
    case span(ConditionSpan)
}

/// A day of the calendar, or a moment of a day.
package enum ConditionMoment: Hashable, Sendable {
    case day(CalendarDay)
    case instant(Instant)
}

/// So many minutes, days, months.
package struct ConditionSpan: Hashable, Sendable {
    package enum Unit: String, CaseIterable, Hashable, Sendable {
        case minute, hour, day, week, month, year
    }

    package var count: Int64
    package var unit: Unit

    package init(_ count: Int64, _ unit: Unit) { (self.count, self.unit) = (count, unit) }

    /// The largest count: a thousand years of days.
    package static let limit: Int64 = 366_000
}

/// A condition on the many records of one customer, or of one order.
///
/// All of `filter` is asked of the same record.
package struct ConditionBlock: Hashable, Sendable {
    /// Which record alone is looked at.
    package enum Pick: String, CaseIterable, Hashable, Sendable {
        /// The earliest by date, then by identifier; of lines and stays the first as they stand.
        case first
        /// The latest by date, then by identifier.
        case last
    }

    package var kind: ConditionBlockKind
    /// What a record must fulfil to be counted; nil for all.
    package var filter: Condition?
    /// Looks at one record of all there are, before `filter` is asked of it.
    package var pick: Pick?
    package var have: ConditionHave

    package init(
        _ kind: ConditionBlockKind, _ filter: Condition? = nil, pick: Pick? = nil, have: ConditionHave = .some
    ) {
        (self.kind, self.filter, self.pick, self.have) = (kind, filter, pick, have)
    }
}

/// How many records there must be, or how large.
package struct ConditionHave: Hashable, Sendable {
    package enum Measure: String, CaseIterable, Hashable, Sendable {
        case count, sum, avg, min, max, median
    }

    package var measure: Measure
    /// Whose values are measured; nil for a count.
    ///
    /// Records without a value are passed over.
    package var field: ConditionField?
    package var op: ConditionOperator
    package var operand: ConditionOperand

    package init(
        _ measure: Measure, of field: ConditionField? = nil, _ op: ConditionOperator, _ operand: ConditionOperand
    ) {
        (self.measure, self.field, self.op, self.operand) = (measure, field, op, operand)
    }

    /// At least one, which is meant where nothing is said.
    package static let some = ConditionHave(.count, .gte, .number(1))

    /// So many and no other number.
    package static func exactly(_ count: Int64) -> ConditionHave { ConditionHave(.count, .eq, .number(count)) }

    /// The type that the measure is held against.
    ///
    /// A mean is cut to the places of its type, as profiles show it; that of whole numbers has six.
    package var type: ConditionType {
        guard let field else { return .number(places: 0) }
        if measure == .avg || measure == .median, field.type == .number(places: 0) { return .number(places: 6) }
        return field.type
    }
}
