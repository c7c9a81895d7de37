import Database
import Domain

/// Why a call on fields was refused; nothing was stored.
package enum FieldError: Error, Hashable, Sendable {
    case unknown(FieldObject, code: String)
    case codeTaken(FieldObject, code: String)
    /// A system field: always there, and as it is.
    case system(FieldObject, code: String)
    /// These use the field, so it cannot be deleted.
    case inUse(code: String, users: [FieldUse])
}

/// Something that would break without a field, as a person knows it: a segment, a template, a campaign.
package struct FieldUse: Hashable, Sendable {
    /// What it is: `segment`, `template`, `campaign`.
    package var kind: String
    package var name: String

    package init(kind: String, name: String) { (self.kind, self.name) = (kind, name) }
}

/// A part of the product that uses fields, asked in the transaction that would delete one.
///
/// Profile views and columns of lists are no users: they leave out what is gone.
package struct FieldUser: Sendable {
    package var uses: @Sendable (CustomField, Connection) throws -> [FieldUse]

    package init(uses: @escaping @Sendable (CustomField, Connection) throws -> [FieldUse]) { self.uses = uses }
}
