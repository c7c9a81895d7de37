import Domain
import Foundation
import Testing

struct SegmentConventionTests {
    private func read(_ messages: String, rest: String = "") -> [Result<TrackedMessage, TrackedRefusal>] {
        SegmentConvention.messages(in: #"{"batch":[\#(messages)]\#(rest)}"#, .sample)
    }

    private func one(_ message: String) throws -> TrackedMessage { try #require(read(message).first).get() }

    @Test func `who, when and where are read of every message`() throws {
        let message = try one(
            """
            {"type":"track","event":"Song Played","messageId":"m1","anonymousId":"a1","userId":724,
             "timestamp":"2025-12-31T23:59:50.123456+00:00","sentAt":"2026-01-01T00:00:05Z",
             "context":{"page":{"url":"https://shop.example/p","title":"P"},"sessionId":1767225}}
            """
        )
        #expect((message.id, message.visitor, message.customer, message.session) == ("m1", "a1", "724", "1767225"))
        #expect(message.time.rfc3339 == "2025-12-31T23:59:45.123Z")
        #expect(message.page == TrackedPage(url: "https://shop.example/p", title: "P"))
    }

    @Test func `the properties are the context, with the sender's own beside them`() throws {
        func context(_ members: String) throws -> String? {
            guard case .event(let event) = try one(#"{"type":"track","event":"e","userId":"1"\#(members)}"#).call else {
                return nil
            }
            return event.context
        }
        #expect(try context("") == nil)
        #expect(try context(#","properties":null,"context":null"#) == nil)
        #expect(try context(#","properties":{"b": 1,"a":null}"#) == #"{"b": 1,"a":null}"#)
        #expect(try context(#","context":{"ip":"::1"}"#) == #"{"context":{"ip":"::1"}}"#)
        #expect(try context(#","properties":{ },"context":{"ip":"::1"}"#) == #"{"context":{"ip":"::1"}}"#)
        #expect(try context(#","properties":{"a":1},"context":{}"#) == #"{"a":1,"context":{}}"#)
        #expect(try context(#","properties":{"context":1},"context":{}"#) == #"{"context":1,"_context":{}}"#)
        #expect(try context(#","properties":[1],"context":{}"#) == #"{"context":{},"properties":[1]}"#)
        let long = String(repeating: "x", count: 32_750)
        #expect(
            try context(#","properties":{"a":"\#(long)"},"context":{"b":"not both"}"#) == #"{"a":"\#(long)"}"#
        )
    }

    @Test(arguments: [
        (#""type":"page","name":"Home""#, TrackedCall.event(TrackedEventCall("page_viewed"))),
        (#""type":"screen","name":"Home""#, .event(TrackedEventCall("screen_viewed"))),
        (
            #""type":"group","groupId":"g1","traits":{"plan":"gold"}"#,
            .event(TrackedEventCall("group_joined", subject: "g1", context: #"{"plan":"gold"}"#))
        ),
        (#""type":"alias","previousId":"a0""#, .alias(from: "a0")),
        (#""type":"TRACK","event":"Signed Out""#, .logout),
        (#""type":"identify""#, .identify(CustomerPatch(externalID: "724"))),
        (#""type":"identify","traits":null"#, .identify(CustomerPatch(externalID: "724"))),
    ])
    func `each type of message is its call`(_ members: String, _ call: TrackedCall) throws {
        #expect(try one(#"{"userId":"724",\#(members)}"#).call == call)
    }

    @Test func `a page's own properties say where it is`() throws {
        let message = try one(
            #"{"type":"page","userId":"1","name":"Home","properties":{"url":"https://s.example/","referrer":"r"},"context":{"page":{"url":"u","title":"t"}}}"#
        )
        #expect(message.page == TrackedPage(url: "https://s.example/", title: "Home", referrer: "r"))
    }

    @Test func `one message alone need not say its type, and what is said for all messages counts for each`() throws {
        let body = SegmentConvention.Call.page.envelope(#"{"anonymousId":"a","name":"Home","sentAt":null}"#)
        #expect(
            try SegmentConvention.messages(in: body, .sample).map { try $0.get().call } == [
                .event(TrackedEventCall("page_viewed"))
            ]
        )
        let message = try #require(
            read(
                #"{"type":"screen","anonymousId":"a","timestamp":"2026-01-01T00:00:00Z"}"#,
                rest: #","sentAt":"2026-01-01T00:01:00Z","context":{"sessionId":"s"}"#
            ).first
        ).get()
        #expect(message.session == "s")
        #expect(message.time.rfc3339 == "2025-12-31T23:59:00.000Z")
    }

    @Test(arguments: [
        (#"{"type":"track","event":"e"}"#, "no_one"),
        (#"{"type":"track","event":"e","anonymousId":null,"userId":""}"#, "no_one"),
        (#"{"type":"track","event":"e","userId":"undefined"}"#, "no_one"),
        (#"{"type":"track","event":"e","userId":{"id":1}}"#, "no_one"),
        (#"{"type":"track","userId":"1"}"#, "required"),
        (#"{"type":"track","event":null,"userId":"1"}"#, "required"),
        (#"{"type":"alias","userId":"1"}"#, "required"),
        (#"{"userId":"1"}"#, "unknown_type"),
        (#"{"type":"delete","userId":"1"}"#, "unknown_type"),
        (#"{"type":"track","event":"e","userId":"a\u0001b"}"#, "control_character"),
        ("[]", "not_an_object"), ("null", "not_an_object"), ("7", "not_an_object"),
    ])
    func `what cannot be taken says why`(_ message: String, _ code: String) {
        guard case .failure(let refusal)? = read(message).first else {
            Issue.record("It was taken.")
            return
        }
        #expect(refusal.code == code)
    }

    @Test func `traits are read by our names and by theirs, and nulls are not said`() throws {
        let message = try one(
            """
            {"type":"identify","userId":"724","traits":{"email":" Ana@Example.com ","phone":"+351 912 345 678",
             "name":"Ana Maria Silva","birthday":"1990-02-03T00:00:00Z","gender":null,"createdAt":"2020-01-01T00:00:00Z",
             "address":{"city":"Porto","country":"Portugal","street":"Rua"},"consents":{"email":"subscribed","sms":"maybe"},
             "timezone":"Europe/Lisbon","external_id":"other","plan":"gold","middle_name":""}}
            """
        )
        guard case .identify(let patch?) = message.call else {
            Issue.record("\(message.call)")
            return
        }
        #expect(patch.externalID == "724")
        var values = FieldValues<CustomerField>()
        patch.fields.apply(to: &values)
        #expect(values.text(.email) == "ana@example.com")
        #expect(values.text(.phone) == "+351912345678")
        #expect(values.text(.firstName) == "Ana")
        #expect(values.text(.lastName) == "Maria Silva")
        #expect(values.text(.birthDate) == "1990-02-03")
        #expect(values.instant(.registeredAt)?.rfc3339 == "2020-01-01T00:00:00.000Z")
        #expect(values.text(.city) == "Porto")
        #expect(values.text(.country) == "Portugal")
        #expect(values.text(.emailConsent) == "subscribed")
        #expect(values.text(.timeZone) == "Europe/Lisbon")
        #expect(values[.smsConsent] == nil)
        #expect(!patch.fields.entries.contains { $0.value == nil })
    }

    @Test func `traits may stand in the context`() throws {
        let message = try one(
            #"{"type":"identify","userId":"1","traits":null,"context":{"traits":{"email":"ana@example.com"}}}"#)
        guard case .identify(let patch?) = message.call else {
            Issue.record("\(message.call)")
            return
        }
        #expect(patch.fields.entries.map(\.field) == [.email])
    }

    @Test func `what a door looks at is the form, the count and the key`() throws {
        #expect(try TrackedEnvelope.batch(Array(#"{"batch":[{},{}],"writeKey":"wk_1"}"#.utf8)).messages == 2)
        #expect(try TrackedEnvelope.batch(Array(#"{"batch":[],"writeKey":"wk_1"}"#.utf8)).writeKey == "wk_1")
        #expect(try TrackedEnvelope.message(Array(#"{"event":"e"}"#.utf8)).messages == 1)
        #expect(try TrackedEnvelope.tracker(Array(#"{"source":"app","events":[1]}"#.utf8)).source == "app")
        for body in ["[]", "{}", #"{"batch":{}}"#, #"{"events":null}"#, "7"] {
            #expect(throws: Refusal.self) { try TrackedEnvelope.batch(Array(body.utf8)) }
            #expect(throws: Refusal.self) { try TrackedEnvelope.tracker(Array(body.utf8)) }
        }
        for body in ["", "{", #"{"batch":[}"#, #"{"batch":[]} x"#, #"{"batch":[NaN]}"#] {
            #expect(throws: JSONError.self) { try TrackedEnvelope.batch(Array(body.utf8)) }
        }
        let deep = #"{"batch":[\#(String(repeating: "[", count: 100_000))"#
        #expect(throws: JSONError.self) { try TrackedEnvelope.batch(Array(deep.utf8)) }
    }
}
