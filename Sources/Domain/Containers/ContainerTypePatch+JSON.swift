extension ContainerTypePatch {
    /// Reads the attributes of a type of containers.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong with the attributes.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", _ reading: ReadingContext
    ) throws -> ContainerTypePatch {
        var attributes = AttributeDecoder(base: base, context: reading)
        var patch = ContainerTypePatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "code": patch.code = try attributes.requiredText("code", limit: ContainerType.codeLimit, &reader)
            case "name": patch.name = try attributes.requiredText("name", limit: ContainerType.nameLimit, &reader)
            case "lifetime_days": patch.lifetimeDays = try attributes.whole("lifetime_days", &reader)
            case "abandoned_after_minutes":
                switch try attributes.whole("abandoned_after_minutes", &reader) {
                case .set(let minutes): patch.abandonedAfterMinutes = minutes
                case .clear: attributes.refuse("abandoned_after_minutes", Refusal("required", "This is required."))
                case .keep: break
                }
            case "emptied_by_order": patch.isEmptiedByOrder = try attributes.flag("emptied_by_order", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

extension AttributeDecoder {
    /// Reads a whole number; null and "" clear.
    fileprivate mutating func whole(_ path: String, _ reader: inout JSONReader) throws -> Patch<Int64> {
        switch try value(of: .quantity, path, &reader) {
        case .set(.quantity(let quantity)) where quantity.millionths % 1_000_000 == 0:
            return .set(quantity.millionths / 1_000_000)
        case .set:
            refuse(path, Refusal("not_whole", "This must be a whole number."))
            return .keep
        case .clear: return .clear
        case .keep, nil: return .keep
        }
    }
}
