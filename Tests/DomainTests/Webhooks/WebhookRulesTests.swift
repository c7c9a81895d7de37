import Domain
import TestSupport
import Testing

struct WebhookRulesTests {
    private static let now = StillClock.usual

    private static func delivery(tries: Int64, kind: String = "order.created") -> WebhookDelivery {
        WebhookDelivery(
            id: .init(rawValue: 0), webhook: .init(rawValue: 1), subject: "o-1", sequence: 1, kind: kind, body: "{}",
            dueAt: now, tries: tries, createdAt: now
        )
    }

    @Test func `the pauses after failures are a day in all`() {
        let seconds = WebhookRules.pauses.reduce(0, +)
        #expect((86_400 - 3600...86_400 + 3600).contains(seconds))
        #expect(WebhookRules.pauses == WebhookRules.pauses.sorted())
    }

    @Test(arguments: [200, 201, 204, 299])
    func `a status of success is delivered`(status: Int64) {
        #expect(WebhookRules.judge(Self.delivery(tries: 0), status: status, at: Self.now) == .delivered)
    }

    @Test(arguments: [nil, 301, 302, 400, 401, 404, 429, 500, 503] as [Int64?])
    func `anything else is tried again after a pause, and given up after the last`(status: Int64?) {
        for (tries, pause) in WebhookRules.pauses.enumerated() {
            let verdict = WebhookRules.judge(Self.delivery(tries: Int64(tries)), status: status, at: Self.now)
            #expect(verdict == .again(at: Self.now.adding(seconds: pause)))
        }
        let last = Self.delivery(tries: WebhookRules.triesLimit - 1)
        #expect(WebhookRules.judge(last, status: status, at: Self.now) == .dead)
    }

    @Test func `a receiver that asks for a longer pause gets it, up to a day`() {
        func verdict(_ seconds: Int64) -> WebhookRules.Verdict {
            WebhookRules.judge(Self.delivery(tries: 0), status: 429, retryAfter: seconds, at: Self.now)
        }
        #expect(verdict(90) == .again(at: Self.now.adding(seconds: 90)))
        #expect(verdict(1) == .again(at: Self.now.adding(seconds: 5)))
        #expect(verdict(.max) == .again(at: Self.now.adding(seconds: 86_400)))
    }

    @Test func `a receiver that is gone pauses its webhook, and a test is tried once`() {
        #expect(WebhookRules.judge(Self.delivery(tries: 3), status: 410, at: Self.now) == .gone)
        let test = Self.delivery(tries: 0, kind: WebhookDelivery.testKind)
        #expect(WebhookRules.judge(test, status: 500, at: Self.now) == .dead)
    }
}
