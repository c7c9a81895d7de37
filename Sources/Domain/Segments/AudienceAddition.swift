/// Who is to come into an audience, or to leave it.
package enum AudienceAddition: Hashable, Sendable {
    /// One, by what the shop calls them.
    case customer(String)
    /// Everybody who fulfils this now.
    case source(Condition)

    /// Reads the attributes of a member, or of many: `external_id`, or `from_segment`, or `conditions`.
    ///
    /// - Parameter takesSources: Whether many may be named by what they fulfil.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", takesSources: Bool,
        _ reading: ReadingContext, _ conditions: ConditionContext
    ) throws -> AudienceAddition {
        var attributes = AttributeDecoder(base: base, context: reading)
        var found: [AudienceAddition] = []
        let seen = try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "external_id":
                let name = try attributes.requiredText("external_id", limit: FieldType.identifierLimit, &reader)
                if let name { found.append(.customer(name)) }
            case "from_segment" where takesSources, "conditions" where takesSources:
                if let source = try attributes.source(key, conditions, &reader) { found.append(.source(source)) }
            default: try attributes.unknown(key, &reader)
            }
        }
        if seen.isEmpty { attributes.refuse("external_id", Refusal("required", "This is required.")) }
        if found.count > 1 {
            let detail = "Say external_id, from_segment or conditions: one of them."
            attributes.faults.append(Fault(base, "one_only", detail))
        }
        guard attributes.faults.isEmpty, let addition = found.first else { throw Faults(attributes.faults) }
        return addition
    }
}

/// What somebody says of an audience that is to be made.
package struct AudiencePatch: Hashable, Sendable {
    package var segment: SegmentPatch
    /// Who is in it to begin with.
    package var source: Condition?

    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ reading: ReadingContext,
        _ conditions: ConditionContext
    ) throws -> AudiencePatch {
        var source: Condition?
        var hasSource = false
        let segment = try SegmentPatch.decode(&reader, base: base, takesConditions: false, reading, conditions) {
            attributes, key, reader in
            guard "conditions" ~= key || "from_segment" ~= key else { return false }
            if hasSource {
                attributes.faults.append(Fault(base, "one_only", "Say from_segment or conditions: one of them."))
            }
            hasSource = true
            source = try attributes.source(key, conditions, &reader)
            return true
        }
        return AudiencePatch(segment: segment, source: source)
    }
}

extension AttributeDecoder {
    /// Reads who is meant by `from_segment` or `conditions`; nil when it was refused.
    fileprivate mutating func source(
        _ key: JSONKey, _ context: ConditionContext, _ reader: inout JSONReader
    ) throws -> Condition? {
        guard "from_segment" ~= key else { return try tree(context, &reader) }
        guard let code = try requiredText("from_segment", limit: Segment.codeLimit, &reader) else { return nil }
        guard context.knowsSegment(code) else {
            refuse("from_segment", Refusal("unknown_segment", "There is no segment “\(code)”."))
            return nil
        }
        return .segment(code)
    }
}
