/// The values of an object's custom fields, those that have one.
///
/// Empty, as nearly everywhere, it takes no memory of its own.
package struct CustomValues: Hashable, Sendable {
    private var values: [CustomField.ID: CustomValue] = [:]

    package init() {}

    package var isEmpty: Bool { values.isEmpty }

    /// The fields that have a value, in no particular order.
    package var fields: some Collection<CustomField.ID> { values.keys }

    package subscript(field: CustomField.ID) -> CustomValue? {
        get { values[field] }
        set { values[field] = newValue }
    }

    package subscript(field: CustomField) -> CustomValue? {
        get { values[field.id] }
        set { values[field.id] = newValue }
    }
}

/// What a partial description says of an object's custom fields.
///
/// A field that is deleted before the description is stored is passed over, as if the deletion had come after.
package struct CustomPatch: Hashable, Sendable {
    package private(set) var entries: [Entry] = []

    package struct Entry: Hashable, Sendable {
        package var field: CustomField.ID
        /// Nil clears.
        package var value: CustomValue?
    }

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    package mutating func set(_ field: CustomField, _ value: CustomValue?) {
        entries.append(Entry(field: field.id, value: value))
    }

    package func says(_ field: CustomField) -> Bool { entries.contains { $0.field == field.id } }
}

/// What a description does to an object's custom fields; pure.
package struct CustomRules: Sendable {
    /// The fields that the object has.
    let fields: [CustomField]
    let reading: ReadingContext

    package init(_ fields: [CustomField], _ reading: ReadingContext) { (self.fields, self.reading) = (fields, reading) }

    /// A value that became another.
    package struct Change: Hashable, Sendable {
        package var field: CustomField
        package var from: CustomValue?
        package var to: CustomValue?
    }

    /// Writes what is said into `values`, and returns what changed.
    ///
    /// - Parameters:
    ///   - isNew: Whether defaults are to be filled in.
    ///   - metadata: The object's metadata after the change, where the description speaks of it; values that are taken
    ///     from it follow.
    package func apply(
        _ patch: CustomPatch, to values: inout CustomValues, isNew: Bool, metadata: Patch<String> = .keep
    ) -> [Change] {
        var changes: [Change] = []
        func set(_ field: CustomField, _ value: CustomValue?) {
            guard values[field] != value else { return }
            changes.append(Change(field: field, from: values[field], to: value))
            values[field] = value
        }
        for field in fields {
            if let path = field.metadataPath {
                switch metadata {
                case .keep: break
                case .clear: set(field, nil)
                case .set(let json): set(field, MetadataPath(path).value(of: field, in: json, reading))
                }
            } else if let entry = patch.entries.last(where: { $0.field == field.id }) {
                set(field, entry.value)
            } else if isNew, let value = field.defaultValue {
                set(field, value)
            }
        }
        return changes
    }

    /// Required fields that a new object would be without, by code.
    package func missing(_ patch: CustomPatch) -> [String] {
        fields.filter { field in
            guard field.isRequired, field.metadataPath == nil else { return false }
            if let entry = patch.entries.last(where: { $0.field == field.id }) { return entry.value == nil }
            return field.defaultValue == nil
        }.map(\.code)
    }

    /// What is wrong with the description of a new object that lacks required values.
    ///
    /// - Parameter base: Where the attributes stand in the request.
    package func faults(_ patch: CustomPatch, base: String = "/data/attributes") -> [Fault] {
        missing(patch).map { Fault("\(base)/\($0)", "required", "This is required.") }
    }
}
