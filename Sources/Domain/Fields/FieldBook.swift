/// All fields of all objects, and what profiles show of them: a whole value that is read without waiting.
package struct FieldBook: Sendable {
    // In one box, so that handing the book on costs no more than counting a reference.
    private let content: Content

    private final class Content: Sendable {
        let custom: [FieldObject: [CustomField]]
        let byID: [CustomField.ID: CustomField]
        let profileViews: [FieldObject: [String]]

        init(_ custom: [CustomField], _ profileViews: [FieldObject: [String]]) {
            self.custom = Dictionary(grouping: custom, by: \.object).mapValues { fields in
                fields.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
            }
            byID = Dictionary(custom.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            self.profileViews = profileViews
        }
    }

    /// A book without custom fields, and with the standard profile views.
    package static let empty = FieldBook(custom: [])

    /// - Parameter profileViews: The codes that were chosen, per object; absent for the standard.
    package init(custom: [CustomField], profileViews: [FieldObject: [String]] = [:]) {
        content = Content(custom, profileViews)
    }

    // MARK: Custom fields

    /// Whether no object has a custom field.
    package var isEmpty: Bool { content.custom.isEmpty }

    /// Whether objects of a kind have custom fields.
    package func has(_ object: FieldObject) -> Bool { content.custom[object] != nil }

    /// An object's custom fields, in their order.
    package func custom(_ object: FieldObject) -> [CustomField] { content.custom[object] ?? [] }

    package func custom(_ object: FieldObject, code: String) -> CustomField? {
        content.custom[object]?.first { $0.code == code }
    }

    package func custom(_ id: CustomField.ID) -> CustomField? { content.byID[id] }

    // MARK: The catalogue

    /// An object's fields: the system's, then the custom ones in their order.
    package func fields(of object: FieldObject) -> [FieldEntry] {
        SystemCatalogue.fields(of: object) + custom(object).map(FieldEntry.init)
    }

    /// A field by its code.
    package func field(_ object: FieldObject, code: String) -> FieldEntry? {
        SystemCatalogue.field(object, code: code) ?? custom(object, code: code).map(FieldEntry.init)
    }

    /// Every field of every object.
    package var all: [FieldEntry] { FieldObject.allCases.flatMap(fields) }

    // MARK: Profile views

    /// The fields that a profile and the default export show of an object, in their order (spec orders.md, "Fields").
    package func profileView(_ object: FieldObject) -> [FieldEntry] {
        profileCodes(object).compactMap { field(object, code: $0) }
    }

    /// The same as codes; until somebody chooses, the standard ones and all custom fields.
    package func profileCodes(_ object: FieldObject) -> [String] {
        content.profileViews[object] ?? SystemCatalogue.standardView(of: object) + custom(object).map(\.code)
    }

    /// Whether somebody chose what a profile shows of an object.
    package func hasChosenView(_ object: FieldObject) -> Bool { content.profileViews[object] != nil }

    package var profileViews: [FieldObject: [String]] { content.profileViews }
}
