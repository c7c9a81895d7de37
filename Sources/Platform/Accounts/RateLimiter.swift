import Domain
import Synchronization

/// Lets each caller do so many things a second, with a reserve for bursts.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Instant
        var burst: Double
    }

    /// What is left of a caller's reserve.
    package struct Reserve: Hashable, Sendable {
        /// How large it is when it is full.
        package var limit: Int
        package var remaining: Int
        /// Seconds in which it fills.
        package var window: Int
        /// Where nothing was left: seconds until there is one again.
        package var retryAfter: Int?
    }

    private let buckets = Mutex<[String: Bucket]>([:])
    private let perSecond: Double
    private let burst: Double

    /// Callers that are remembered; past it those with a full reserve are forgotten.
    private static let remembered = 10_000

    /// - Parameters:
    ///   - perSecond: How fast the reserve fills.
    ///   - burst: How large the reserve is.
    package init(perSecond: Double, burst: Double) { (self.perSecond, self.burst) = (perSecond, burst) }

    /// Takes one, and returns nil; or, with nothing left, after how many seconds there is one again.
    package func take(_ caller: String, at now: Instant) -> Int? { spend(caller, at: now).retryAfter }

    /// Takes one, and returns what is left.
    ///
    /// - Parameters:
    ///   - ownPerSecond: How fast this caller's reserve fills, where it is not as for all.
    ///   - ownBurst: How large this caller's reserve is.
    package func spend(
        _ caller: String, at now: Instant, perSecond ownPerSecond: Double? = nil, burst ownBurst: Double? = nil
    ) -> Reserve {
        let (perSecond, burst) = (ownPerSecond ?? perSecond, ownBurst ?? burst)
        return buckets.withLock { buckets in
            var bucket = buckets[caller] ?? Bucket(tokens: burst, filledAt: now, burst: burst)
            let seconds = max(0, Double(now.milliseconds - bucket.filledAt.milliseconds) / 1000)
            bucket.tokens = min(burst, bucket.tokens + seconds * perSecond)
            (bucket.filledAt, bucket.burst) = (now, burst)
            let isRefused = bucket.tokens < 1
            if !isRefused { bucket.tokens -= 1 }
            if buckets.count >= Self.remembered, buckets[caller] == nil {
                buckets = buckets.filter { $0.value.tokens < $0.value.burst - 1 }
            }
            buckets[caller] = bucket
            return Reserve(
                limit: Int(burst), remaining: Int(bucket.tokens),
                window: Int((burst / perSecond).rounded(.up)),
                retryAfter: isRefused ? max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up))) : nil
            )
        }
    }
}
