/// Reads what clients of the Segment convention send to `/v1/…` (Docs/segment-api.md).
package enum SegmentConvention {
    /// The call that a message of a kind is sent to alone.
    package enum Call: String, CaseIterable, Hashable, Sendable {
        case identify, track, page, screen, alias, group

        /// The text that is kept of a body with one message, which need not say what it is.
        package func envelope(_ body: String) -> String { #"{"call":"\#(rawValue)","message":\#(body)}"# }
    }

    /// The messages of a body, in its order: read, or refused with the reason.
    ///
    /// One message may tell of two things, as *Cart Viewed* does.
    package static func messages(
        in body: String, _ reading: TrackedReading
    ) -> [Result<TrackedMessage, TrackedRefusal>] {
        var shared = SegmentMessage()
        var texts: [String] = []
        do {
            try JSONReader.read(body.utf8) { reader in
                try reader.object { reader, key in
                    switch key {
                    case "batch": texts += try reader.rawList()
                    case "message": texts.append(try reader.raw())
                    case "call": shared.type = try reader.plainText()
                    case "sentAt": shared.sentAt = try reader.moment()
                    case "context": shared.context = try reader.rawValue()
                    default: try reader.skip()
                    }
                }
            }
        } catch {
            return [.failure(TrackedRefusal(error, in: body))]
        }
        return texts.flatMap { text -> [Result<TrackedMessage, TrackedRefusal>] in
            var message = shared
            do {
                try JSONReader.read(text.utf8) { try message.read(&$0) }
                return try message.tracked(reading).map(Result.success)
            } catch {
                return [.failure(TrackedRefusal(error, messageID: message.id, in: text))]
            }
        }
    }
}

/// One message as clients of the convention write it.
struct SegmentMessage {
    var id: String?
    var type: String?
    var sentAt: Instant?
    /// What the client says of itself, the device and the page.
    var context: String?
    private(set) var event: String?
    private(set) var properties: String?
    private var name: String?
    private var anonymousID: String?
    private var userID: String?
    private var previousID: String?
    private var groupID: String?
    private var time: Instant?
    private var originalTime: Instant?
    private var traits: String?

    mutating func read(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { throw Refusal("not_an_object", "A message must be a JSON object.") }
        try reader.object { reader, key in
            switch key {
            case "messageId": id = try reader.name()
            case "type": type = try reader.plainText() ?? type
            case "event": event = try reader.plainText()
            case "name": name = try reader.shown(limit: TrackedPage.limit)
            case "anonymousId": anonymousID = try reader.name()
            case "userId": userID = try reader.name()
            case "previousId": previousID = try reader.name()
            case "groupId": groupID = try reader.name()
            case "timestamp": time = try reader.moment()
            case "originalTimestamp": originalTime = try reader.moment()
            case "sentAt": sentAt = try reader.moment() ?? sentAt
            case "properties": properties = try reader.rawValue()
            case "traits": traits = try reader.rawValue()
            case "context": context = try reader.rawValue() ?? context
            default: try reader.skip()
            }
        }
    }

    /// The messages that it is to us.
    ///
    /// - Throws: `Refusal` or `Faults` for what cannot be taken.
    func tracked(_ reading: TrackedReading) throws -> [TrackedMessage] {
        guard anonymousID != nil || userID != nil else {
            throw Refusal("no_one", "A message must have a userId or an anonymousId.")
        }
        var surroundings = SegmentContext()
        if let context { try JSONReader.read(context.utf8) { try surroundings.read(&$0) } }
        let at = SenderClock.corrected(time ?? originalTime, sentAt: sentAt, receivedAt: reading.receivedAt)
        return try calls(reading, at, &surroundings).enumerated().map { index, call in
            TrackedMessage(
                // What a message tells beside the first is known by a name of its own.
                id: id.map { index == 0 ? $0 : "\($0)#\(index)" }, visitor: anonymousID, customer: userID,
                session: surroundings.session, time: at, page: surroundings.page, call: call
            )
        }
    }

    private func calls(
        _ reading: TrackedReading, _ at: Instant, _ surroundings: inout SegmentContext
    ) throws -> [TrackedCall] {
        switch type?.lowercased() {
        case "identify":
            guard let traits = traits ?? surroundings.traits else {
                return [.identify(userID.map(CustomerPatch.init(externalID:)))]
            }
            return [
                .identify(try userID.flatMap { try CustomerPatch(traits: traits, externalID: $0, reading.context) })
            ]
        case "track":
            let commerce = try SegmentCommerce(self, userID: userID, at: at)
            return try commerce.calls(reading)
        case "page":
            surroundings.page = try viewed(surroundings.page)
            return [.event(try event("page_viewed"))]
        case "screen":
            surroundings.page = try viewed(surroundings.page)
            return [.event(try event("screen_viewed"))]
        case "group": return [.event(try event("group_joined", subject: groupID))]
        case "alias":
            guard let previousID else { throw Refusal("required", "An alias must have a previousId.") }
            return [.alias(from: previousID)]
        default: throw Refusal("unknown_type", "There is no message of the type “\(type ?? "")”.")
        }
    }

    /// The page that a view tells of, where it says more than the client's own context.
    private func viewed(_ page: TrackedPage?) throws -> TrackedPage? {
        var told = SegmentContext()
        if let properties { try JSONReader.read(properties.utf8) { try told.readPage(&$0) } }
        let viewed = TrackedPage(
            url: told.page?.url ?? page?.url, title: told.page?.title ?? name ?? page?.title,
            referrer: told.page?.referrer ?? page?.referrer
        )
        return viewed == TrackedPage() ? nil : viewed
    }

    /// The event with its context whole: what the shop says of it, and beside that what the client says of itself.
    func event(_ name: String, subject: String? = nil) throws -> TrackedEventCall {
        let limit = TrackedEventCall.contextLimit
        let told = properties ?? (type == "group" ? traits : nil)
        guard (told?.utf8.count ?? 0) <= limit else {
            throw Refusal("too_long", "The properties are larger than 32 KB.")
        }
        let whole = try SegmentContext.joined(told, context)
        return TrackedEventCall(
            name, subject: subject, context: (whole?.utf8.count ?? 0) <= limit ? whole : told
        )
    }
}
