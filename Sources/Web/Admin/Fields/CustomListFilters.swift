import Domain

/// The filters on custom fields in the address of a list, which calls them `field.CODE`, `field.CODE_from` and
/// `field.CODE_to`.
struct CustomListFilters: Sendable {
    /// As they were written.
    let items: [(name: String, value: String)]
    private(set) var filters: [CustomFilter] = []
    private let fields: [CustomField]
    /// The names of those that are not applied.
    private var refused: Set<String> = []

    private static let prefix = "field."

    /// - Parameter mask: How who asks sees personal data: a field that is masked has no filter.
    init(_ sent: QueryItems, _ object: FieldObject, _ reading: ReadingContext, _ mask: PersonalMask) {
        let fields = reading.fields.custom(object).filter { !mask.isOn || !$0.mayNamePerson }
        self.fields = fields
        var items: [(name: String, value: String)] = []
        for item in sent.items where item.name.hasPrefix(Self.prefix) && !item.value.isEmpty {
            let code = String(item.name.dropFirst(Self.prefix.count))
            let isKnown = CustomFilter.find(code, object, reading.fields).map { fields.contains($0.field) } ?? false
            if isKnown, !items.contains(where: { $0.name == item.name }) { items.append(item) }
        }
        self.items = items
        var fitting: [String: String] = [:]
        for (name, value) in items {
            let code = String(name.dropFirst(Self.prefix.count))
            do throws(Refusal) {
                _ = try CustomFilter.read([code: value], of: object, reading)
                fitting[code] = value
            } catch {
                refused.insert(name)
            }
        }
        do throws(Refusal) {
            filters = try CustomFilter.read(fitting, of: object, reading)
        } catch {
            filters = []  // each was read before, so none is refused here
        }
    }

    private func value(_ field: CustomField, _ end: String = "") -> String? {
        items.first { $0.name == Self.prefix + field.code + end }?.value
    }

    // MARK: What is shown

    /// The menu of the filters; nil where there are no custom fields.
    var menu: CustomFilterMenu? {
        guard !fields.isEmpty else { return nil }
        return CustomFilterMenu(
            count: items.isEmpty ? "" : String(items.count), inputs: fields.map(input)
        )
    }

    private func input(_ field: CustomField) -> CustomFilterMenu.Input {
        let (name, exact) = (Self.prefix + field.code, value(field))
        let isSelect = [.choice, .choices, .boolean].contains(field.type)
        var options = field.choices.map { OptionModel(value: $0, text: $0, isSelected: $0 == exact) }
        if field.type == .boolean {
            options = [("true", "Yes"), ("false", "No")].map {
                OptionModel(value: $0, text: $1, isSelected: $0 == exact)
            }
        }
        options.insert(OptionModel(value: "", text: "Any", isSelected: exact == nil), at: 0)
        let inputType =
            switch field.type {
            // A moment is looked for by its day.
            case .date, .datetime: "date"
            case .time: "time"
            default: "text"
            }
        return CustomFilterMenu.Input(
            label: field.name, name: name, value: exact ?? "", isSelect: isSelect,
            isRange: field.type.isOrdered, isLine: !isSelect && !field.type.isOrdered, options: options,
            inputType: inputType, isNumber: inputType == "text", from: value(field, "_from") ?? exact ?? "",
            to: value(field, "_to") ?? exact ?? ""
        )
    }

    /// What stands in the chips, by the names in the address.
    func chips(_ format: PageFormat) -> [(name: String, label: String, text: String)] {
        items.compactMap { name, value in
            let code = String(name.dropFirst(Self.prefix.count))
            for (end, word) in [("", ""), ("_from", "from "), ("_to", "to ")] {
                guard let field = fields.first(where: { $0.code + end == code }) else { continue }
                guard !refused.contains(name) else {
                    return (name, field.name, "“\(value)” does not fit, and is ignored")
                }
                return (name, field.name, word + Self.text(value, field, format))
            }
            return nil
        }
    }

    private static func text(_ value: String, _ field: CustomField, _ format: PageFormat) -> String {
        switch field.type {
        case .boolean: value == "true" ? "Yes" : "No"
        case .date, .datetime: value.utf8.count == 10 ? format.day(value) : value
        default: value
        }
    }
}

/// The menu of filters on custom fields.
struct CustomFilterMenu: Sendable {
    /// Exactly one of `isSelect`, `isRange` and `isLine` is true.
    struct Input: Sendable {
        var label: String
        var name: String
        var value: String
        var isSelect: Bool
        var isRange: Bool
        var isLine: Bool
        var options: [OptionModel]
        var inputType: String
        var isNumber: Bool
        var from: String
        var to: String
    }

    var count: String
    var inputs: [Input]
}
