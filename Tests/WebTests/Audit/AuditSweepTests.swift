import Domain
import Platform
import TestSupport
import Testing
import Web

/// What programs do over the API beside orders: each of it stands in the audit log, with the key that did it.
struct AuditSweepTests {
    private static let calls: [(action: AuditAction, path: String, method: String, body: String?)] = [
        (.statusAdded, "/api/order-statuses", "POST", #"{"type":"general","code":"new","name":"New"}"#),
        (.statusChanged, "/api/order-statuses/general/new", "PATCH", #"{"name":"Newer"}"#),
        (.statusDeleted, "/api/order-statuses/general/new", "DELETE", nil),
        (.projectChanged, "/api/project", "PATCH", #"{"name":"Larkspur"}"#),
        (
            .webhookAdded, "/api/webhooks", "POST",
            #"{"name":"Till","url":"https://example.com/in?token=s3cret","event_types":["order.created"]}"#
        ),
        (.categoryAdded, "/api/categories", "POST", #"{"external_id":"lamps"}"#),
        (.categoryChanged, "/api/categories/lamps", "PATCH", #"{"name":"Lamps"}"#),
        (.categoryDeleted, "/api/categories/lamps", "DELETE", nil),
        (.productAdded, "/api/products", "POST", #"{"external_id":"p-1"}"#),
        (.productChanged, "/api/products/p-1", "PATCH", #"{"name":"Lamp"}"#),
        (.productDeleted, "/api/products/p-1", "DELETE", nil),
        (.fieldAdded, "/api/fields", "POST", #"{"object":"order","code":"gift","name":"Gift","type":"string"}"#),
        (.fieldChanged, "/api/fields/order/gift", "PATCH", #"{"name":"Present"}"#),
        (.fieldDeleted, "/api/fields/order/gift", "DELETE", nil),
        (.eventSourceAdded, "/api/event-sources", "POST", #"{"name":"App"}"#),
        (.eventSourceChanged, "/api/event-sources/app", "PATCH", #"{"on":false}"#),
        (.eventSourceKeyMade, "/api/event-sources/app/keys", "POST", nil),
        (.eventSourceDeleted, "/api/event-sources/app", "DELETE", nil),
        (.eventNameAdded, "/api/event-names", "POST", #"{"name":"Courier missed"}"#),
        (.eventNameChanged, "/api/event-names/courier_missed", "PATCH", #"{"name":"Nobody at home"}"#),
        (.eventNameDeleted, "/api/event-names/courier_missed", "DELETE", nil),
        (.customersMerged, "/api/customers/c-1/merge", "POST", #"{"into":"c-2"}"#),
        (.customerExported, "/api/customers/c-2/export", "GET", nil),
        (.customerErased, "/api/customers/c-2", "DELETE", nil),
        (.exportStarted, "/api/exports", "POST", #"{"object":"orders","format":"csv"}"#),
    ]

    @Test func `what a key changes beside orders is audited`() async throws {
        let services = try await Services.test()
        let people = ["c-1", "c-2"].map { Result<CustomerPatch, Faults>.success(.sample($0)) }
        _ = try await services.customers.register(people, by: .test)
        try await withAPI(services) { api in
            for call in Self.calls {
                let answer =
                    switch call.method {
                    case "POST": try await api.post(call.path, envelope(call.body ?? "{}"))
                    case "PATCH": try await api.patch(call.path, envelope(call.body ?? "{}"))
                    case "DELETE": try await api.delete(call.path)
                    default: try await api.get(call.path)
                    }
                #expect((200..<300).contains(answer.status), "\(call.path): \(answer.text)")
                var query = AuditQuery()
                query.action = call.action
                let entries = try await services.audit.page(query, limit: 10)
                #expect(entries.count == 1, "\(call.action)")
                #expect(entries.first?.entry.actor.kind == .key, "\(call.action)")
                #expect(entries.first?.entry.actor.name == "till", "\(call.action)")
            }
        }
        let text = try await services.audit.page(AuditQuery(), limit: 100).map { "\($0)" }.joined()
        #expect(!text.contains("s3cret") && !text.contains("whsec_"))
    }
}
