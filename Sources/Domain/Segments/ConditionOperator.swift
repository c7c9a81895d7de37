/// What can be asked of a value, by the codes on the wire (spec segments.md, "The tree").
package enum ConditionOperator: String, CaseIterable, Hashable, Sendable {
    case eq, ne
    case contains
    case notContains = "not_contains"
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case `in`
    case notIn = "not_in"
    case isSet = "is_set"
    case notSet = "not_set"
    case gt, gte, lt, lte, between
    case on, before, after
    case inLast = "in_last"
    case notInLast = "not_in_last"
    case inNext = "in_next"
    case moreThanAgo = "more_than_ago"
    case exactlyAgo = "exactly_ago"
    case this, previous
    case anniversaryIn = "anniversary_in"
    case yes, no
    case noData = "no_data"

    /// The operator that this one is the denial of: `ne` holds exactly where `eq` does not, and so for a missing value.
    package var denied: ConditionOperator? {
        switch self {
        case .ne: .eq
        case .notContains: .contains
        case .notIn: .in
        case .notSet: .isSet
        case .notInLast: .inLast
        case .noData: .isSet
        default: nil
        }
    }
}

/// What kind of values a field has, which says what can be asked of it.
package enum ConditionType: Hashable, Sendable {
    case string
    /// Several texts with commas between them; asked is any of them.
    case list
    /// A decimal, counted in units of its last place.
    case number(places: Int)
    /// An amount of money, counted in ten-thousandths.
    case money
    /// A moment, in milliseconds.
    case instant
    /// A date of the calendar, counted as `CalendarDay`.
    case day
    /// A time of day, in seconds.
    case time
    /// A length of time, in milliseconds.
    case duration
    /// The code of a status.
    case status(OrderStatusType)
    case choice([String])
    /// Any of several choices.
    case choices([String])
    case boolean

    /// What can be asked, in the order in which it is offered.
    package var operators: [ConditionOperator] {
        switch self {
        case .string, .list:
            [.eq, .ne, .contains, .notContains, .startsWith, .endsWith, .in, .notIn, .isSet, .notSet]
        case .number, .money, .time: [.eq, .ne, .gt, .gte, .lt, .lte, .between, .isSet, .notSet]
        case .duration: [.gt, .gte, .lt, .lte]
        case .instant, .day:
            [
                .on, .before, .after, .between, .inLast, .notInLast, .inNext, .moreThanAgo, .exactlyAgo, .this,
                .previous, .anniversaryIn, .isSet, .notSet,
            ]
        case .status, .choice, .choices: [.in, .notIn, .isSet, .notSet]
        case .boolean: [.yes, .no, .noData]
        }
    }

    /// Decimals of a number; nil for what is none.
    package var places: Int? {
        switch self {
        case .number(let places): places
        case .money: FixedPoint.moneyPlaces
        default: nil
        }
    }

    /// Whether values can be added up.
    package var isMeasurable: Bool { places != nil }

    package var isDated: Bool { self == .instant || self == .day }

    /// What the API and the builder call the type.
    package var name: String {
        switch self {
        case .string: "string"
        case .list: "list"
        case .number: "number"
        case .money: "money"
        case .instant: "datetime"
        case .day: "date"
        case .time: "time"
        case .duration: "duration"
        case .status: "status"
        case .choice: "choice"
        case .choices: "choices"
        case .boolean: "boolean"
        }
    }
}
