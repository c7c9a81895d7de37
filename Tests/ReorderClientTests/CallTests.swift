import Foundation
import Testing

@testable import ReorderClient

/// What each call sends (spec tracking.md, the Segment convention).
@Suite struct CallTests {
    @Test func `a batch names the key and says of each event who, what and when`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address)
        test.client.identify("724", traits: ["email": "ana@example.com"])
        test.clock.advance(by: 1.5)
        test.client.screen("Boots", properties: ["size": 39])
        try await test.client.flush()
        let request = try #require(server.requests.first)
        #expect(request.path == "/v1/batch")
        #expect(request.authorization == "Basic d2tfbGFya3NwdXI6")
        let context = #""context":{"library":{"name":"ReorderClient","version":"1.0.0"}}"#
        #expect(
            request.batch.map(\.text) == [
                #"{"anonymousId":"id-3",\#(context),"messageId":"id-1","timestamp":"2026-01-01T00:00:00.000Z","#
                    + #""traits":{"email":"ana@example.com"},"type":"identify","userId":"724"}"#,
                #"{"anonymousId":"id-3",\#(context),"messageId":"id-2","name":"Boots","properties":{"size":39},"#
                    + #""timestamp":"2026-01-01T00:00:01.500Z","type":"screen","userId":"724"}"#,
            ])
        #expect(test.errors.isEmpty)
    }

    private func properties(_ call: (ReorderClient) -> Void) async throws -> String {
        let server = try StandInServer()
        let test = TestClient(server.address)
        call(test.client)
        try await test.client.flush()
        let message = try #require(server.messages.first)
        let tail = try #require(message.text.components(separatedBy: #""properties":"#).last)
        let properties = try #require(tail.components(separatedBy: #","timestamp""#).first)
        return "\(message.event ?? "") \(properties)"
    }

    @Test func `containers tell of products`() async throws {
        let add = try await properties { $0.container.add(.init("42", quantity: 2, price: 9.99)) }
        #expect(
            add == #"container_item_added {"container":"cart","line":{"price":9.99,"product":"42","quantity":2}}"#)
        let remove = try await properties { $0.container.remove("42", from: "favourites") }
        #expect(remove == #"container_item_removed {"container":"favourites","line":{"product":"42"}}"#)
        let change = try await properties { $0.container.set(.init("42", quantity: 0.5, context: ["gift": true])) }
        #expect(
            change == #"container_item_changed {"container":"cart","line":{"context":{"gift":true},"product":"42","#
                + #""quantity":0.5}}"#)
        let whole = try await properties { $0.container.set([.init("1"), .init("2")]) }
        #expect(
            whole == #"container_set {"container":"cart","lines":[{"product":"1","quantity":1},"#
                + #"{"product":"2","quantity":1}]}"#)
        let clear = try await properties { $0.container.clear() }
        #expect(clear == #"container_cleared {"container":"cart"}"#)
    }

    @Test func `orders, push tokens and opened messages are events`() async throws {
        let order = try await properties { $0.order("1050", attributes: ["items_sum": .decimal(48.5)]) }
        #expect(order == #"order_completed {"order":{"external_id":"1050","items_sum":48.5}}"#)
        let apple = try await properties { $0.token(Data([0x0A, 0xFF])) }
        #expect(apple == #"push_token_registered {"platform":"apns","token":"0aff"}"#)
        let other = try await properties { $0.token("abc", platform: "fcm") }
        #expect(other == #"push_token_registered {"platform":"fcm","token":"abc"}"#)
        let opened = try await properties { $0.opened(message: "m-7") }
        #expect(opened == #"message_opened {"message":"m-7"}"#)
    }

    @Test func `who signs out is forgotten, and events of before stay theirs`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address)
        test.client.identify("724")
        test.client.track("before")
        test.client.reset()
        test.client.track("after")
        test.client.reset()
        try await test.client.flush()
        #expect(server.events == ["identify", "before", "logged_out", "after"])
        #expect(server.messages.map(\.userId) == ["724", "724", "724", nil])
        let visitors = server.messages.map(\.anonymousId)
        #expect(visitors[0] == visitors[2] && visitors[2] != visitors[3])
    }

    @Test func `who the user is outlives the app`() async throws {
        let server = try StandInServer()
        let first = TestClient(server.address)
        first.client.identify("724")
        try await first.client.flush()
        let second = TestClient(server.address, folder: first.folder)
        second.client.track("again")
        try await second.client.flush()
        #expect(server.messages.map(\.userId) == ["724", "724"])
        #expect(Set(server.messages.map(\.anonymousId)).count == 1)
    }

    @Test func `an event that can't be said or is too large is told of, and others go`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.largestEvent = 300 }
        test.client.track("endless", properties: ["value": .number(.infinity)])
        test.client.track("large", properties: ["value": .text(String(repeating: "x", count: 300))])
        test.client.track("fine")
        try await test.client.flush()
        #expect(server.events == ["fine"])
        #expect(test.errors.first == .invalid(event: "endless"))
        guard case .tooLarge("large", let bytes)? = test.errors.last else {
            Issue.record("\(test.errors)")
            return
        }
        #expect(bytes > 300)
    }

    @MainActor @Test func `calls on the main thread are kept in order, and cost it next to nothing`() async throws {
        let server = try StandInServer()
        let test = TestClient(server.address) { $0.largestEvent = 100 }
        let start = ContinuousClock.now
        for number in 0..<1000 { test.client.track("e\(number)") }
        #expect(ContinuousClock.now - start < .milliseconds(500))
        await test.settle()
        #expect(test.errors.count == 1000, "each was told of, on another thread")
    }
}
