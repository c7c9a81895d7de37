import Foundation

/// What somebody says of a webhook; what is nil is left as it is.
package struct WebhookPatch: Hashable, Sendable {
    package var name: String?
    package var url: String?
    package var kinds: [String]?
    package var secret: String?
    package var hasVoucherifySignature: Bool?
    package var isPaused: Bool?

    package init() {}

    /// Writes what is said into `webhook`.
    ///
    /// - Parameters:
    ///   - now: A secret that is replaced signs as well for a day from then on.
    ///   - base: Where the attributes stand in the request.
    /// - Throws: `Faults` with all that is wrong; `webhook` is to be thrown away then.
    package func apply(to webhook: inout Webhook, at now: Instant, base: String = "/data/attributes") throws(Faults) {
        var faults: [Fault] = []
        webhook.name = name ?? webhook.name
        webhook.url = url ?? webhook.url
        if let secret { webhook.replaceSecret(secret, at: now) }
        webhook.hasVoucherifySignature = hasVoucherifySignature ?? webhook.hasVoucherifySignature
        if let isPaused {
            webhook.isPaused = isPaused
            webhook.pauseReason = nil
        }
        if let kinds { webhook.kinds = Self.kinds(kinds, base, &faults) }
        if webhook.name.isEmpty || webhook.name.unicodeScalars.count > 100 {
            faults.append(Fault("\(base)/name", "wrong_length", "A name has 1 to 100 characters."))
        }
        if let refusal = Self.refusal(ofURL: webhook.url) {
            faults.append(Fault("\(base)/url", refusal.code, refusal.detail))
        }
        if webhook.kinds.isEmpty, !faults.contains(where: { $0.pointer.hasPrefix("\(base)/event_types") }) {
            faults.append(Fault("\(base)/event_types", "required", "Name at least one type of event."))
        }
        if !(24...64).contains(Webhook.key(of: webhook.secret)?.count ?? 0) {
            let detail = "A secret is “whsec_” with 24 to 64 bytes in base64; leave it out to get one."
            faults.append(Fault("\(base)/secret", "not_a_secret", detail))
        }
        guard faults.isEmpty else { throw Faults(faults) }
    }

    private static func kinds(_ names: [String], _ base: String, _ faults: inout [Fault]) -> Set<Event.Kind> {
        var kinds: Set<Event.Kind> = []
        for (index, name) in names.enumerated() {
            if let kind = Event.Kind(rawValue: name), Webhook.knownKinds.contains(kind) {
                kinds.insert(kind)
            } else {
                let known = Webhook.knownKinds.map(\.rawValue).joined(separator: ", ")
                faults.append(
                    Fault(
                        "\(base)/event_types/\(index)", "unknown_event_type",
                        "There is no event “\(name)”. Known are: \(known)."
                    )
                )
            }
        }
        return kinds
    }

    /// What is wrong with an address, as far as its text tells; where it leads is checked at each delivery.
    private static func refusal(ofURL text: String) -> Refusal? {
        guard text.utf8.count <= 2000 else { return Refusal("too_long", "This is longer than 2000 characters.") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.host?.isEmpty == false
        else {
            return Refusal("not_a_url", "This must be an address like https://shop.example/hooks.")
        }
        guard url.user == nil, url.password == nil else {
            return Refusal("credentials_in_url", "Leave name and password out: messages are signed.")
        }
        return url.fragment == nil ? nil : Refusal("fragment_in_url", "Leave out what follows the #.")
    }

    /// Reads a webhook's attributes.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> WebhookPatch {
        var attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt))
        var patch = WebhookPatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "name": patch.name = try attributes.text("name", limit: 1000, &reader).applied(to: nil) ?? ""
            case "url": patch.url = try attributes.text("url", limit: 4000, &reader).applied(to: nil) ?? ""
            case "secret": patch.secret = try attributes.text("secret", limit: 200, &reader).applied(to: nil) ?? ""
            case "event_types": patch.kinds = try attributes.texts("event_types", limit: 100, &reader)
            case "voucherify_signature":
                patch.hasVoucherifySignature = try attributes.flag("voucherify_signature", &reader)
            case "paused": patch.isPaused = try attributes.flag("paused", &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }
}

extension AttributeDecoder {
    /// Reads a list of texts; nil when it was something else, which is a fault.
    mutating func texts(_ path: String, limit: Int, _ reader: inout JSONReader) throws -> [String]? {
        guard try reader.peek() == .array else {
            refuse(path, Refusal("not_a_list", "This must be a list of texts in quotes."))
            try reader.skip()
            return nil
        }
        var texts: [String] = []
        var refusals: [(Int, Refusal)] = []
        try reader.array { reader, index in
            if try reader.peek() == .string, index < limit {
                texts.append(try reader.string())
            } else {
                try reader.skip()
                refusals.append((index, Refusal("not_a_string", "This must be a text in quotes.")))
            }
        }
        for (index, refusal) in refusals { refuse("\(path)[\(index)]", refusal) }
        return refusals.isEmpty ? texts : nil
    }
}
