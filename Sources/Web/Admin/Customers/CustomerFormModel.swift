import Domain

/// The form of a customer, new or known, with the shop's own fields.
struct CustomerFormModel: Sendable {
    struct Group: Sendable {
        var heading: String
        var fields: [Field]
    }

    /// A field of any type; exactly one of the `is…` is true.
    struct Field: Sendable {
        var name: String
        var label: String
        var value = ""
        var error: String?
        var hint = ""
        var isInput = false
        var inputType = "text"
        var isNumber = false
        var isRequired = false
        var isArea = false
        var isSelect = false
        var isChecks = false
        var mark = ""
        var options: [OptionModel] = []
    }

    var action: String
    var isNew: Bool
    /// The version that is changed; empty for a new customer.
    var version: String
    var cancelHref: String
    var hasProblems: Bool
    var problems: [ProblemModel]
    var groups: [Group]

    /// The name of the field that says that a group of checkboxes was in the form.
    static func mark(_ field: CustomField) -> String { "\(field.code).shown" }
}

/// The page that adds a customer.
struct CustomerAddModel: Sendable {
    var shell: ShellModel
    var customersHref = Links.customers
    var editForm: CustomerFormModel
}

/// Writes the form as it was sent, or as the customer is.
struct CustomerFormMaker {
    /// Nil for a new customer.
    let customer: Customer?
    /// What was sent; nil shows the customer.
    let form: FormBody?
    let faults: FormFaults
    let format: PageFormat
    let fields: FieldBook

    func model(action: String, cancelHref: String, externalID: String = "") -> CustomerFormModel {
        let entries = fields.fields(of: .customer).filter { entry in
            entry.code != "metadata" && entry.custom?.metadataPath == nil
                && (entry.code != "external_id" || customer == nil)
        }
        var groups: [CustomerFormModel.Group] = []
        for entry in entries {
            let heading = entry.group.isEmpty ? "More" : entry.group
            let place = groups.firstIndex { $0.heading == heading }
            if place == nil { groups.append(CustomerFormModel.Group(heading: heading, fields: [])) }
            groups[place ?? groups.count - 1].fields.append(field(entry, externalID))
        }
        let names = Dictionary(entries.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        return CustomerFormModel(
            action: action, isNew: customer == nil,
            version: form.map { $0.raw("version") } ?? customer.map { String($0.version) } ?? "",
            cancelHref: cancelHref, hasProblems: !faults.isEmpty,
            problems: faults.listed({ names[$0] ?? "The form" }, order: entries.map(\.code)), groups: groups
        )
    }

    private func field(_ entry: FieldEntry, _ externalID: String) -> CustomerFormModel.Field {
        var field = CustomerFormModel.Field(name: entry.code, label: entry.name, error: faults[entry.code])
        // The choices of a consent say by themselves what they are.
        field.hint = entry.kind == .choice && entry.custom == nil ? "" : entry.help
        field.isRequired = entry.custom?.isRequired ?? (entry.code == "external_id")
        field.value = form?.raw(entry.code) ?? value(entry) ?? (entry.code == "external_id" ? externalID : "")
        switch entry.kind {
        case .text: field.isArea = true
        case .choice: choose(&field, choices(entry), hasNone: entry.custom != nil)
        case .boolean: choose(&field, [("true", "Yes"), ("false", "No")])
        case .choices:
            let chosen = form.map { $0.all(entry.code) } ?? (value(entry) ?? "").split(separator: ",").map(String.init)
            field.isChecks = true
            field.mark = entry.custom.map(CustomerFormModel.mark) ?? ""
            field.options = (entry.custom?.choices ?? []).map {
                OptionModel(value: $0, text: $0, isSelected: chosen.contains($0))
            }
        case .integer, .decimal, .money, .quantity: (field.isInput, field.isNumber) = (true, true)
        case .date: (field.isInput, field.inputType) = (true, "date")
        case .datetime: (field.isInput, field.inputType) = (true, "datetime-local")
        case .time: (field.isInput, field.inputType) = (true, "time")
        case .email: (field.isInput, field.inputType) = (true, "email")
        case .phone: (field.isInput, field.inputType) = (true, "tel")
        case .url: (field.isInput, field.inputType) = (true, "url")
        case .string, .timeZone, .list, .status, .json: field.isInput = true
        }
        return field
    }

    private func choose(
        _ field: inout CustomerFormModel.Field, _ choices: [(value: String, text: String)], hasNone: Bool = true
    ) {
        let value = field.value
        field.isSelect = true
        field.options =
            (hasNone ? [OptionModel(value: "", text: "Not said", isSelected: value.isEmpty)] : [])
            + choices.map { OptionModel(value: $0.value, text: $0.text, isSelected: $0.value == value) }
    }

    private func choices(_ entry: FieldEntry) -> [(value: String, text: String)] {
        if let custom = entry.custom { return custom.choices.map { ($0, $0) } }
        // Nothing said and *unknown* are one; the form gives back whichever it was.
        let unknown = value(entry) == Consent.unknown.rawValue ? Consent.unknown.rawValue : ""
        return [(unknown, Consent.unknown.name)]
            + [Consent.subscribed, .unsubscribed].map { ($0.rawValue, $0.name) }
    }

    /// The customer's value as a form has it.
    private func value(_ entry: FieldEntry) -> String? {
        guard let customer else { return entry.custom?.defaultValue?.plain }
        if let custom = entry.custom {
            if case .instant(let instant) = customer.custom[custom] { return format.localText(instant) }
            return customer.custom[custom]?.plain
        }
        guard let field = CustomerField.allCases.first(where: { $0.path == entry.code }) else { return nil }
        if case .instant(let instant) = customer.fields[field] { return format.localText(instant) }
        return customer.fields[field]?.plain
    }
}
