/// A field that a shop made for itself (spec orders.md, "Fields").
package struct CustomField: Hashable, Sendable {
    package typealias ID = Identifier<CustomField>

    package var id: ID
    package var object: FieldObject
    /// Its name on the wire and in imports; unique within the object, fixed.
    package var code: String
    package var name: String
    package var type: CustomFieldType
    /// The heading it stands under; empty for none.
    package var group = ""
    /// What it means, for those who fill it in.
    package var help = ""
    /// Whether a new object must have a value.
    package var isRequired = false
    /// What a new object gets where nothing is said.
    package var defaultValue: CustomValue?
    package var choices: [String] = []
    /// The least value, in the units of `CustomValue`; or characters, or choices (`CustomFieldType.bound`).
    package var minimum: Int64?
    package var maximum: Int64?
    /// Where in the object's metadata its values are taken from, such as `utm.source`; nil for values of its own.
    package var metadataPath: String?
    package var position: Int64

    package init(
        id: ID, object: FieldObject, code: String, name: String, type: CustomFieldType, position: Int64 = 0
    ) {
        (self.id, self.object, self.code, self.name, self.type) = (id, object, code, name, type)
        self.position = position
    }

    /// Whether `code` has the form of a code, `[a-z][a-z0-9_]{0,62}`.
    package static func isValid(code: String) -> Bool {
        guard (1...63).contains(code.utf8.count), let first = code.utf8.first,
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        else { return false }
        return code.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte &- UInt8(ascii: "0") < 10
                || byte == UInt8(ascii: "_")
        }
    }

    /// Finds out whether `value` is within the field's bounds and among its choices.
    package func check(_ value: CustomValue) throws(Refusal) {
        if type.hasChoices {
            let unknown = value.texts.first { !choices.contains($0) }
            guard unknown == nil else {
                throw Refusal("not_a_choice", "This must be one of: \(choices.joined(separator: ", ")).")
            }
        }
        guard let bound = type.bound else { return }
        let measure: Int64 =
            switch bound {
            case .value: value.number ?? 0
            case .length: Int64(value.plain.unicodeScalars.count)
            case .count: Int64(value.texts.count)
            }
        if let minimum, measure < minimum {
            throw Refusal(type.bound == .length ? "too_short" : "too_small", boundText("at least", minimum))
        }
        if let maximum, measure > maximum {
            throw Refusal(type.bound == .length ? "too_long" : "too_large", boundText("at most", maximum))
        }
    }

    private func boundText(_ which: String, _ bound: Int64) -> String {
        switch type.bound {
        case .length: "This must have \(which) \(bound) characters."
        case .count: "This must have \(which) \(bound) choices."
        case .value, nil: "This must be \(which) \(text(ofBound: bound))."
        }
    }

    /// A bound as it is written.
    package func text(ofBound bound: Int64) -> String {
        guard type.bound == .value, let value = CustomValue(number: bound, type: type) else { return String(bound) }
        return value.plain
    }
}
