/// A message to a webhook's receiver, and how far it has come.
package struct WebhookDelivery: Hashable, Sendable {
    package typealias ID = Identifier<WebhookDelivery>

    package enum State: String, CaseIterable, Hashable, Sendable {
        /// To be sent, now or at its next try.
        case due
        /// Behind an earlier message about the same order.
        case waiting
        case delivered
        /// Given up: every try failed. It can be replayed.
        case dead
    }

    package var id: ID
    package var webhook: Webhook.ID
    /// What it is about, as lines are told apart: an order's `external_id`, a receipt's or a customer's behind a prefix, or the
    /// test's own name.
    package var subject: String
    /// Counts a webhook's messages about one subject from 1, without gaps; 0 for a test.
    package var sequence: Int64
    /// An event's kind, or `testKind`.
    package var kind: String
    package var body: String
    package var state: State
    /// When it is to be tried next.
    package var dueAt: Instant
    /// Calls of the receiver so far.
    package var attempts: Int64
    /// Calls since it was queued or replayed; the pause after a failure goes by these.
    package var tries: Int64
    package var createdAt: Instant
    package var finishedAt: Instant?

    /// The kind of the message that the test button sends.
    package static let testKind = "webhook.test"

    package var isTest: Bool { kind == Self.testKind }

    /// What stands before a receipt's `external_id` in a subject, so that an order of the same name has a line of its own.
    package static let receiptPrefix = "receipt:"

    package var isOfReceipt: Bool { kind.hasPrefix("receipt.") }

    /// What stands before a customer's `external_id` in a subject.
    package static let customerPrefix = "customer:"

    package var isOfCustomer: Bool { kind.hasPrefix("segment.") || kind.hasPrefix("container.") }

    /// The `external_id` of the order, receipt or customer it is about, or the test's own name.
    package var objectName: String {
        let prefix = isOfReceipt ? Self.receiptPrefix : isOfCustomer ? Self.customerPrefix : ""
        return String(subject.dropFirst(prefix.count))
    }

    /// The message's name at the receiver, the same on every try.
    package var messageID: String { "msg_\(id.rawValue)" }

    package init(
        id: ID, webhook: Webhook.ID, subject: String, sequence: Int64, kind: String, body: String, state: State = .due,
        dueAt: Instant, attempts: Int64 = 0, tries: Int64 = 0, createdAt: Instant, finishedAt: Instant? = nil
    ) {
        (self.id, self.webhook, self.subject, self.sequence) = (id, webhook, subject, sequence)
        (self.kind, self.body, self.state, self.dueAt) = (kind, body, state, dueAt)
        (self.attempts, self.tries, self.createdAt, self.finishedAt) = (attempts, tries, createdAt, finishedAt)
    }
}

/// One call of a receiver.
package struct WebhookAttempt: Hashable, Sendable {
    /// From 1, within its delivery.
    package var number: Int64
    package var at: Instant
    package var milliseconds: Int64
    /// The status that the receiver answered; nil when it did not answer.
    package var status: Int64?
    /// Why there was no answer.
    package var failure: String?
    /// The beginning of the answer's body.
    package var answer: String?

    package init(
        number: Int64, at: Instant, milliseconds: Int64, status: Int64? = nil, failure: String? = nil,
        answer: String? = nil
    ) {
        (self.number, self.at, self.milliseconds) = (number, at, milliseconds)
        (self.status, self.failure, self.answer) = (status, failure, answer)
    }

    package var isSuccess: Bool { status.map { (200...299).contains($0) } ?? false }
}

/// How many messages of a webhook are in which state.
package struct WebhookCounts: Hashable, Sendable {
    package var due = 0
    package var waiting = 0
    package var delivered = 0
    package var dead = 0
    /// When the oldest message that is not finished was queued.
    package var oldestOpen: Instant?
    /// When the newest message was delivered.
    package var lastDelivered: Instant?

    package init() {}

    /// Messages in a state; of all where it is nil.
    package func total(of state: WebhookDelivery.State?) -> Int {
        switch state {
        case .due: due
        case .waiting: waiting
        case .delivered: delivered
        case .dead: dead
        case nil: due + waiting + delivered + dead
        }
    }
}
