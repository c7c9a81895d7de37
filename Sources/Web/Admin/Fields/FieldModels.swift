import Domain

/// The fields of one object, and what its profile shows.
struct FieldListModel: Sendable {
    struct Tab: Sendable {
        var label: String
        var href: String
        var count: String
        var isCurrent: Bool
    }

    struct Row: Sendable {
        var code: String
        var text: String
        var help: String?
        var type: String
        var group: String?
        var isRequired: Bool
        var metadataPath: String?
        var standard: String?
        var isFirst: Bool
        var isLast: Bool
        var editHref: String
        var deleteHref: String
    }

    struct SystemGroup: Sendable {
        var heading: String
        var rows: [Row]
    }

    /// The fields that a profile shows, in their order.
    struct View: Sendable {
        var action: String
        var rows: [Row]
        var hasRows: Bool
        var isChosen: Bool
        var hasOthers: Bool
        var others: [OptionModel]
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var heading: String
    var tabs: [Tab]
    var newHref: String
    var orderAction: String
    var hasCustom: Bool
    var custom: [Row]
    var customCount: String
    var systemCount: String
    var system: [SystemGroup]
    var profile: View
}

extension FieldListModel {
    init(shell: ShellModel, _ object: FieldObject, _ book: FieldBook) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.fields, shell)
        heading = object.plural
        tabs = FieldObject.allCases.map { other in
            Tab(
                label: other.plural, href: Links.fields(other), count: PageFormat.count(book.custom(other).count),
                isCurrent: other == object
            )
        }
        (newHref, orderAction) = (Links.newField(object), Links.orderFields(object))
        let fields = book.custom(object)
        hasCustom = !fields.isEmpty
        custom = fields.enumerated().map { Row(FieldEntry($1), index: $0, of: fields.count) }
        customCount = PageFormat.count(fields.count)
        let entries = book.fields(of: object).filter { $0.custom == nil }
        systemCount = PageFormat.count(entries.count)
        var groups: [SystemGroup] = []
        for entry in entries {
            let row = Row(entry, index: 0, of: 1)
            if let place = groups.firstIndex(where: { $0.heading == entry.group }) {
                groups[place].rows.append(row)
            } else {
                groups.append(SystemGroup(heading: entry.group, rows: [row]))
            }
        }
        system = groups
        let shown = book.profileView(object)
        let others = book.fields(of: object).filter { entry in !shown.contains { $0.code == entry.code } }
        profile = View(
            action: Links.profileView(object), rows: shown.enumerated().map { Row($1, index: $0, of: shown.count) },
            hasRows: !shown.isEmpty, isChosen: book.hasChosenView(object), hasOthers: !others.isEmpty,
            others: others.map { OptionModel(value: $0.code, text: $0.name) }
        )
    }
}

extension FieldListModel.Row {
    fileprivate init(_ entry: FieldEntry, index: Int, of count: Int) {
        let custom = entry.custom
        self.init(
            code: entry.code, text: entry.name, help: entry.help.isEmpty ? nil : entry.help, type: entry.kind.label,
            group: entry.group.isEmpty ? nil : entry.group,
            isRequired: custom?.isRequired ?? false, metadataPath: custom?.metadataPath,
            standard: custom?.defaultValue?.plain, isFirst: index == 0, isLast: index == count - 1,
            editHref: Links.field(entry.object, code: entry.code),
            deleteHref: Links.deleteField(entry.object, code: entry.code)
        )
    }
}

/// The form of a custom field.
struct FieldFormModel: Sendable {
    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref: String
        var objectName: String
        var isNew: Bool
        var name: FieldModel
        var code: FieldModel
        var type: ChoiceModel
        /// What the type is called, where it is fixed.
        var typeName: String
        var typeValue: String
        var group: FieldModel
        var groups: [String]
        var help: FieldModel
        var standard: FieldModel
        var choices: FieldModel
        var minimum: FieldModel
        var maximum: FieldModel
        var isRequired: Bool
        var requiredError: String?
        var metadataPath: FieldModel?
        /// What the form was made of; nil for a new field.
        var seen: String?
    }

    var shell: ShellModel
    var hasProblems: Bool
    var problems: [ProblemModel]
    var fieldForm: Form
}

extension FieldKind {
    /// As pages call it.
    var label: String {
        switch self {
        case .string: "One line of text"
        case .text: "Several lines of text"
        case .integer: "Whole number"
        case .decimal: "Number"
        case .boolean: "Yes or no"
        case .date: "Date"
        case .datetime: "Date and time"
        case .time: "Time of day"
        case .choice: "One of several"
        case .choices: "Some of several"
        case .url: "Web address"
        case .money: "Money"
        case .quantity: "Quantity"
        case .email: "Email"
        case .phone: "Phone"
        case .status: "Status"
        case .json: "JSON"
        case .list: "List of texts"
        case .timeZone: "Time zone"
        }
    }
}

extension CustomFieldType {
    var label: String { FieldKind(rawValue: rawValue)?.label ?? rawValue }
}
