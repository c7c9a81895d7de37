/// What follows from the answer to a message.
///
/// Pure.
package enum WebhookRules {
    /// What becomes of a delivery after a call.
    package enum Verdict: Hashable, Sendable {
        case delivered
        case again(at: Instant)
        case dead
        /// The receiver says that it is gone for good: the webhook is paused, and the message waits.
        case gone
    }

    /// The pauses after each failure, in seconds: a day in all.
    package static let pauses: [Int64] = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 36_000]

    /// Calls of a message before it is given up.
    package static var triesLimit: Int64 { Int64(pauses.count) + 1 }

    /// Judges the call of `delivery` that ended at `now`.
    ///
    /// - Parameters:
    ///   - status: What the receiver answered; nil when it did not.
    ///   - retryAfter: The seconds that it asks to be left alone.
    package static func judge(
        _ delivery: WebhookDelivery, status: Int64?, retryAfter: Int64? = nil, at now: Instant
    ) -> Verdict {
        if let status, (200...299).contains(status) { return .delivered }
        if delivery.isTest { return .dead }
        if status == 410 { return .gone }
        guard delivery.tries < pauses.count else { return .dead }
        let pause = pauses[Int(delivery.tries)]
        // Messages that failed together do not all come back together: up to a tenth is added, the same each time.
        let jitter = pause * 100 * (delivery.id.rawValue >> 12 & 0xff) / 255
        let wanted = max(pause * 1000 + jitter, min(retryAfter ?? 0, 86_400) * 1000)
        return .again(at: Instant(milliseconds: now.milliseconds + wanted))
    }
}
