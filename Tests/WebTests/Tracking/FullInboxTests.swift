import Database
import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing

/// More than can be filed in time is not taken.
struct FullInboxTests {
    @Test func `a full inbox is told with Retry-After, keeps nothing, and opens again once it is filed`() async throws {
        try await DoorFixture.with { door in
            // One body that stands for half a gigabyte of them.
            try await door.services.engine.write { tx in
                try tx.run(
                    """
                    INSERT INTO tracked_inbox (id, source_id, door, received_ms, done, size, body)
                    VALUES (1, \(door.source.id.rawValue), 'tracker', 0, 0, \(Int64(512 << 20)), '{"events":[]}')
                    """
                )
            }
            func send() async throws -> [APIClient.Answer] {
                [
                    try await door.track(door.event("t", #""type":"page""#)),
                    try await door.send("track", #"{"event":"Quiz","anonymousId":"v","messageId":"s"}"#),
                ]
            }
            for answer in try await send() {
                #expect(answer.status == 429)
                #expect(answer.headers[.retryAfter] == "5")
            }
            // A page sees what a browser lets it see.
            let page = try await door.track(door.event("t", #""type":"page""#))
            #expect(page.headers[.accessControlAllowOrigin] != nil)
            #expect(page.headers[.accessControlExposeHeaders]?.contains("Retry-After") == true)
            #expect(try door.waiting == 1)
            try await door.file()
            for answer in try await send() { #expect(answer.status < 300) }
            #expect(try door.waiting == 2)
        }
    }
}
