/// Gathers all that is wrong with one object's attributes while they are read (spec README, "Errors").
struct AttributeDecoder {
    let context: ReadingContext
    /// Where the object stands in the request, such as `/data/attributes`.
    let base: String
    var faults: [Fault] = []

    init(base: String, context: ReadingContext) { (self.base, self.context) = (base, context) }

    mutating func refuse(_ path: String, _ refusal: Refusal) {
        let pointer = path.replacing(".", with: "/").replacing("[", with: "/").replacing("]", with: "")
        faults.append(Fault("\(base)/\(pointer)", refusal.code, refusal.detail))
    }

    /// Reads an object and hands each attribute on, once; what is wrong with one of them is gathered.
    ///
    /// - Returns: The keys that stood in it.
    /// - Throws: `JSONError` for what is not JSON, `Faults` for what is no object, and what `attribute` throws.
    @discardableResult
    mutating func object(
        _ reader: inout JSONReader,
        _ attribute: (inout AttributeDecoder, _ key: JSONKey, inout JSONReader) throws -> Void
    ) throws -> Set<String> {
        guard try reader.peek() == .object else {
            try reader.skip()
            throw notAnObject
        }
        var seen: Set<String> = []
        try reader.object { reader, key in
            guard seen.insert(key.text).inserted else { return try repeated(key.text, &reader) }
            try attribute(&self, key, &reader)
        }
        return seen
    }

    /// What is wrong when the attributes are something else.
    var notAnObject: Faults { Faults(base, "not_an_object", "The attributes must be a JSON object.") }

    /// Reports a key that the object does not have, and reads past its value.
    mutating func unknown(_ key: JSONKey, in block: String = "", _ reader: inout JSONReader) throws {
        let name = key.text.replacing("~", with: "~0").replacing("/", with: "~1")
        let detail = "There is no attribute “\(block)\(key.text)”."
        let place = block.replacing(".", with: "/").replacing("[", with: "/").replacing("]", with: "")
        faults.append(Fault("\(base)/\(place)\(name)", "unknown_attribute", detail))
        try reader.skip()
    }

    mutating func repeated(_ path: String, _ reader: inout JSONReader) throws {
        refuse(path, Refusal("duplicate_key", "This key stands twice; say it once."))
        try reader.skip()
    }

    /// Reads a value of a system field; nil when it was refused.
    mutating func value(of type: FieldType, _ path: String, _ reader: inout JSONReader) throws -> Patch<FieldValue>? {
        switch try type.read(&reader, context) {
        case .success(let value): return Patch(value)
        case .failure(let refusal):
            refuse(path, refusal)
            return nil
        }
    }

    /// Reads an identifier, code or other short text.
    mutating func text(_ path: String, limit: Int, _ reader: inout JSONReader) throws -> Patch<String> {
        guard let patch = try value(of: .text(limit), path, &reader) else { return .keep }
        switch patch {
        case .set(.text(let text)): return .set(text)
        case .clear: return .clear
        default: return .keep
        }
    }

    mutating func instant(_ path: String, _ reader: inout JSONReader) throws -> Patch<Instant> {
        switch try value(of: .instant, path, &reader) {
        case .set(.instant(let instant)): .set(instant)
        case .clear: .clear
        default: .keep
        }
    }

    /// Reads a text that must not be empty; nil when it was refused.
    mutating func requiredText(_ path: String, limit: Int, _ reader: inout JSONReader) throws -> String? {
        switch try text(path, limit: limit, &reader) {
        case .set(let text): return text
        case .clear: refuse(path, Refusal("required", "This is required."))
        case .keep: break
        }
        return nil
    }

    /// Reads `true` or `false`; nil when it was refused.
    mutating func flag(_ path: String, _ reader: inout JSONReader) throws -> Bool? {
        if try reader.peek() == .boolean { return try reader.boolean() }
        refuse(path, Refusal("not_a_boolean", "This must be true or false."))
        try reader.skip()
        return nil
    }

    /// Reads free JSON, kept as it is written.
    mutating func metadata(_ path: String, _ reader: inout JSONReader) throws -> Patch<String> {
        let kind = try reader.peek()
        let text = try reader.raw()
        if kind == .null || text == "\"\"" { return .clear }
        guard kind == .object else {
            refuse(path, Refusal("not_an_object", "This must be a JSON object."))
            return .keep
        }
        guard text.utf8.count <= Self.metadataLimit else {
            refuse(path, Refusal("too_long", "This is larger than 16 KB."))
            return .keep
        }
        return .set(text)
    }

    /// The largest metadata, in bytes (spec orders.md).
    static let metadataLimit = 16 * 1024

    /// Reports an identifier that must be there and is not.
    mutating func require(_ path: String, _ value: String?) {
        guard value == nil, !faults.contains(where: { $0.pointer == "\(base)/\(path)" }) else { return }
        refuse(path, Refusal("required", "This is required."))
    }
}

/// Finds the system field that a key names, without making a string of the key.
struct FieldKeys<Field: SystemField>: Sendable {
    private var byLength: [[(name: [UInt8], field: Field)]] = []

    /// - Parameter block: The object the keys stand in, `delivery`; nil for the attributes themselves.
    init(block: String? = nil) {
        let prefix = block.map { $0 + "." } ?? ""
        for field in Field.allCases where field.path.hasPrefix(prefix) {
            let name = Array(field.path.utf8.dropFirst(prefix.utf8.count))
            guard !name.contains(UInt8(ascii: ".")) else { continue }
            while byLength.count <= name.count { byLength.append([]) }
            byLength[name.count].append((name, field))
        }
    }

    subscript(key: JSONKey) -> Field? {
        if let escaped = key.escaped { return find(Array(escaped.utf8)) }
        return find(key.bytes)
    }

    private func find(_ name: some RandomAccessCollection<UInt8>) -> Field? {
        guard name.count < byLength.count else { return nil }
        return byLength[name.count].first { $0.name.elementsEqual(name) }?.field
    }
}

/// Which keys of an object were read already.
struct SeenKeys {
    private var bits: UInt64 = 0

    /// Notes a key by its number below 64, and returns whether it is new.
    mutating func insert(_ number: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(number)
        defer { bits |= bit }
        return bits & bit == 0
    }
}
