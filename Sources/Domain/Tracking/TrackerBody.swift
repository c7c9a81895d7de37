/// Reads what the tracker sends (Docs/tracker.md, "What is sent").
package enum TrackerBody {
    /// The messages of a body, in its order: read, or refused with the reason.
    package static func messages(
        in body: String, _ reading: TrackedReading
    ) -> [Result<TrackedMessage, TrackedRefusal>] {
        var sentAt: Instant?
        var events: [String] = []
        do {
            try JSONReader.read(body.utf8) { reader in
                try reader.object { reader, key in
                    switch key {
                    case "sent": sentAt = try reader.moment()
                    case "events": events += try reader.rawList()
                    default: try reader.skip()
                    }
                }
            }
        } catch {
            return [.failure(TrackedRefusal(error, in: body))]
        }
        return events.map { text in
            var event = TrackerEvent()
            do {
                try JSONReader.read(text.utf8) { try event.read(&$0) }
                let call = try event.call(reading)
                let time = SenderClock.corrected(event.time, sentAt: sentAt, receivedAt: reading.receivedAt)
                return .success(
                    TrackedMessage(
                        id: event.id, visitor: event.visitor, customer: event.customer?.externalID,
                        session: event.session, time: time, page: event.page, call: call
                    )
                )
            } catch {
                return .failure(TrackedRefusal(error, messageID: event.id, in: text))
            }
        }
    }
}

extension TrackedRefusal {
    /// Why a message could not be read.
    ///
    /// - Parameter text: The message.
    init(_ error: any Error, messageID: String? = nil, in text: String) {
        switch error {
        case let refusal as TrackedRefusal: self = refusal
        case let faults as Faults: self.init(faults)
        case let refusal as Refusal: self.init(refusal.code, refusal.detail)
        case let error as JSONError: self.init("not_json", "\(error.message) (byte \(error.offset))")
        default: self.init("not_understood", "This cannot be read.")
        }
        self.messageID = messageID
        sample = String(text.prefix(Self.sampleLimit))
    }
}

/// One event as the tracker writes it.
private struct TrackerEvent {
    var id: String?
    var visitor: String?
    var session: String?
    var time: Instant?
    var customer: CustomerPatch?
    private var type: String?
    private var url: String?
    private var title: String?
    private var referrer: String?
    private var context: String?
    private var name: String?
    private var product: String?
    private var category: String?
    private var query: String?
    private var action: String?
    private var container: String?
    private var line: String?
    private var lines: [String]?
    private var order: String?
    private var person: String?

    mutating func read(_ reader: inout JSONReader) throws {
        guard try reader.peek() == .object else { throw Refusal("not_an_object", "An event must be a JSON object.") }
        try reader.object { reader, key in
            switch key {
            case "id": id = try reader.name()
            case "visitor": visitor = try reader.name()
            case "session": session = try reader.name()
            case "time": time = try reader.moment()
            case "type": type = try reader.plainText()
            case "url": url = try reader.shown()
            case "title": title = try reader.shown()
            case "referrer": referrer = try reader.shown()
            case "context": context = try reader.rawValue()
            case "name": name = try reader.plainText()
            case "product": product = try reader.name()
            case "category": category = try reader.name()
            case "query": query = try reader.shown(limit: TrackedMessage.keyLimit)
            case "action": action = try reader.plainText()
            case "container": container = try reader.name()
            case "line": line = try reader.rawValue()
            case "lines": lines = try reader.peek() == .array ? try reader.rawList() : nil
            case "order": order = try reader.rawValue()
            case "customer": person = try reader.rawValue()
            // A newer tracker may say more.
            default: try reader.skip()
            }
        }
    }

    var page: TrackedPage? {
        guard url != nil || title != nil || referrer != nil else { return nil }
        return TrackedPage(url: url, title: title, referrer: referrer)
    }

    /// What it asks for; what is said of a customer stands in `customer` afterwards.
    mutating func call(_ reading: TrackedReading) throws -> TrackedCall {
        guard visitor != nil else { throw Refusal("no_visitor", "An event must name its visitor.") }
        if let context, context.utf8.count > TrackedEventCall.contextLimit {
            throw Refusal("too_long", "The context is larger than 32 KB.")
        }
        switch type {
        case "visit": return .event(TrackedEventCall("site_visited", context: context))
        case "page": return .event(TrackedEventCall("page_viewed", context: context))
        case "view": return .event(try view())
        case "container": return try change()
        case "order": return try placed(reading)
        case "event": return try own()
        case "identify": return try identify(reading)
        case "logout": return .logout
        default: throw Refusal("unknown_type", "There is no event of the type “\(type ?? "")”.")
        }
    }

    private func view() throws -> TrackedEventCall {
        if let product { return TrackedEventCall("product_viewed", subject: product, context: context) }
        if let category { return TrackedEventCall("category_viewed", subject: category, context: context) }
        if let query { return TrackedEventCall("product_searched", subject: query, context: context) }
        throw Refusal("required", "A view must name a product, a category or a query.")
    }

    private func own() throws -> TrackedCall {
        guard let code = name.flatMap(EventName.code(of:)) else {
            throw Refusal("required", "An event must have a name.")
        }
        return code == "logged_out" ? .logout : .event(TrackedEventCall(code, context: context))
    }

    private func change() throws -> TrackedCall {
        guard let container else { throw Refusal("required", "A change must name its container.") }
        if action == "clear" { return .container(code: container, .clear) }
        if action == "set", let lines {
            return .container(code: container, .replace(try ContainerLinePatch.list(lines)))
        }
        guard let patch = try line.flatMap({ try ContainerLinePatch($0) }) else {
            throw Refusal("required", "The line of a container must name its product.")
        }
        switch action {
        case "add": return .container(code: container, .add(patch))
        case "remove": return .container(code: container, .remove(product: patch.product))
        case "set": return .container(code: container, .set(patch))
        default: throw Refusal("unknown_action", "A container cannot “\(action ?? "")”.")
        }
    }

    private func placed(_ reading: TrackedReading) throws -> TrackedCall {
        guard let order else { throw Refusal("required", "The event has no order.") }
        let patch = try JSONReader.read(order.utf8) { try OrderPatch.decode(&$0, base: "/order", reading.context) }
        let isKept = order.utf8.count <= TrackedEventCall.contextLimit
        return .order(
            patch, TrackedEventCall("order_completed", subject: patch.externalID, context: isKept ? order : nil)
        )
    }

    private mutating func identify(_ reading: TrackedReading) throws -> TrackedCall {
        guard let person else { throw Refusal("required", "The event has no customer.") }
        customer = try CustomerPatch(traits: person, reading.context)
        guard customer != nil else { throw Refusal("required", "A customer must have an external_id.") }
        return .identify(customer)
    }
}
