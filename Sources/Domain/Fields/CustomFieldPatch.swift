/// What somebody says of a custom field itself.
///
/// Default and bounds are text until the type is known that they are read by.
package struct CustomFieldPatch: Hashable, Sendable {
    package var object: FieldObject?
    package var code: String?
    package var type: CustomFieldType?
    package var name: String?
    package var group: Patch<String> = .keep
    package var help: Patch<String> = .keep
    package var isRequired: Bool?
    package var defaultText: Patch<String> = .keep
    package var choices: [String]?
    package var minimumText: Patch<String> = .keep
    package var maximumText: Patch<String> = .keep
    package var metadataPath: Patch<String> = .keep

    package init() {}

    /// The field that is described for the first time.
    ///
    /// - Parameter base: Where the description stands in the request.
    /// - Throws: `Faults` with all that is wrong, whatever other fields there are.
    package func field(
        id: CustomField.ID, position: Int64, base: String, _ context: ReadingContext
    ) throws(Faults) -> CustomField {
        var faults: [Fault] = []
        for (key, isThere) in [("object", object != nil), ("code", code != nil), ("type", type != nil)] where !isThere {
            faults.append(Fault("\(base)/\(key)", "required", "This is required."))
        }
        if name == nil { faults.append(Fault("\(base)/name", "required", "This is required.")) }
        if let code { faults += Self.faults(code: code, object, base) }
        guard let object, let code, let type, let name else { throw Faults(faults) }
        var field = CustomField(id: id, object: object, code: code, name: name, type: type, position: position)
        do {
            field = try applied(to: field, base: base, context)
        } catch {
            throw Faults(faults + error.all)
        }
        guard faults.isEmpty else { throw Faults(faults) }
        return field
    }

    private static func faults(code: String, _ object: FieldObject?, _ base: String) -> [Fault] {
        guard CustomField.isValid(code: code) else {
            let detail = "A code begins with a small letter and has up to 63 small letters, digits and underscores."
            return [Fault("\(base)/code", "not_a_code", detail)]
        }
        guard let object, SystemCatalogue.isReserved(code, object) else { return [] }
        return [Fault("\(base)/code", "reserved_code", "“\(code)” means something else already: take another code.")]
    }

    /// The field after the description.
    ///
    /// - Throws: `Faults` with all that is wrong.
    package func applied(
        to field: CustomField, base: String, _ context: ReadingContext
    ) throws(Faults) -> CustomField {
        var editor = FieldEditor(field: field, base: base, context: context)
        editor.fixed("object", object, field.object)
        editor.fixed("code", code, field.code)
        editor.fixed("type", type, field.type)
        editor.texts(name: name, group: group, help: help)
        if let choices { editor.field.choices = choices }
        editor.checkChoices()
        editor.bounds(minimumText, maximumText)
        editor.origin(isRequired: isRequired, metadataPath)
        editor.standard(defaultText)
        guard editor.faults.isEmpty else { throw Faults(editor.faults) }
        return editor.field
    }
}

/// Writes a description into a field, and gathers what is wrong with it.
private struct FieldEditor {
    var field: CustomField
    let base: String
    let context: ReadingContext
    var faults: [Fault] = []

    private static let choiceLimit = 200

    init(field: CustomField, base: String, context: ReadingContext) {
        (self.field, self.base, self.context) = (field, base, context)
    }

    private mutating func refuse(_ key: String, _ code: String, _ detail: String) {
        faults.append(Fault("\(base)/\(key)", code, detail))
    }

    mutating func fixed<Value: Equatable>(_ key: String, _ said: Value?, _ stored: Value) {
        guard let said, said != stored else { return }
        refuse(key, "fixed", "A field's \(key) cannot be changed: make another field.")
    }

