import Domain

/// Which fields of each kind of record have a column, and which.
struct Layout: Sendable {
    /// A column that a field's values are kept in.
    struct Slot: Sendable {
        var source: ConditionSource
        var isText: Bool

        /// Whether values are statuses, and so kept as their numbers.
        var isStatus: Bool {
            switch source {
            case .status, .lastStatus: true
            default: false
            }
        }
    }

    private(set) var slots: [ConditionScope: [Slot]] = [:]
    private var places: [ConditionScope: [ConditionSource: Int]] = [:]
    /// The fields of products.
    private(set) var productSources: [ConditionSource] = []

    /// What is kept of a stay beside its fields: when it ended.
    static let stayStatus = 0
    static let stayFrom = 1
    static let stayUntil = 2

    init(_ registry: ConditionRegistry) {
        // Records are sorted by their first column.
        for kind in RecordKind.allCases {
            registry.fields(of: kind.scope).first { $0.source == .date }.map { add(kind.scope, $0) }
        }
        adopt(registry)
        // A stay is kept as its status, whichever type, its beginning and its end.
        slots[.stay] =
            [.init(source: .status(.general), isText: false)] + [
                .init(source: .reached, isText: false), .init(source: .stayed, isText: false),
            ]
    }

    /// Adds columns for fields that there were not before.
    mutating func adopt(_ registry: ConditionRegistry) {
        productSources = registry.fields(of: .orderLine).map(\.source).filter(\.isOfProduct)
        for scope in ConditionScope.allCases where scope != .stay {
            for field in registry.fields(of: scope) where field.isKept { add(scope, field) }
            // The products of lines are looked at through their number.
            if let product = registry.field(scope, code: "product_external_id") { add(scope, product) }
        }
    }

    private mutating func add(_ scope: ConditionScope, _ field: ConditionField) {
        guard places[scope]?[field.source] == nil else { return }
        places[scope, default: [:]][field.source] = slots[scope]?.count ?? 0
        slots[scope, default: []].append(Slot(source: field.source, isText: field.type.isText))
    }

    func place(_ scope: ConditionScope, _ source: ConditionSource) -> Int? { places[scope]?[source] }

    func count(_ scope: ConditionScope) -> Int { slots[scope]?.count ?? 0 }

    func shape(_ kind: RecordKind) -> RecordShape {
        RecordShape(columns: count(kind.scope), children: kind.children.map(count))
    }

    /// Whether anything is kept of events' contexts, which are read for that alone.
    var readsContexts: Bool {
        (slots[.event] ?? []).contains { slot in
            switch slot.source {
            case .context, .contextNumber: true
            default: false
            }
        }
    }
}

extension ConditionType {
    /// Whether values are texts, and so kept as their numbers.
    var isText: Bool {
        switch self {
        case .string, .list, .choice, .choices: true
        case .number, .money, .instant, .day, .time, .duration, .status, .boolean: false
        }
    }
}

extension ConditionSource {
    /// Whether it is a field of the product that a line names.
    var isOfProduct: Bool {
        switch self {
        case .product, .productCustom: true
        default: false
        }
    }
}

extension ConditionField {
    /// Whether values have a column of their own; the others follow from another column.
    var isKept: Bool {
        switch source {
        case .product, .productCustom, .orders(.daysSinceFirst), .orders(.daysSinceLast), .receipts(.daysSinceFirst),
            .receipts(.daysSinceLast):
            false
        default: true
        }
    }
}

/// The texts of all columns, each column with numbers of its own.
struct Dictionaries: Sendable {
    struct Key: Hashable, Sendable {
        var scope: ConditionScope
        var place: Int
    }

    private(set) var interners: [Key: Interner] = [:]
    /// Rises with each text that is kept.
    private(set) var version = 0

    subscript(scope: ConditionScope, place: Int) -> Interner {
        interners[Key(scope: scope, place: place)] ?? Interner()
    }

    /// The cell of a fact; a text is kept from now on.
    mutating func cell(_ fact: ConditionFact?, _ scope: ConditionScope, _ place: Int) -> Int64 {
        switch fact {
        case nil: Column.missing
        case .number(let number): number
        case .text(let text): number(of: text, Key(scope: scope, place: place))
        }
    }

    private mutating func number(of text: String, _ key: Key) -> Int64 {
        let known = interners[key]?.version
        let number = interners[key, default: Interner()].number(of: text)
        // Most texts were there before.
        if interners[key]?.version != known { version += 1 }
        return number
    }

    mutating func restore(_ key: Key, _ interner: Interner) { interners[key] = interner }

    mutating func trim() {
        for key in interners.keys { interners[key]?.trim() }
    }

    var byteCount: Int { interners.values.reduce(0) { $0 + $1.byteCount } }
}
