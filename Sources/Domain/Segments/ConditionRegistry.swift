/// Every field that conditions can be put on, and every block, of one project (spec segments.md, "Filters").
///
/// Custom fields join by themselves. A feature's fields join with a table of theirs in `ConditionRegistry+tables.swift`.
package struct ConditionRegistry: Sendable {
    package let fields: [ConditionField]
    private let byCode: [ConditionScope: [String: ConditionField]]

    package init(_ book: FieldBook) {
        fields =
            Self.customers(book) + Self.metrics + Self.orders(book) + Self.lines(book, .orderLine) + Self.stays
            + Self.receipts(book) + Self.lines(book, .receiptLine) + Self.events + Self.containers
            + Self.containerLines(book)
        byCode = Self.byCode(fields)
    }

    /// All fields as they are shown to people, with one for those of events' contexts.
    package var listed: [ConditionField] { fields + [.anyContext] }

    private init(_ fields: [ConditionField]) { (self.fields, byCode) = (fields, Self.byCode(fields)) }

    /// The same with what trees ask of events' contexts.
    package func with(contexts: Set<ConditionField>) -> ConditionRegistry {
        contexts.isEmpty
            ? self : ConditionRegistry(fields + contexts.sorted { ($0.code, $0.type.name) < ($1.code, $1.type.name) })
    }

    private static func byCode(_ fields: [ConditionField]) -> [ConditionScope: [String: ConditionField]] {
        Dictionary(grouping: fields, by: \.scope).mapValues { fields in
            Dictionary(fields.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The fields that can be asked of one kind of record.
    package func fields(of scope: ConditionScope) -> [ConditionField] { fields.filter { $0.scope == scope } }

    /// The field of a code; of an event's context there is one for each path that somebody thinks of.
    package func field(_ scope: ConditionScope, code: String) -> ConditionField? {
        if scope == .event, let field = ConditionField(context: code) { return field }
        return byCode[scope]?[code]
    }

    /// What is said of a field or a block that is not there yet, and why; nil for what was never heard of.
    package static func joinsLater(_ code: String) -> String? {
        later.first { code == $0.code || code.hasPrefix($0.code + ".") }.map { "It joins with \($0.feature)." }
    }

    /// What spec segments.md has and this version has no data for: each goes with its feature.
    private static let later: [(code: String, feature: String)] = [
        ("orders.attributed_count", "campaigns"), ("messages", "campaigns"),
    ]

    // MARK: From the catalogue

    /// The fields of an object as the catalogue has them, with other names where conditions use them.
    ///
    /// - Parameters:
    ///   - prefix: What stands before their codes.
    ///   - group: The heading of all; nil for those of the catalogue.
    static func catalogue(
        _ object: FieldObject, of scope: ConditionScope, _ book: FieldBook, prefix: String = "", group: String? = nil,
        without excluded: Set<String> = []
    ) -> [ConditionField] {
        book.fields(of: object).compactMap { entry in
            guard !excluded.contains(entry.code), let source = source(of: entry, scope),
                let type = type(of: entry, source)
            else { return nil }
            let code = prefix + entry.code.replacing("status_code", with: "status")
            let heading = group ?? (entry.group.isEmpty ? "Other" : entry.group)
            return ConditionField(scope, code, entry.name, type, source, group: heading, help: entry.help)
        }
    }

    private static func source(of entry: FieldEntry, _ scope: ConditionScope) -> ConditionSource? {
        if let custom = entry.custom {
            return entry.object == .product ? .productCustom(custom.id) : .custom(custom.id)
        }
        func find<Field: SystemField>(_ wrap: (Field) -> ConditionSource) -> ConditionSource? {
            Field.allCases.first { $0.path == entry.code }.map(wrap)
        }
        switch (entry.object, entry.code) {
        case (.product, _): return find(ConditionSource.product)
        case (_, "external_id"): return .externalID
        case (.order, "date"), (.receipt, "date"): return .date
        case (.customer, _): return find(ConditionSource.customer)
        case (.order, let code):
            if let type = OrderStatusType.allCases.first(where: { $0.path == code }) { return .status(type) }
            return find(ConditionSource.order)
        case (.orderLine, _): return find(ConditionSource.line)
        case (.receipt, _): return find(ConditionSource.receipt)
        case (.receiptLine, _): return find(ConditionSource.receiptLine)
        }
    }

    private static func type(of entry: FieldEntry, _ source: ConditionSource) -> ConditionType? {
        switch entry.kind {
        case .string, .text, .url, .email, .phone, .timeZone: .string
        case .list: .list
        case .integer: .number(places: 0)
        // Points are kept as money is, whatever the catalogue calls them.
        case .decimal: entry.custom == nil ? .number(places: FixedPoint.moneyPlaces) : .number(places: 6)
        case .quantity: .number(places: FixedPoint.quantityPlaces)
        case .money: .money
        case .boolean: .boolean
        case .date: .day
        case .datetime: .instant
        case .time: .time
        case .choice: .choice(entry.custom?.choices ?? Consent.allCases.map(\.rawValue))
        case .choices: .choices(entry.custom?.choices ?? [])
        case .status:
            if case .status(let type) = source { .status(type) } else { nil }
        case .json: nil
        }
    }
}
