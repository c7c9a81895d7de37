import Domain

/// A custom field in a form: the input that its type asks for.
struct CustomInputModel: Sendable {
    var name: String
    var label: String
    var hint: String
    var error: String?
    var value: String
    /// Of inputs of one line: `text`, `date`, `datetime-local`, `time` or `url`.
    var inputType: String
    var isLine: Bool
    var isNumber: Bool
    var isLong: Bool
    var isSelect: Bool
    var isChecks: Bool
    var isRequired: Bool
    var options: [OptionModel]
}

/// Custom fields under one heading of a form.
struct CustomInputGroup: Sendable {
    var id: String
    var heading: String
    var inputs: [CustomInputModel]
}

/// Draws and reads the custom fields of an object in a form; they are named by their codes.
struct CustomInputs {
    /// Those that are typed in, so not those that are taken from metadata.
    let fields: [CustomField]
    /// Stands before each code in the form: `lines.0.`.
    var prefix = ""

    init(_ book: FieldBook, _ object: FieldObject, prefix: String = "") {
        fields = book.custom(object).filter { $0.metadataPath == nil }
        self.prefix = prefix
    }

    /// The inputs under the headings of their groups.
    func groups(_ form: FormBody, _ faults: FormFaults, plain heading: String) -> [CustomInputGroup] {
        var groups: [CustomInputGroup] = []
        for field in fields {
            let name = field.group.isEmpty ? heading : field.group
            let input = input(field, form, faults)
            if let place = groups.firstIndex(where: { $0.heading == name }) {
                groups[place].inputs.append(input)
            } else {
                groups.append(CustomInputGroup(id: "custom-\(groups.count)", heading: name, inputs: [input]))
            }
        }
        return groups
    }

    func inputs(_ form: FormBody, _ faults: FormFaults) -> [CustomInputModel] {
        fields.map { input($0, form, faults) }
    }

    private func input(_ field: CustomField, _ form: FormBody, _ faults: FormFaults) -> CustomInputModel {
        let name = prefix + field.code
        let chosen = form.all(name)
        var options = field.choices.map { OptionModel(value: $0, text: $0, isSelected: chosen.contains($0)) }
        if field.type == .boolean {
            options = [("true", "Yes"), ("false", "No")].map {
                OptionModel(value: $0, text: $1, isSelected: chosen.first == $0)
            }
        }
        let isSelect = field.type == .choice || field.type == .boolean
        if isSelect { options.insert(OptionModel(value: "", text: "None", isSelected: chosen.isEmpty), at: 0) }
        let (isLong, isChecks) = (field.type == .text, field.type == .choices)
        return CustomInputModel(
            name: name, label: field.name, hint: field.help, error: faults[name], value: form.raw(name),
            inputType: Self.inputType(field.type), isLine: !isSelect && !isLong && !isChecks,
            isNumber: field.type == .integer || field.type == .decimal, isLong: isLong, isSelect: isSelect,
            isChecks: isChecks, isRequired: field.isRequired, options: options
        )
    }

    private static func inputType(_ type: CustomFieldType) -> String {
        switch type {
        case .date: "date"
        case .datetime: "datetime-local"
        case .time: "time"
        case .url: "url"
        default: "text"
        }
    }

    /// What a form starts with: the defaults.
    func start(_ format: PageFormat) -> [(name: String, value: String)] { items(format, \.defaultValue) }

    /// An object's values as its form has them.
    func items(_ values: CustomValues, _ format: PageFormat) -> [(name: String, value: String)] {
        items(format) { values[$0] }
    }

    private func items(
        _ format: PageFormat, _ value: (CustomField) -> CustomValue?
    ) -> [(name: String, value: String)] {
        fields.flatMap { field -> [(name: String, value: String)] in
            guard let value = value(field) else { return [] }
            if case .instant(let instant) = value { return [(prefix + field.code, format.localText(instant))] }
            if case .choices(let choices) = value { return choices.map { (prefix + field.code, $0) } }
            return [(prefix + field.code, value.plain)]
        }
    }

    /// Reads what was sent into a description, and notes what is wrong with it.
    ///
    /// - Parameter keepsAbsent: Whether an empty field is left unsaid, so that its default comes in.
    func read(
        _ form: FormBody, _ reading: ReadingContext, into patch: inout CustomPatch, _ faults: inout FormFaults,
        keepsAbsent: Bool = false
    ) {
        for field in fields {
            let name = prefix + field.code
            var text = form.all(name).joined(separator: ",")
            // Browsers leave seconds out where they are zero.
            if field.type == .datetime, text.utf8.count == 16 { text += ":00" }
            if text.isEmpty, keepsAbsent, !field.isRequired || field.defaultValue != nil {
                continue  // Nothing is said of it.
            }
            do throws(Refusal) {
                try field.read(text: text, into: &patch, reading)
            } catch {
                faults.add(name, error.detail)
            }
        }
    }
}

extension PageFormat {
    /// A custom field's value as pages show it.
    ///
    /// What is written freely may name a person, and is masked like the rest of what does.
    func custom(_ value: CustomValue?, _ field: CustomField) -> String {
        switch value {
        case nil: Self.none
        case .text(let text): field.mayNamePerson && mask.isOn ? mask.text(text) : text
        case .integer(let number): Self.grouped(String(number))
        case .decimal(let decimal): Self.grouped(decimal.description)
        case .boolean(let flag): flag ? "Yes" : "No"
        case .day: day(value?.plain ?? "")
        case .instant(let instant): long(instant)
        case .time: value?.plain ?? Self.none
        case .choices(let choices): choices.joined(separator: ", ")
        }
    }
}
