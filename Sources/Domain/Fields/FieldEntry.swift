/// What kind of value a field has, for those who choose among fields: filters, macros, exports.
package enum FieldKind: String, CaseIterable, Hashable, Sendable {
    case string, text, integer, decimal, boolean, date, datetime, time, choice, choices, url
    case money, quantity, email, phone, status, json
    /// Texts with commas between them.
    case list
    case timeZone = "time_zone"
}

/// A field of an object as the catalogue lists it, system or custom.
package struct FieldEntry: Hashable, Sendable {
    package var object: FieldObject
    /// The path on the wire: `delivery.city`, `loyalty_tier`.
    package var code: String
    package var name: String
    package var group: String
    package var kind: FieldKind
    /// What it means, in a sentence or none.
    package var help: String
    /// The definition, where the shop made the field.
    package var custom: CustomField?

    package init(_ field: CustomField) {
        (object, code, name, group, help) = (field.object, field.code, field.name, field.group, field.help)
        kind = FieldKind(rawValue: field.type.rawValue) ?? .string
        custom = field
    }

    init(_ object: FieldObject, _ group: String, _ code: String, _ name: String, _ kind: FieldKind, _ help: String) {
        (self.object, self.group, self.code) = (object, group, code)
        (self.name, self.kind, self.help) = (name, kind, help)
    }
}
