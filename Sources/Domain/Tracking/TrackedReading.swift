/// What those who read raw bodies need to know beside the body.
package struct TrackedReading: Sendable {
    /// When the body came, by our clock.
    package var receivedAt: Instant
    /// The zone, and the fields that the shop made.
    package var context: ReadingContext
    package var statuses: StatusBook

    package init(receivedAt: Instant, context: ReadingContext, statuses: StatusBook = StatusBook()) {
        (self.receivedAt, self.context, self.statuses) = (receivedAt, context, statuses)
    }
}

/// Why a message of a body was not taken; the others of the body are.
package struct TrackedRefusal: Error, Hashable, Sendable {
    /// The sender's name of the message, where it could be read.
    package var messageID: String?
    /// A stable name of the reason, such as `unknown_event`.
    package var code: String
    /// One sentence for a person.
    package var detail: String
    /// The beginning of the message as it came.
    package var sample: String?

    package init(_ code: String, _ detail: String, messageID: String? = nil, sample: String? = nil) {
        (self.code, self.detail, self.messageID) = (code, detail, messageID)
        self.sample = sample.map { String($0.prefix(Self.sampleLimit)) }
    }

    /// The most characters of a message that are kept to be shown.
    package static let sampleLimit = 1000

    /// All that is wrong with what a message said, as one sentence.
    package init(_ faults: Faults, messageID: String? = nil, sample: String? = nil) {
        let first = faults.all.first
        let rest = faults.all.count > 1 ? " (and \(faults.all.count - 1) more)" : ""
        self.init(
            first?.code ?? "invalid", (first.map { "\($0.pointer): \($0.detail)" } ?? "It is not right.") + rest,
            messageID: messageID, sample: sample
        )
    }
}

/// By which door a body came in, which says how it is read.
package enum TrackedDoor: String, CaseIterable, Hashable, Sendable {
    case tracker, segment

    /// The messages of a body, in its order: read, or refused with the reason.
    package func messages(
        in body: String, _ reading: TrackedReading
    ) -> [Result<TrackedMessage, TrackedRefusal>] {
        switch self {
        case .tracker: TrackerBody.messages(in: body, reading)
        case .segment: SegmentConvention.messages(in: body, reading)
        }
    }
}
