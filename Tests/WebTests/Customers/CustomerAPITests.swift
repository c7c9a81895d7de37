import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct CustomerAPITests {
    @Test func `a customer is made, answered whole, changed and left alone`() async throws {
        let clock = StillClock()
        try await withAPI(try await Services.test(clock: clock)) { api in
            let body = envelope(
                #"{"external_id":"c/1","email":"ana@example.com","phone":"+351912345678","first_name":"Ana","last_name":"Silva","birth_date":"1990-02-28","consents":{"email":"subscribed"},"time_zone":"Europe/Lisbon","registered_at":"2020-01-01T00:00:00Z","metadata":{"vip":true}}"#
            )
            let made = try await api.post("/api/customers", body)
            #expect(made.status == 201)
            #expect(made.header("Location") == "/api/customers/c%2F1")
            #expect(made.header("ETag") == #""1""#)
            #expect(
                made.text
                    == #"{"data":{"attributes":{"birth_date":"1990-02-28","city":null,"consents":{"email":"subscribed","push":"unknown","sms":"unknown"},"country":null,"created_at":"2026-03-01T12:00:00.000Z","email":"ana@example.com","external_id":"c/1","first_name":"Ana","gender":null,"last_name":"Silva","locale":null,"metadata":{"vip":true},"middle_name":null,"orders":{"average":null,"count":0,"first_date":null,"items":0,"last_date":null,"total":0},"phone":"+351912345678","registered_at":"2020-01-01T00:00:00.000Z","time_zone":"Europe/Lisbon","updated_at":"2026-03-01T12:00:00.000Z","version":1},"id":"c/1","links":{"self":"/api/customers/c%2F1"},"type":"customers"}}"#
            )
            clock.advance(seconds: 1)
            let again = try await api.post("/api/customers", body)
            #expect(again.status == 200)
            #expect(again.text == made.text)
            let changed = try await api.patch(
                "/api/customers/c%2F1", envelope(#"{"email":"","first_name":"Anna","consents":{"sms":"unsubscribed"}}"#)
            )
            let customer = try #require(try changed.json()["data"]?["attributes"])
            #expect(changed.status == 200)
            #expect(customer["version"] == 2)
            #expect(customer["email"] == .null)
            #expect(customer["last_name"] == "Silva")
            #expect(customer["consents"] == ["email": "subscribed", "push": "unknown", "sms": "unsubscribed"])
            #expect(try await api.get("/api/customers/c%2F1").text == changed.text)
            #expect(try await api.patch("/api/customers/none", envelope(#"{"city":"Porto"}"#)).status == 404)
            #expect(
                try await api.patch("/api/customers/c%2F1", envelope(#"{"external_id":"other"}"#)).errors() == [
                    "/data/attributes/external_id fixed"
                ])
        }
    }

    @Test func `many customers are each on their own`() async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post(
                "/api/customers",
                #"{"data":[{"attributes":{"external_id":"a"}},{"attributes":{"external_id":"b","email":"x"}},{"attributes":{"external_id":"a","city":"Porto"}}]}"#
            )
            let results = try #require(try answer.json()["data"]?.list)
            #expect(results.map { $0["meta"]?["status"] } == [201, 422, 200])
            #expect(results[1]["errors"]?[0]?["pointer"] == "/data/1/attributes/email")
            #expect(try await api.get("/api/customers").json()["meta"]?["total"] == 1)
        }
    }

    private static let searches: [(String, [String])] = [
        ("silva", ["c-2", "c-1"]), ("ana", ["c-1"]), ("SÍLVA mar", ["c-2"]), ("912", []), ("351912", ["c-1"]),
        ("c-", ["c-2", "c-1"]), ("%", []),
    ]

    @Test(arguments: searches)
    func `customers are found by beginnings of words`(text: String, expected: [String]) async throws {
        let services = try await Services.test()
        _ = try await services.customers.register(
            [
                .success(
                    .sample(
                        "c-1", email: "ana@example.com", phone: "+351912345678", firstName: "Ana", lastName: "Silva")),
                .success(.sample("c-2", firstName: "María", lastName: "Silva")),
            ], by: .test
        )
        try await withAPI(services) { api in
            let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let answer = try await api.get("/api/customers?filter%5Bq%5D=" + escaped).json()
            #expect(answer["data"]?.list.compactMap { $0["id"]?.text } == expected)
        }
    }

    @Test func `a customer who changed the name is found by the new one only`() async throws {
        try await withAPI(try await Services.test()) { api in
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c-1","last_name":"Silva"}"#))
            _ = try await api.post("/api/customers", envelope(#"{"external_id":"c-1","last_name":"Costa"}"#))
            #expect(try await api.get("/api/customers?filter%5Bq%5D=silva").json()["meta"]?["total"] == 0)
            #expect(try await api.get("/api/customers?filter%5Bq%5D=costa").json()["meta"]?["total"] == 1)
        }
    }
}
