/// What a request carries: `{"data":{"attributes":{…}}}`, or a list of such (spec README, "Conventions").
package struct Envelope<Element: Sendable>: Sendable {
    /// One for each element sent, in its order: read, or refused with what is wrong with it.
    package var elements: [Result<Element, Faults>]
    /// Whether `data` was a list.
    package var isList: Bool
    /// `meta.skip_triggers`: store without starting campaigns (spec orders.md, rule 5).
    package var skipTriggers = false

    /// Reads an envelope.
    ///
    /// - Parameters:
    ///   - limit: The most elements a list may have.
    ///   - decode: Reads the attributes; gets the pointer they stand at.
    /// - Throws: `JSONError` for what is not JSON, `EnvelopeError` for JSON of another form.
    package static func read(
        _ bytes: some Collection<UInt8>, limit: Int = 1,
        _ decode: (inout JSONReader, String) throws -> Element
    ) throws -> Envelope {
        try JSONReader.read(bytes) { reader in
            var elements: [Result<Element, Faults>]?
            var isList = false
            var skipTriggers = false
            guard try reader.peek() == .object else { throw EnvelopeError.notAnEnvelope }
            try reader.object { reader, key in
                switch key {
                case "data":
                    guard elements == nil else { throw EnvelopeError.repeated("data") }
                    isList = try reader.peek() == .array
                    elements = try isList ? list(&reader, limit, decode) : [element(&reader, "/data", decode)]
                case "meta":
                    skipTriggers = try meta(&reader)
                default: throw EnvelopeError.unknown(key.text)
                }
            }
            guard let elements else { throw EnvelopeError.notAnEnvelope }
            return Envelope(elements: elements, isList: isList, skipTriggers: skipTriggers)
        }
    }

    private static func list(
        _ reader: inout JSONReader, _ limit: Int, _ decode: (inout JSONReader, String) throws -> Element
    ) throws -> [Result<Element, Faults>] {
        guard limit > 1 else { throw EnvelopeError.listNotTaken }
        var elements: [Result<Element, Faults>] = []
        try reader.array { reader, index in
            guard index < limit else { throw EnvelopeError.tooMany(limit) }
            elements.append(try element(&reader, "/data/\(index)", decode))
        }
        return elements
    }

    private static func element(
        _ reader: inout JSONReader, _ pointer: String, _ decode: (inout JSONReader, String) throws -> Element
    ) throws -> Result<Element, Faults> {
        guard try reader.peek() == .object else { throw EnvelopeError.notAnEnvelope }
        var result: Result<Element, Faults>?
        try reader.object { reader, key in
            switch key {
            case "attributes":
                guard result == nil else { throw EnvelopeError.repeated("attributes") }
                do {
                    result = .success(try decode(&reader, "\(pointer)/attributes"))
                } catch let faults as Faults {
                    result = .failure(faults)
                }
            // What an answer carries beside the attributes may be sent back.
            case "type", "id", "links": try reader.skip()
            default: throw EnvelopeError.unknown("data.\(key.text)")
            }
        }
        guard let result else { throw EnvelopeError.notAnEnvelope }
        return result
    }

    private static func meta(_ reader: inout JSONReader) throws -> Bool {
        var skipTriggers = false
        guard try reader.peek() == .object else { throw EnvelopeError.badMeta }
        try reader.object { reader, key in
            guard "skip_triggers" ~= key else { throw EnvelopeError.unknown("meta.\(key.text)") }
            guard try reader.peek() == .boolean else { throw EnvelopeError.badMeta }
            skipTriggers = try reader.boolean()
        }
        return skipTriggers
    }
}

/// JSON that is not the envelope a request must have.
package enum EnvelopeError: Error, Hashable, Sendable {
    case notAnEnvelope
    case listNotTaken
    case tooMany(Int)
    case repeated(String)
    case unknown(String)
    case badMeta

    package var message: String {
        switch self {
        case .notAnEnvelope: #"The body must be {"data":{"attributes":{…}}}."#
        case .listNotTaken: "This call takes one object in data, not a list."
        case .tooMany(let limit): "The list in data holds more than \(limit) elements: send them in several requests."
        case .repeated(let key): "The key “\(key)” stands twice."
        case .unknown(let key): "The envelope has no key “\(key)”."
        case .badMeta: #"The meta object must be like {"skip_triggers":true}."#
        }
    }
}
