/// What a door has to know of a body before it is kept; its messages are read later, one by one.
package struct TrackedEnvelope: Hashable, Sendable {
    package var messages = 0
    /// The source that the tracker says it belongs to.
    package var source: String?
    /// The write key, which the convention's browser client has no header for.
    package var writeKey: String?

    /// Looks through what the tracker sends.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Refusal` for JSON of another form.
    package static func tracker(_ bytes: [UInt8]) throws -> TrackedEnvelope {
        let found = try read(bytes, list: "events")
        guard found.hasList else {
            throw Refusal("no_events", #"The body must be {"sent":…,"events":[…]}."#)
        }
        return found.envelope
    }

    /// Looks through a batch of the Segment convention.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Refusal` for JSON of another form.
    package static func batch(_ bytes: [UInt8]) throws -> TrackedEnvelope {
        let found = try read(bytes, list: "batch")
        guard found.hasList else { throw Refusal("no_batch", #"The body must be {"batch":[…]}."#) }
        return found.envelope
    }

    /// Looks through one message of the Segment convention.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Refusal` for JSON of another form.
    package static func message(_ bytes: [UInt8]) throws -> TrackedEnvelope {
        var found = try read(bytes, list: nil).envelope
        found.messages = 1
        return found
    }

    private static func read(_ bytes: [UInt8], list: String?) throws -> (envelope: TrackedEnvelope, hasList: Bool) {
        var envelope = TrackedEnvelope()
        var hasList = false
        try JSONReader.read(bytes) { reader in
            guard try reader.peek() == .object else { throw notAnObject }
            try reader.object { reader, key in
                if let list, key.text == list, try reader.peek() == .array {
                    hasList = true
                    try reader.array { reader, _ in
                        envelope.messages += 1
                        try reader.skip()
                    }
                } else if "writeKey" ~= key {
                    envelope.writeKey = try reader.plainText()
                } else if "source" ~= key {
                    envelope.source = try reader.plainText()
                } else {
                    try reader.skip()
                }
            }
        }
        return (envelope, hasList)
    }

    private static let notAnObject = Refusal("not_an_object", "The body must be a JSON object.")
}
