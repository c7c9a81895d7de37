import Foundation

/// A receiver of events (spec operations.md, "Outgoing webhooks").
package struct Webhook: Hashable, Sendable {
    package typealias ID = Identifier<Webhook>

    package var id: ID
    package var name: String
    package var url: String
    /// The kinds of events it is told of.
    package var kinds: Set<Event.Kind>
    /// What messages are signed with: `whsec_` and base64 (Standard Webhooks).
    package private(set) var secret: String
    /// The secret before this one, which signs as well until a moment.
    package var former: FormerSecret?
    /// Whether messages carry `x-voucherify-signature` too.
    package var hasVoucherifySignature: Bool
    /// A paused webhook gathers messages and sends none.
    package var isPaused: Bool
    /// Why it was paused, where it was not a person who did.
    package var pauseReason: String?
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ID, name: String, url: String, kinds: Set<Event.Kind>, secret: String, hasVoucherifySignature: Bool = false,
        isPaused: Bool = false, pauseReason: String? = nil, createdAt: Instant
    ) {
        (self.id, self.name, self.url, self.kinds, self.secret) = (id, name, url, kinds, secret)
        (self.hasVoucherifySignature, self.isPaused) = (hasVoucherifySignature, isPaused)
        (self.pauseReason, self.createdAt, self.updatedAt) = (pauseReason, createdAt, createdAt)
    }

    /// The kinds that a webhook may be told of, in the order in which they are shown.
    package static let knownKinds: [Event.Kind] = [
        .orderCreated, .orderUpdated, .orderStatusChanged, .orderDeleted, .receiptCreated, .receiptUpdated,
        .receiptDeleted, .segmentEntered, .segmentLeft, .containerAbandoned,
    ]

    /// The most webhooks of a project: each event is written once for each.
    package static let limit = 50

    // MARK: Secrets

    /// A secret that was replaced.
    package struct FormerSecret: Hashable, Sendable {
        package var secret: String
        /// It signs no more from this moment on.
        package var until: Instant

        package init(secret: String, until: Instant) { (self.secret, self.until) = (secret, until) }
    }

    /// How long a secret signs on once it was replaced.
    package static let overlapSeconds: Int64 = 86_400

    /// Signs with another secret from `now` on, and for a day with the one before as well.
    package mutating func replaceSecret(_ secret: String, at now: Instant) {
        guard secret != self.secret else { return }
        former = FormerSecret(secret: self.secret, until: now.adding(seconds: Self.overlapSeconds))
        self.secret = secret
    }

    /// The secret that is replaced and still signs at `now`.
    package func former(at now: Instant) -> FormerSecret? {
        former.flatMap { now < $0.until ? $0 : nil }
    }

    static let secretPrefix = "whsec_"

    /// A secret of so many random bytes.
    package static func secret(of bytes: [UInt8]) -> String { secretPrefix + Data(bytes).base64EncodedString() }

    /// The bytes that messages are signed with; nil for a text that is no secret.
    package static func key(of secret: String) -> [UInt8]? {
        guard secret.hasPrefix(secretPrefix),
            let key = Data(base64Encoded: String(secret.dropFirst(secretPrefix.count)))
        else { return nil }
        return Array(key)
    }
}
