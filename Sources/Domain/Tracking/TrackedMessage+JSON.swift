extension TrackedMessage {
    /// An event as the shop itself tells of it (spec tracking.md, `POST /api/events`).
    package struct Sent: Hashable, Sendable {
        package var message: TrackedMessage
        /// The code of the source that is named.
        package var source: String?
    }

    /// Reads the attributes of an event.
    ///
    /// - Parameter now: When it happened, where that is not said.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes", now: Instant, _ context: ReadingContext
    ) throws -> Sent {
        var attributes = AttributeDecoder(base: base, context: context)
        var message = TrackedMessage(time: now, call: .logout)
        var (event, page) = (TrackedEventCall(""), TrackedPage())
        var source: String?
        try attributes.object(&reader) { attributes, key, reader in
            func text(_ name: String, _ limit: Int) throws -> String? {
                try attributes.text(name, limit: limit, &reader).applied(to: nil)
            }
            switch key {
            case "name": event.name = try attributes.requiredText("name", limit: EventName.codeLimit, &reader) ?? ""
            case "kind": event.kind = try attributes.eventKind("kind", &reader) ?? .web
            case "id": message.id = try text("id", TrackedMessage.keyLimit)
            case "customer": message.customer = try text("customer", FieldType.identifierLimit)
            case "visitor": message.visitor = try text("visitor", TrackedMessage.keyLimit)
            case "session": message.session = try text("session", TrackedMessage.keyLimit)
            case "source": source = try text("source", TrackedMessage.keyLimit)
            case "subject": event.subject = try text("subject", FieldType.identifierLimit)
            case "url": page.url = try text("url", TrackedPage.limit)
            case "title": page.title = try text("title", TrackedPage.limit)
            case "referrer": page.referrer = try text("referrer", TrackedPage.limit)
            case "date": message.time = try attributes.instant("date", &reader).applied(to: nil) ?? now
            case "context": event.context = try attributes.context("context", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        attributes.require("name", event.name.isEmpty ? nil : event.name)
        if message.time > now {
            attributes.refuse(
                "date", Refusal("in_the_future", "This lies in the future: send events once they happened."))
        }
        if message.customer == nil, message.visitor == nil, event.kind != .system {
            attributes.refuse(
                "customer", Refusal("required", "Say customer or visitor; only a system event needs none."))
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        if page != TrackedPage() { message.page = page }
        message.call = .event(event)
        return Sent(message: message, source: source)
    }
}

extension AttributeDecoder {
    /// Reads any JSON as it is written, within the limit of an event's context; nil for none.
    mutating func context(_ path: String, _ reader: inout JSONReader) throws -> String? {
        let kind = try reader.peek()
        let text = try reader.raw()
        guard kind != .null else { return nil }
        guard text.utf8.count <= TrackedEventCall.contextLimit else {
            refuse(path, Refusal("too_long", "This is larger than 32 KB."))
            return nil
        }
        return text
    }
}

extension AttributeDecoder {
    /// Reads a whole number; nil when it was refused.
    mutating func wholeNumber(_ path: String, _ reader: inout JSONReader) throws -> Int64? {
        if let number = Int64(try reader.raw()) { return number }
        refuse(path, Refusal("not_a_number", "This must be a whole number."))
        return nil
    }
}
