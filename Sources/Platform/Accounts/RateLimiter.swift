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

    /// What a caller may do yet.
    package struct Allowance: Sendable {
        /// After how many seconds there is one again; nil when one was taken.
        package var wait: Int?
        package var remaining: Int
    }

    /// How many a caller may do at once, and in how many seconds the reserve fills.
    package var policy: (burst: Int, seconds: Int) { (Int(burst), Int((burst / perSecond).rounded(.up))) }

    /// Takes one, and returns nil; or, with nothing left, after how many seconds there is one again.
    package func take(_ caller: String, at now: Instant) -> Int? { use(caller, at: now).wait }

    /// Takes one if there is one, and tells what remains.
    package func use(_ caller: String, at now: Instant) -> Allowance {
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
            guard bucket.tokens >= 1 else {
                return Allowance(wait: max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up))), remaining: 0)
            }
            bucket.tokens -= 1
            return Allowance(wait: nil, remaining: Int(bucket.tokens))
        }
    }
}
