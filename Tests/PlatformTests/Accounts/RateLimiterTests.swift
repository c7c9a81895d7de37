import Domain
import Platform
import TestSupport
import Testing

struct RateLimiterTests {
    @Test func `a reserve is used up, and fills with time`() {
        let limiter = RateLimiter(perSecond: 2, burst: 3)
        let start = StillClock.usual
        #expect((0..<3).map { _ in limiter.take("a", at: start) } == [nil, nil, nil])
        #expect(limiter.take("a", at: start) == 1)
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.take("a", at: Instant(milliseconds: start.milliseconds + 500)) == nil)
        #expect(limiter.take("a", at: Instant(milliseconds: start.milliseconds + 500)) == 1)
        #expect((0..<4).map { _ in limiter.take("a", at: start.adding(seconds: 3600)) } == [nil, nil, nil, 1])
    }

    @Test func `a clock that goes back gives nothing and takes nothing`() {
        let limiter = RateLimiter(perSecond: 1, burst: 1)
        #expect(limiter.take("a", at: StillClock.usual) == nil)
        #expect(limiter.take("a", at: StillClock.usual.adding(seconds: -100)) == 1)
    }

    @Test func `a slow rate says how long to wait`() {
        let limiter = RateLimiter(perSecond: 0.1, burst: 1)
        #expect(limiter.take("a", at: StillClock.usual) == nil)
        #expect(limiter.take("a", at: StillClock.usual) == 10)
    }
}
