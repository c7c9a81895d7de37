import Domain
import Synchronization

/// Lets each caller do so many things a second, with a reserve for bursts.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Instant
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
    package func take(_ caller: String, at now: Instant) -> Int? {
        buckets.withLock { buckets in
            var bucket = buckets[caller] ?? Bucket(tokens: burst, filledAt: now)
            let seconds = max(0, Double(now.milliseconds - bucket.filledAt.milliseconds) / 1000)
            bucket.tokens = min(burst, bucket.tokens + seconds * perSecond)
            bucket.filledAt = now
            defer {
                if buckets.count >= Self.remembered, buckets[caller] == nil {
                    buckets = buckets.filter { $0.value.tokens < burst - 1 }
                }
                buckets[caller] = bucket
            }
            guard bucket.tokens >= 1 else { return max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up))) }
            bucket.tokens -= 1
            return nil
        }
    }
}
