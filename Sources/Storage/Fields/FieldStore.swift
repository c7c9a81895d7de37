import Database
import Domain
import Foundation

/// The fields that the shop made for itself, and what profiles show.
package struct FieldStore: Sendable {
    private let memo = WriterMemo<FieldBook>()

    package init() {}

    /// All fields that are in use, and the profile views.
    package func book(_ tx: Connection) throws -> FieldBook {
        let fields = try tx.rows(
            """
            SELECT id, object, code, name, type, group_name, description, is_required, default_value, choices, minimum,
                maximum, metadata_path, position
            FROM field WHERE deleted_ms IS NULL ORDER BY position, id
            """,
            read: Self.field
        )
        let views = try tx.rows("SELECT object, codes FROM profile_view") { row in
            (FieldObject(rawValue: row.text(0)), row.text(1).split(separator: ",").map(String.init))
        }
        var chosen: [FieldObject: [String]] = [:]
        for case (let object?, let codes) in views { chosen[object] = codes }
        let known = fields.compactMap { $0 }
        return known.isEmpty && chosen.isEmpty ? .empty : FieldBook(custom: known, profileViews: chosen)
    }

    /// The same within a write, remembered from one to the next.
    package func writerBook(_ tx: Connection) throws -> FieldBook {
        try memo.value(tx, load: book)
    }

    /// Nil for a field of a kind that this version does not know.
    private static func field(_ row: Row) -> CustomField? {
        guard let object = FieldObject(rawValue: row.text(1)), let type = CustomFieldType(rawValue: row.text(4)) else {
            return nil
        }
        var field = CustomField(
            id: row.id(0), object: object, code: row.text(2), name: row.text(3), type: type, position: row.integer(13)
        )
        field.group = row.text(5)
        field.help = row.text(6)
        field.isRequired = row.boolean(7)
        field.choices = row.text(9).split(separator: ",").map(String.init)
        field.minimum = row.optionalInteger(10)
        field.maximum = row.optionalInteger(11)
        field.metadataPath = row.optionalText(12)
        field.defaultValue = row.optionalText(8).flatMap { defaultValue($0, of: field) }
        return field
    }

    /// A default was held against its field when it was stored; one that will not do any more is none.
    private static func defaultValue(_ text: String, of field: CustomField) -> CustomValue? {
        do throws(Refusal) {
            return try field.read(text: text, ReadingContext(zone: .gmt))
        } catch {
            return nil
        }
    }

    /// Stores a field that is not there yet.
    ///
    /// A field that is taken from metadata is to be filled from what is stored.
    package func insert(_ field: CustomField, at now: Instant, _ tx: Connection) throws {
        memo.forget(tx)
        let fillAfter: Int64? = field.metadataPath == nil ? nil : 0
        try tx.run(
            """
            INSERT INTO field (id, object, code, name, type, group_name, description, is_required, default_value,
                choices, minimum, maximum, metadata_path, position, created_ms, fill_after)
            VALUES (\(field.id.rawValue), \(field.object.rawValue), \(field.code), \(field.name),
                \(field.type.rawValue), \(field.group), \(field.help), \(field.isRequired),
                \(field.defaultValue?.plain), \(field.choices.joined(separator: ",")), \(field.minimum),
                \(field.maximum), \(field.metadataPath), \(field.position), \(now.milliseconds), \(fillAfter))
            """
        )
    }

    package func update(_ field: CustomField, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            UPDATE field SET name = \(field.name), group_name = \(field.group), description = \(field.help),
                is_required = \(field.isRequired), default_value = \(field.defaultValue?.plain),
                choices = \(field.choices.joined(separator: ",")), minimum = \(field.minimum),
                maximum = \(field.maximum), position = \(field.position)
            WHERE id = \(field.id.rawValue)
            """
        )
    }

    /// Puts a field out of use; its values are removed later, and its row last of all.
    package func retire(_ id: CustomField.ID, at now: Instant, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            UPDATE field SET deleted_ms = \(now.milliseconds), fill_after = NULL
            WHERE id = \(id.rawValue) AND deleted_ms IS NULL
            """
        )
    }

    /// Sets what a profile shows of an object; nil goes back to the standard.
    package func setProfileView(_ codes: [String]?, of object: FieldObject, _ tx: Connection) throws {
        memo.forget(tx)
        guard let codes else {
            try tx.run("DELETE FROM profile_view WHERE object = \(object.rawValue)")
            return
        }
        try tx.run(
            """
            INSERT INTO profile_view (object, codes) VALUES (\(object.rawValue), \(codes.joined(separator: ",")))
            ON CONFLICT (object) DO UPDATE SET codes = excluded.codes
            """
        )
    }

    // MARK: What is left to do

    /// A field whose values are to be removed.
    package func retired(_ tx: Connection) throws -> (id: CustomField.ID, object: FieldObject)? {
        let first = try tx.first(
            "SELECT id, object FROM field WHERE deleted_ms IS NOT NULL ORDER BY deleted_ms, id LIMIT 1"
        ) { row in (row.id(0) as CustomField.ID, FieldObject(rawValue: row.text(1))) }
        guard let (id, object) = first, let object else { return nil }
        return (id, object)
    }

    /// Forgets a field that is out of use and has no value left.
    package func remove(_ id: CustomField.ID, _ tx: Connection) throws {
        try tx.run("DELETE FROM field WHERE id = \(id.rawValue) AND deleted_ms IS NOT NULL")
    }

    /// A field that is to be filled from metadata, and the object after which to go on.
    package func unfilled(_ tx: Connection) throws -> (id: CustomField.ID, after: Int64)? {
        try tx.first(
            """
            SELECT id, fill_after FROM field WHERE fill_after IS NOT NULL AND deleted_ms IS NULL ORDER BY id LIMIT 1
            """
        ) { ($0.id(0), $0.integer(1)) }
    }

    /// Notes that all objects up to `owner` are filled; nil that all are.
    package func noteFilled(_ id: CustomField.ID, upTo owner: Int64?, _ tx: Connection) throws {
        try tx.run("UPDATE field SET fill_after = \(owner) WHERE id = \(id.rawValue)")
    }
}
