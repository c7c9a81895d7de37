/// What is of use in the `context` of a message of the Segment convention.
struct SegmentContext {
    var page: TrackedPage?
    private(set) var session: String?
    /// What RudderStack's clients say of a customer.
    private(set) var traits: String?

    mutating func read(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { return try reader.skip() }
        try reader.object { reader, key in
            switch key {
            case "page": try readPage(&reader)
            case "sessionId": session = try reader.name()
            case "traits": traits = try reader.rawValue()
            default: try reader.skip()
            }
        }
    }

    mutating func readPage(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { return try reader.skip() }
        var page = TrackedPage()
        try reader.object { reader, key in
            switch key {
            case "url": page.url = try reader.shown()
            case "title": page.title = try reader.shown()
            case "referrer": page.referrer = try reader.shown()
            default: try reader.skip()
            }
        }
        self.page = page == TrackedPage() ? nil : page
    }

    /// One JSON value of an event's properties with the sender's context as its member `context`.
    ///
    /// Nothing of either is changed. Where the properties have a `context` of their own, the sender's is `_context`.
    static func joined(_ properties: String?, _ context: String?) throws -> String? {
        guard let context else { return properties }
        guard let properties else { return #"{"context":\#(context)}"# }
        var (isObject, isEmpty, hasContext) = (false, true, false)
        try JSONReader.read(properties.utf8) { reader in
            isObject = try reader.peek() == .object
            guard isObject else { return try reader.skip() }
            try reader.object { reader, key in
                isEmpty = false
                hasContext = hasContext || "context" ~= key
                try reader.skip()
            }
        }
        guard isObject else { return #"{"context":\#(context),"properties":\#(properties)}"# }
        guard !isEmpty else { return #"{"context":\#(context)}"# }
        let name = hasContext ? "_context" : "context"
        return #"\#(properties.dropLast()),"\#(name)":\#(context)}"#
    }
}
