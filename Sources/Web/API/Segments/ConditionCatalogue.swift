import Domain

/// The registry of conditions as JSON: it feeds `GET /api/segments/fields` and the builder.
///
/// Keys stand sorted.
enum ConditionCatalogue {
    /// Writes `fields`, `limits`, `measures`, `scopes` and `types`, within an object.
    static func write(_ registry: ConditionRegistry, _ statuses: StatusBook, _ writer: inout JSONWriter) {
        writer.array("fields") { writer in
            for field in registry.listed { write(field, statuses, &writer) }
        }
        writeRest(registry, &writer)
    }

    /// Writes the same without the fields.
    static func writeRest(_ registry: ConditionRegistry, _ writer: inout JSONWriter) {
        writer.object("limits") { writer in
            writer.field("conditions", Int64(Condition.countLimit))
            writer.field("depth", Int64(Condition.depthLimit))
        }
        writer.array("measures") { writer in
            for measure in ConditionHave.Measure.allCases {
                writer.object { writer in
                    writer.field("code", measure.rawValue)
                    writer.field("name", measure.name)
                    writer.field("takes_field", measure != .count)
                }
            }
        }
        writer.array("scopes") { writer in
            for scope in ConditionScope.allCases { write(scope, &writer) }
        }
        writer.array("types") { writer in
            for type in types(registry) { write(type.name, type.operators.map { ($0, type) }, &writer) }
            write(contextType, ConditionField.anyContext.operators.map { ($0, contextType(of: $0)) }, &writer)
        }
    }

    /// Writes one field as an object.
    static func write(_ field: ConditionField, _ statuses: StatusBook, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("choices") { writer in
                for choice in choices(field.type, statuses) { choice.write(&writer) }
            }
            writer.field("code", field.code)
            writer.field("group", field.group)
            writer.field("help", field.help)
            writer.field("measurable", field.measurable.type.isMeasurable)
            writer.field("name", field.name)
            writer.array("operators") { writer in
                for op in field.operators { writer.value(op.rawValue) }
            }
            writer.key("places")
            if let places = field.type.places { writer.value(Int64(places)) } else { writer.null() }
            writer.field("scope", field.scope.rawValue)
            writer.field("type", typeName(field))
        }
    }

    // MARK: Parts

    private struct Choice {
        var value: String
        var name: String
        var isArchived = false

        func write(_ writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("archived", isArchived)
                writer.field("name", name)
                writer.field("value", value)
            }
        }
    }

    /// What a field's value may be, where that is one of a few; nothing for the rest.
    private static func choices(_ type: ConditionType, _ statuses: StatusBook) -> [Choice] {
        switch type {
        case .status(let type):
            statuses.statuses(of: type).map { Choice(value: $0.code, name: $0.name, isArchived: $0.isArchived) }
        case .choice(let values) where values == Consent.allCases.map(\.rawValue):
            Consent.allCases.map { Choice(value: $0.rawValue, name: $0.name) }
        case .choice(let values), .choices(let values): values.map { Choice(value: $0, name: $0) }
        default: []
        }
    }

    private static func write(_ scope: ConditionScope, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("blocks") { writer in
                for block in scope.blocks {
                    writer.object { writer in
                        writer.field("code", block.code)
                        writer.field("help", block.help)
                        writer.field("many", block.nouns.many)
                        writer.field("name", block.name)
                        writer.field("one", block.nouns.one)
                        writer.field("scope", block.scope.rawValue)
                    }
                }
            }
            writer.field("code", scope.rawValue)
            writer.field("name", scope.records)
            writer.field("segments", scope == .customer)
        }
    }

    /// One type of each name: what can be asked does not depend on places or choices.
    private static func types(_ registry: ConditionRegistry) -> [ConditionType] {
        var seen: Set<String> = []
        return registry.fields.map(\.type).filter { seen.insert($0.name).inserted }
    }

    /// Values of an event's context are texts or numbers, as they are asked.
    private static let contextType = "context"

    private static func contextType(of op: ConditionOperator) -> ConditionType {
        ConditionType.list.operators.contains(op) ? .list : .number(places: 6)
    }

    private static func typeName(_ field: ConditionField) -> String {
        field.isOfContext ? contextType : field.type.name
    }

    /// - Parameter operators: Each with the type of the values that it compares.
    private static func write(
        _ code: String, _ operators: [(ConditionOperator, ConditionType)], _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.field("code", code)
            writer.array("operators") { writer in
                for (op, type) in operators {
                    let operand = op.operand(of: type)
                    writer.object { writer in
                        writer.field("code", op.rawValue)
                        writer.field("name", op.name(of: type))
                        writer.field("operand", operand.rawValue)
                        writer.array("units") { writer in
                            for unit in operand.units(op, type) { writer.value(unit.rawValue) }
                        }
                    }
                }
            }
        }
    }
}

