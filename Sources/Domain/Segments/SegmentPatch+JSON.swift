extension SegmentPatch {
    /// Reads the attributes of a segment or an audience.
    ///
    /// - Parameter takesConditions: Whether the thing may be a question; an audience is none.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes, and with the tree
    ///   each with its place in it.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", takesConditions: Bool = true,
        _ reading: ReadingContext, _ conditions: ConditionContext
    ) throws -> SegmentPatch {
        try decode(&reader, base: base, takesConditions: takesConditions, reading, conditions) { _, _, _ in false }
    }

    /// The same of something that has more attributes.
    ///
    /// - Parameters:
    ///   - takesConditions: Whether the thing may be a question; an audience is none.
    ///   - other: Reads what else may stand there, and returns whether it did.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes, and with the tree
    ///   each with its place in it.
    static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", takesConditions: Bool,
        _ reading: ReadingContext, _ conditions: ConditionContext,
        other: (inout AttributeDecoder, JSONKey, inout JSONReader) throws -> Bool
    ) throws -> SegmentPatch {
        var attributes = AttributeDecoder(base: base, context: reading)
        var patch = SegmentPatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "code": patch.code = try attributes.requiredText("code", limit: Segment.codeLimit, &reader)
            case "name": patch.name = try attributes.requiredText("name", limit: Segment.nameLimit, &reader)
            case "description": patch.description = try attributes.note("description", &reader)
            case "conditions" where takesConditions: patch.conditions = try attributes.tree(conditions, &reader)
            default: if try !other(&attributes, key, &reader) { try attributes.unknown(key, &reader) }
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

/// The attributes of a question that nobody stores: `{"conditions": TREE}`.
package struct SegmentQuestionAttributes: Hashable, Sendable {
    package var conditions: Condition

    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ reading: ReadingContext,
        _ conditions: ConditionContext
    ) throws -> SegmentQuestionAttributes {
        var attributes = AttributeDecoder(base: base, context: reading)
        var tree: Condition?
        let seen = try attributes.object(&reader) { attributes, key, reader in
            guard "conditions" ~= key else { return try attributes.unknown(key, &reader) }
            tree = try attributes.tree(conditions, &reader)
        }
        if !seen.contains("conditions") { attributes.refuse("conditions", Refusal("required", "This is required.")) }
        guard attributes.faults.isEmpty, let tree else { throw Faults(attributes.faults) }
        return SegmentQuestionAttributes(conditions: tree)
    }
}

extension AttributeDecoder {
    /// Reads a text of several lines.
    fileprivate mutating func note(_ path: String, _ reader: inout JSONReader) throws -> Patch<String> {
        switch try value(of: .note(Segment.descriptionLimit), path, &reader) {
        case .set(.text(let text)): .set(text)
        case .clear: .clear
        default: .keep
        }
    }

    /// Reads a condition tree; nil when something in it was refused.
    mutating func tree(_ context: ConditionContext, _ reader: inout JSONReader) throws -> Condition? {
        do {
            return try Condition.decode(&reader, base: "\(base)/conditions", context)
        } catch let wrong as Faults {
            faults += wrong.all
            return nil
        }
    }
}
