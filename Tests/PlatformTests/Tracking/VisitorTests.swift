import Domain
import Platform
import TestSupport
import Testing

/// Who did what, told by sites that follow visitors (spec tracking.md, "Events").
struct VisitorTests {
    /// A story: events as they come, and what each customer has done in the end, the latest first.
    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var events: [String]
        var ana: [String]
        var rui: [String]

        init(_ name: String, _ events: [String], ana: [String] = [], rui: [String] = []) {
            (testDescription, self.events, self.ana, self.rui) = (name, events, ana, rui)
        }
    }

    private static func page(_ at: Int64, of visitor: String = "v-1") -> String {
        TrackedBodies.event("p-\(visitor)-\(at)", of: visitor, at: at)
    }

    private static func view(_ at: Int64, of visitor: String = "v-1") -> String {
        TrackedBodies.event("w-\(visitor)-\(at)", of: visitor, type: "view", at: at, #""product":"sku""#)
    }

    private static func signIn(_ at: Int64, _ customer: String, of visitor: String = "v-1") -> String {
        TrackedBodies.event(
            "i-\(visitor)-\(at)", of: visitor, type: "identify", at: at, #""customer":{"external_id":"\#(customer)"}"#)
    }

    private static func signOut(_ at: Int64, of visitor: String = "v-1") -> String {
        TrackedBodies.event("o-\(visitor)-\(at)", of: visitor, type: "logout", at: at)
    }

    private static let stories = [
        Story("nobody knows an anonymous visitor", [page(-9), view(-8)]),
        Story(
            "what was done before signing in joins the profile", [page(-9), view(-8), signIn(-7, "ana")],
            ana: ["logged_in", "product_viewed", "page_viewed"]),
        Story(
            "what is done after signing in is the customer's", [signIn(-9, "ana"), page(-8)],
            ana: ["page_viewed", "logged_in"]),
        Story(
            "who signs in again is not signed in twice", [signIn(-9, "ana"), signIn(-8, "ana"), page(-7)],
            ana: ["page_viewed", "logged_in"]),
        Story(
            "two visitors are one customer",
            [page(-9), view(-8, of: "v-2"), signIn(-7, "ana"), signIn(-6, "ana", of: "v-2"), page(-5, of: "v-2")],
            ana: ["page_viewed", "logged_in", "logged_in", "product_viewed", "page_viewed"]),
        Story(
            "who signs in as another goes on as that one, and history stays with the first",
            [page(-9), signIn(-8, "ana"), page(-7), signIn(-6, "rui"), view(-5)],
            ana: ["page_viewed", "logged_in", "page_viewed"], rui: ["product_viewed", "logged_in"]),
        Story(
            "who signs out and in as another is another visitor",
            [signIn(-9, "ana"), signOut(-8), page(-7, of: "v-2"), signIn(-6, "rui", of: "v-2")],
            ana: ["logged_out", "logged_in"], rui: ["logged_in", "page_viewed"]),
        Story(
            "somebody nobody knew becomes a customer by signing in", [page(-9), signIn(-8, "new")]),
    ]

    private static func services() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample("ana")), .success(.sample("rui"))], by: .test)
        return services
    }

    @Test(arguments: stories) func `events come to whom they belong`(_ story: Story) async throws {
        let services = try await Self.services()
        try await services.tell(story.events)
        #expect(try services.did("ana") == story.ana)
        #expect(try services.did("rui") == story.rui)
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test(arguments: stories) func `they do so as well when each event comes by itself`(_ story: Story) async throws {
        let services = try await Self.services()
        for event in story.events { try await services.tell([event]) }
        #expect(try services.did("ana") == story.ana)
        #expect(try services.did("rui") == story.rui)
    }

    @Test func `somebody unknown who signs in is made with what they say`() async throws {
        let services = try await Self.services()
        let said = #""customer":{"external_id":"new","email":"new@example.com","city":"Faro"}"#
        try await services.tell([Self.page(-9), TrackedBodies.event("i", type: "identify", at: -8, said)])
        let profile = try services.customers.customer("new")
        #expect(profile.customer.fields.text(.email) == "new@example.com")
        #expect(try services.did("new") == ["logged_in", "page_viewed"])
        #expect(services.customers.count == 3)
        let found = try services.customers.list(CustomerQuery(), place: .offset(0), limit: 10)
        #expect(found.customers.map(\.customer.externalID).contains("new"))
    }

    @Test func `a public key fills in what is not known, and replaces nothing unless the source may`() async throws {
        let services = try await Self.services()
        _ = try await services.customers.update(.sample("ana", email: "ana@example.com"), by: .test)
        func say(_ id: String, _ city: String) -> String {
            TrackedBodies.event(
                id, type: "identify",
                #""customer":{"external_id":"ana","email":"thief@example.com","city":"\#(city)"}"#)
        }
        try await services.tell([say("i-1", "Faro"), say("i-2", "Lisbon")])
        var fields = try services.customers.customer("ana").customer.fields
        #expect(fields.text(.email) == "ana@example.com")
        #expect(fields.text(.city) == "Faro")
        var patch = EventSourcePatch()
        patch.updatesCustomers = true
        _ = try await services.tracking.update(EventSource.systemCode, patch)
        try await services.tell([say("i-3", "Braga")])
        fields = try services.customers.customer("ana").customer.fields
        #expect(fields.text(.email) == "thief@example.com")
        #expect(fields.text(.city) == "Braga")
    }

    @Test func `a former name of a visitor joins the one of now`() async throws {
        let services = try await Self.services()
        let source = try services.tracking.source(EventSource.systemCode)
        func batch(_ messages: String) async throws {
            try await services.tracking.accept(#"{"batch":[\#(messages)]}"#, by: .segment, from: source)
            try await services.file()
        }
        let time = #""timestamp":"2026-03-01T11:00:00.000Z""#
        try await batch(
            #"{"type":"track","event":"Quiz Begun","anonymousId":"old","messageId":"a",\#(time)},"#
                + #"{"type":"track","event":"Quiz Ended","anonymousId":"young","messageId":"b",\#(time)}"#)
        try await batch(
            #"{"type":"alias","previousId":"old","userId":"ana","messageId":"c",\#(time)},"#
                + #"{"type":"identify","anonymousId":"young","userId":"ana","messageId":"d",\#(time)}"#)
        #expect(Set(try services.did("ana")) == ["quiz_begun", "quiz_ended", "logged_in"])
    }

    @Test func `somebody with more events than one transaction moves gets all of them`() async throws {
        let services = try await Self.services()
        try await services.tell((0..<2300).map { TrackedBodies.event("m-\($0)", at: Int64(-$0 - 1)) })
        try await services.tell([Self.signIn(0, "ana")])
        #expect(try services.did("ana").count == 2301)
        let times = try services.tracking.events(of: "ana", limit: 3000).page.map(\.happenedAt)
        #expect(times == times.sorted(by: >))
    }
}
