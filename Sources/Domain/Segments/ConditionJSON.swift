/// A JSON value of a condition tree, which is read whole: what a value must be depends on keys that may follow it.
enum ConditionJSON: Hashable, Sendable {
    case object([Member])
    case array([ConditionJSON])
    case string(String)
    /// As it is written.
    case number(String)
    case boolean(Bool)
    case null

    struct Member: Hashable, Sendable {
        var key: String
        var value: ConditionJSON
    }

    init(_ reader: inout JSONReader) throws {
        switch try reader.peek() {
        case .object:
            var members: [Member] = []
            try reader.object { reader, key in
                // The key's bytes are the reader's, so its text is taken before reading on.
                let text = key.text
                members.append(Member(key: text, value: try ConditionJSON(&reader)))
            }
            self = .object(members)
        case .array:
            var elements: [ConditionJSON] = []
            try reader.array { reader, _ in elements.append(try ConditionJSON(&reader)) }
            self = .array(elements)
        case .string: self = .string(try reader.string())
        case .number: self = .number(String(decoding: try reader.number(), as: UTF8.self))
        case .boolean: self = .boolean(try reader.boolean())
        case .null:
            try reader.null()
            self = .null
        }
    }
}