/// What an operator is given to compare with.
enum ConditionOperandKind: String, CaseIterable, Sendable {
    case none
    case text
    /// Several texts.
    case list
    case number
    /// A time of day.
    case time
    /// Two values of the field's type, from and to.
    case between
    /// A day without a time.
    case day
    /// A day, or a moment.
    case moment
    /// `{"n":30,"unit":"day"}`.
    case span
    /// `{"unit":"month"}`.
    case unit

    /// The units of time that an operand of the kind may have.
    func units(_ op: ConditionOperator, _ type: ConditionType) -> [ConditionSpan.Unit] {
        guard self == .span || self == .unit else { return [] }
        return ConditionSpan.Unit.allCases.filter { unit in
            if type == .duration { return unit.fixedLength != nil }
            return op != .anniversaryIn || !unit.isClock
        }
    }
}

extension ConditionOperator {
    /// What it compares a value of a type with.
    func operand(of type: ConditionType) -> ConditionOperandKind {
        switch self {
        case .isSet, .notSet, .yes, .no, .noData: .none
        case .in, .notIn: .list
        case .between: .between
        case .on: .day
        case .before, .after: .moment
        case .inLast, .notInLast, .inNext, .moreThanAgo, .exactlyAgo, .previous, .anniversaryIn: .span
        case .this: .unit
        case .contains, .notContains, .startsWith, .endsWith: .text
        case .eq, .ne, .gt, .gte, .lt, .lte:
            switch type {
            case .number, .money: .number
            case .time: .time
            case .duration: .span
            default: .text
            }
        }
    }

    /// What it is called between a field and a value.
    func name(of type: ConditionType) -> String {
        switch self {
        case .eq: type.isWords ? "is" : "equals"
        case .ne: type.isWords ? "is not" : "does not equal"
        case .contains: "contains"
        case .notContains: "does not contain"
        case .startsWith: "starts with"
        case .endsWith: "ends with"
        case .in: "is any of"
        case .notIn: "is none of"
        case .isSet: "is known"
        case .notSet: "is not known"
        case .gt: type == .duration ? "longer than" : "is more than"
        case .gte: type == .duration ? "at least" : "is at least"
        case .lt: type == .duration ? "shorter than" : "is less than"
        case .lte: type == .duration ? "at most" : "is at most"
        case .between: "is between"
        case .on: "is on"
        case .before: "is before"
        case .after: "is after"
        case .inLast: "is in the last"
        case .notInLast: "is not in the last"
        case .inNext: "is in the next"
        case .moreThanAgo: "is longer ago than"
        case .exactlyAgo: "is exactly so long ago"
        case .this: "is in this"
        case .previous: "is in the previous"
        case .anniversaryIn: "has its anniversary in the next"
        case .yes: "is yes"
        case .no: "is no"
        case .noData: "is not known"
        }
    }
}

extension ConditionHave.Measure {
    /// What it is called before the records or the field that are measured.
    var name: String {
        switch self {
        case .count: "the number"
        case .sum: "the sum"
        case .avg: "the average"
        case .min: "the least"
        case .max: "the greatest"
        case .median: "the median"
        }
    }
}

extension ConditionBlockKind {
    var name: String {
        switch self {
        case .orders: "Orders"
        case .lines, .orderLines: "Order lines"
        case .receipts: "Receipts"
        case .receiptLines: "Receipt lines"
        case .stays: "Status history"
        case .events: "Events"
        case .containers: "Containers"
        case .containerLines: "Container lines"
        }
    }

    var help: String {
        switch self {
        case .orders: "All conditions within hold of the same order, and so many orders fulfil them."
        case .lines: "All conditions within hold of the same line, in any of the customer’s orders."
        case .receipts: "All conditions within hold of the same receipt."
        case .orderLines: "All conditions within hold of the same line of this order."
        case .receiptLines: "All conditions within hold of the same line of this receipt."
        case .stays: "A status that the order was in: when it came into it, and how long it stayed."
        case .events: "All conditions within hold of the same event, and so many of the customer’s events fulfil them."
        case .containers: "All conditions within hold of the same container, such as the cart."
        case .containerLines: "All conditions within hold of the same line of this container."
        }
    }
}

extension ConditionType {
    /// Whether values are texts that people type.
    fileprivate var isWords: Bool { self == .string || self == .list }
}
