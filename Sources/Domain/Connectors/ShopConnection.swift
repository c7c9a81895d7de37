/// A shop system that sends its orders by itself (spec orders.md, "Formats understood on import").
package struct ShopConnection: Hashable, Sendable {
    package typealias ID = Identifier<ShopConnection>

    /// The shop systems that are understood.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case shopify, woocommerce

        /// As people call it.
        package var name: String {
            switch self {
            case .shopify: "Shopify"
            case .woocommerce: "WooCommerce"
            }
        }
    }

    package var id: ID
    /// The part of its address that nobody can guess.
    package var code: String
    package var name: String
    package var kind: Kind
    /// What the shop signs its messages with.
    package var secret: String
    /// Stands before the shop's own numbers of orders and customers, where several shops count from 1.
    package var idPrefix: String
    /// What the shop's statuses are called here, where it is not the usual: an empty code is no status.
    package var statuses: [String: String]
    package var isPaused: Bool
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ID, code: String, name: String, kind: Kind, secret: String, idPrefix: String = "",
        statuses: [String: String] = [:], isPaused: Bool = false, createdAt: Instant
    ) {
        (self.id, self.code, self.name, self.kind, self.secret) = (id, code, name, kind, secret)
        (self.idPrefix, self.statuses, self.isPaused) = (idPrefix, statuses, isPaused)
        (self.createdAt, self.updatedAt) = (createdAt, createdAt)
    }

    /// The code of the status that a shop's own stands for; nil is no status.
    package func code(of source: ShopStatus) -> String? {
        let code = statuses[source.key] ?? kind.statuses.first { $0.source.key == source.key }?.code ?? source.word
        return code.isEmpty ? nil : code
    }

    /// Writes what a form says, and finds all that is wrong with it.
    ///
    /// - Throws: `Faults`; the connection is to be thrown away then.
    package mutating func apply(_ patch: ShopConnectionPatch) throws(Faults) {
        var faults: [Fault] = []
        (name, secret) = (patch.name ?? name, patch.secret ?? secret)
        (idPrefix, isPaused) = (patch.idPrefix ?? idPrefix, patch.isPaused ?? isPaused)
        if let given = patch.statuses {
            statuses = [:]
            for usual in kind.statuses {
                guard let code = given[usual.source.key], code != usual.code else { continue }
                statuses[usual.source.key] = code
                guard !code.isEmpty, !OrderStatus.isValid(code: code) else { continue }
                let detail = "A code has 1 to 64 letters, digits, dots, hyphens and underscores."
                faults.append(Fault("/statuses/\(usual.source.key)", "not_a_code", detail))
            }
        }
        if name.isEmpty || name.unicodeScalars.count > 100 {
            faults.append(Fault("/name", "wrong_length", "A name has 1 to 100 characters."))
        }
        if secret.isEmpty || secret.utf8.count > 255 {
            faults.append(Fault("/secret", "wrong_length", "Paste the secret that the shop signs its messages with."))
        }
        if idPrefix.utf8.count > 20 || !idPrefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
            faults.append(Fault("/id_prefix", "wrong_length", "A prefix has up to 20 characters, without spaces."))
        }
        guard faults.isEmpty else { throw Faults(faults) }
    }
}

/// What somebody says of a connection; what is nil is left as it is.
package struct ShopConnectionPatch: Hashable, Sendable {
    package var name: String?
    package var secret: String?
    package var idPrefix: String?
    package var statuses: [String: String]?
    package var isPaused: Bool?

    package init() {}
}

/// What came over a connection so far.
package struct ShopFigures: Hashable, Sendable {
    /// Orders that were made or changed.
    package var stored: Int64 = 0
    /// Messages that said nothing new, or something older.
    package var unchanged: Int64 = 0
    /// Messages that came a second time.
    package var repeated: Int64 = 0
    package var refused: Int64 = 0
    package var lastAt: Instant?

    package init() {}
}

/// A message that was not taken.
package struct ShopRefusal: Hashable, Sendable {
    package typealias ID = Identifier<ShopRefusal>

    package var id: ID
    package var messageID: String?
    package var topic: String?
    package var code: String
    package var reason: String
    /// The beginning of the message; none of one whose signature was wrong.
    package var body: String?
    package var receivedAt: Instant

    package init(
        id: ID, messageID: String?, topic: String?, code: String, reason: String, body: String?, receivedAt: Instant
    ) {
        (self.id, self.messageID, self.topic, self.code) = (id, messageID, topic, code)
        (self.reason, self.body, self.receivedAt) = (reason, body, receivedAt)
    }
}