    mutating func texts(name: String?, group: Patch<String>, help: Patch<String>) {
        field.name = name ?? field.name
        field.group = group.applied(to: field.group) ?? ""
        field.help = help.applied(to: field.help) ?? ""
        if field.name.isEmpty || field.name.unicodeScalars.count > 100 {
            refuse("name", "wrong_length", "A name has 1 to 100 characters.")
        }
        if field.group.unicodeScalars.count > 100 { refuse("group", "too_long", "A group has up to 100 characters.") }
        if field.help.unicodeScalars.count > 1000 {
            refuse("description", "too_long", "A description has up to 1,000 characters.")
        }
    }

    mutating func checkChoices() {
        guard field.type.hasChoices else {
            if !field.choices.isEmpty { refuse("choices", "not_wanted", "Only choice and choices have choices.") }
            return
        }
        let choices = field.choices
        if choices.isEmpty {
            refuse("choices", "required", "Name at least one choice.")
        } else if choices.count > Self.choiceLimit {
            refuse("choices", "too_many", "A field has up to \(Self.choiceLimit) choices.")
        } else if Set(choices).count < choices.count {
            refuse("choices", "duplicate_choice", "A choice stands twice; say it once.")
        }
        let isFine = choices.allSatisfy { choice in
            (1...100).contains(choice.unicodeScalars.count) && !choice.contains(",")
                && choice.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } && choice.first != " " && choice.last != " "
        }
        if !isFine {
            refuse("choices", "not_a_choice", "A choice has 1 to 100 characters, and no comma or space around it.")
        }
    }

    mutating func bounds(_ minimum: Patch<String>, _ maximum: Patch<String>) {
        field.minimum = bound("min", minimum, field.minimum)
        field.maximum = bound("max", maximum, field.maximum)
        if let low = field.minimum, let high = field.maximum, low > high {
            refuse("max", "wrong_order", "Max must not be below min.")
        }
    }

    private mutating func bound(_ key: String, _ patch: Patch<String>, _ stored: Int64?) -> Int64? {
        guard case .set(let text) = patch else { return patch == .clear ? nil : stored }
        guard let bound = field.type.bound else {
            refuse(key, "not_wanted", "A field of the type \(field.type.rawValue) has no bounds.")
            return nil
        }
        var unbounded = field
        (unbounded.minimum, unbounded.maximum) = (nil, nil)
        guard bound == .value else {
            guard let count = Int64(text), (0...Int64(field.type.lengthLimit)).contains(count) else {
                refuse(key, "not_a_count", "This must be a whole number from 0 to \(field.type.lengthLimit).")
                return nil
            }
            return count
        }
        do throws(Refusal) {
            return try unbounded.read(text: text, context)?.number
        } catch {
            refuse(key, error.code, error.detail)
            return nil
        }
    }

    /// Whether a value must be there, and whether it is taken from metadata: never both.
    mutating func origin(isRequired: Bool?, _ path: Patch<String>) {
        field.isRequired = isRequired ?? field.isRequired
        field.metadataPath = path.applied(to: field.metadataPath)
        guard let path = field.metadataPath else { return }
        if !field.object.hasMetadata {
            refuse("metadata_path", "no_metadata", "\(field.object.plural) have no metadata to take values from.")
        } else if !MetadataPath.isValid(path) {
            refuse("metadata_path", "not_a_path", "A path is one to eight keys with dots between them: utm.source.")
        }
        if field.isRequired {
            refuse("required", "not_wanted", "A field that is taken from metadata cannot be required.")
        }
    }

    mutating func standard(_ patch: Patch<String>) {
        switch patch {
        case .clear: field.defaultValue = nil
        case .set(let text):
            do throws(Refusal) {
                field.defaultValue = try field.read(text: text, context)
            } catch {
                refuse("default", error.code, error.detail)
            }
        case .keep:
            guard let value = field.defaultValue else { return }
            do throws(Refusal) {
                try field.check(value)
            } catch {
                refuse("default", error.code, "The default “\(value.plain)” will not do any more. \(error.detail)")
            }
        }
        if field.metadataPath != nil, field.defaultValue != nil {
            refuse("default", "not_wanted", "A field that is taken from metadata has no default.")
        }
    }
}
