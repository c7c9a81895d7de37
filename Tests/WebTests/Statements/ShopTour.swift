import Database
import Domain
import HTTPTypes
import Logging
import Platform
import TestSupport
import Testing
import Web

/// A tour through everything that the product does, so that each of its statements runs.
struct ShopTour: Sendable {
    let services: Services
    let clock: StillClock

    func walk() async throws {
        try await withAPI(services) { api in
            try await write(api)
            try await work(api)
            try await read(api)
        }
        try await withAPI(services) { api in try await track(api) }
        try await look()
        try await see()
        try await withAPI(services) { api in
            try await hear(api)
            try await remove(api)
        }
        try await background()
    }

    /// Sends a call, and holds its answer to be a good one.
    private func call(
        _ api: APIClient, _ method: String, _ path: String, _ attributes: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> APIClient.Answer {
        let body = attributes.map { envelope($0) }
        let answer =
            switch method {
            case "POST": try await api.post(path, body ?? "", headers: headers)
            case "PATCH": try await api.patch(path, body ?? "", headers: headers)
            case "PUT": try await api.send(.put, path, body, headers: headers)
            case "DELETE": try await api.delete(path, headers: headers)
            default: try await api.get(path, headers: headers)
            }
        #expect((200..<400).contains(answer.status), "\(method) \(path): \(answer.text)")
        return answer
    }

    private func write(_ api: APIClient) async throws {
        for (path, attributes) in [
            ("project", #"{"create_unknown_customers":true,"create_unknown_statuses":true}"#),
            ("webhooks", #"{"name":"Till","url":"http://127.0.0.1:9/x","event_types":["order.created"]}"#),
            ("fields", #"{"object":"order","code":"gift","name":"Gift","type":"string"}"#),
            ("fields", #"{"object":"order","code":"floor","name":"Floor","type":"integer","metadata_path":"floor"}"#),
            ("fields", #"{"object":"order_line","code":"shelf","name":"Shelf","type":"integer"}"#),
            ("fields", #"{"object":"customer","code":"tier","name":"Tier","type":"string"}"#),
            ("fields", #"{"object":"product","code":"origin","name":"Origin","type":"string"}"#),
            ("fields", #"{"object":"receipt","code":"till","name":"Till","type":"string"}"#),
            ("fields", #"{"object":"receipt_line","code":"pick","name":"Pick","type":"string"}"#),
            ("order-statuses", #"{"type":"general","code":"packed","name":"Packed"}"#),
            ("categories", #"{"external_id":"lamps","name":"Lamps"}"#),
            ("categories", #"{"external_id":"desk","name":"Desk lamps","parent_external_id":"lamps"}"#),
            ("segments", #"{"name":"Gold","conditions":{"field":"customer.tier","op":"eq","value":"gold"}}"#),
            ("audiences", #"{"name":"Guests"}"#),
            ("products", #"{"external_id":"p-1","name":"Lamp","category_external_id":"desk","origin":"PT"}"#),
        ] {
            _ = try await call(api, path == "project" ? "PATCH" : "POST", "/api/\(path)", attributes)
        }
        for name in ["c-1", "c-2", "c-3", "c-4"] {
            _ = try await call(
                api, "POST", "/api/customers",
                #"{"external_id":"\#(name)","email":"\#(name)@example.com","phone":"+35191234567\#(name.suffix(1))","#
                    + #""first_name":"Ana","tier":"gold","metadata":{"shoe":41}}"#)
        }
        for number in 0..<12 {
            let body = #"""
                {"external_id":"o-\#(number)","client_external_id":"c-\#(number % 4 + 1)","number":"N\#(number)",
                "status_code":"accepted","items":[{"external_id":"1","product_external_id":"p-1","cnt":1,"sum":5,
                "shelf":3}],"gift":"yes","metadata":{"floor":2}}
                """#
            _ = try await call(
                api, "POST", "/api/orders", body, headers: number == 0 ? ["Idempotency-Key": "first"] : [:])
        }
        _ = try await call(
            api, "POST", "/api/orders",
            #"{"external_id":"o-1","client_external_id":"c-3","items":[{"external_id":"2","sum":7}]}"#)
        _ = try await call(api, "PATCH", "/api/orders/o-2/status", #"{"status_code":"completed"}"#)
        for number in 0..<4 {
            _ = try await call(
                api, "POST", "/api/receipts",
                #"{"external_id":"r-\#(number)","client_external_id":"c-1","number":"R\#(number)","sum":5,"#
                    + #""till":"a","items":[{"external_id":"1","cnt":1,"pick":"x"}]}"#)
        }
        _ = try await call(
            api, "POST", "/api/receipts", #"{"external_id":"r-1","client_external_id":"c-2","sum":6}"#)
        _ = try await call(api, "PUT", "/api/orders/o-0/receipts/r-0")
        _ = try await call(api, "PATCH", "/api/customers/c-2", #"{"first_name":"Rui"}"#)
        _ = try await call(api, "PATCH", "/api/products/p-1", #"{"price":5}"#)
        _ = try await call(api, "PATCH", "/api/categories/desk", #"{"name":"Desks"}"#)
        _ = try await call(api, "PATCH", "/api/order-statuses/general/packed", #"{"include_in_analytics":true}"#)
        _ = try await call(api, "PATCH", "/api/project", #"{"name":"Larkspur"}"#)
        _ = try await call(api, "PATCH", "/api/fields/order/gift", #"{"name":"Present"}"#)
        _ = try await call(api, "PATCH", "/api/segments/gold", #"{"description":"The best."}"#)
        for name in ["c-1", "c-2"] {
            _ = try await call(api, "POST", "/api/audiences/guests/members", #"{"external_id":"\#(name)"}"#)
        }
        _ = try await call(api, "POST", "/api/container-types", #"{"code":"later","name":"Later"}"#)
        for code in ["cart", "later"] {
            let place = "/api/customers/c-1/containers/\(code)"
            let lines = #"{"lines":[{"product":"p-1","quantity":2},{"product":"p-2"},{"product":"p-3"}]}"#
            _ = try await call(api, "PUT", place, lines)
            _ = try await call(api, "POST", place + "/lines/p-1", #"{"price":5}"#)
            _ = try await call(api, "PATCH", place + "/lines/p-1", #"{"quantity":1}"#)
            _ = try await call(api, "DELETE", place + "/lines/p-2")
            _ = try await call(api, "GET", place)
        }
        _ = try await call(api, "POST", "/api/container-types", #"{"code":"spare","name":"Spare"}"#)
        for path in ["lines/p-1", "lines/p-2"] {
            _ = try await call(api, "POST", "/api/customers/c-4/containers/cart/\(path)", "{}")
            _ = try await call(api, "POST", "/api/customers/c-4/containers/spare/\(path)", "{}")
            _ = try await call(api, "DELETE", "/api/customers/c-4/containers/spare/\(path)")
        }
        _ = try await call(api, "DELETE", "/api/container-types/spare")
        _ = try await call(api, "PATCH", "/api/container-types/later", #"{"lifetime_days":2}"#)
        _ = try await call(api, "POST", "/api/orders", #"{"external_id":"o-cart","client_external_id":"c-1"}"#)
        let leaving = envelope(#"{"external_id":"c-2"}"#)
        _ = try await api.send(.delete, "/api/audiences/guests/members", leaving)
        for (path, body) in [("orders", #"{"external_id":"o-2""#), ("receipts", #"{"external_id":"r-0""#)] {
            _ = try await call(api, "POST", "/api/\(path)", body + #","updated_at":"2026-03-01T12:00:00Z"}"#)
        }
    }

    /// Imports, exports and messages, each done by its worker.
    private func work(_ api: APIClient) async throws {
        let (importer, exporter) = (
            ImportWorker(services, logger: .quiet), ExportWorker(services, byteLimit: 1 << 30, logger: .quiet)
        )
        let files = [
            ("orders", "external_id,client_external_id,items_sum,gift\no-1,c-1,9,no\ni-1,c-9,5,\ni-2,c-1,much,\n"),
            ("customers", "external_id,city,tier\nc-2,Porto,silver\ni-c,Braga,\n"),
            ("products", "external_id,name\np-1,Lantern\np-2,Bulb\n"),
            ("receipts", "receipt_id,client_id,total,qty\nr-1,c-2,5,\ni-r,c-1,7.5,2\n"),
        ]
        for isDryRun in [true, false] {
            for (kind, file) in files {
                let sent = try await api.post(
                    "/api/imports?kind=\(kind)&name=\(kind).csv\(isDryRun ? "&dry_run=true" : "")", file,
                    headers: ["Content-Type": "text/csv"])
                #expect(sent.status == 202, "\(sent.text)")
                while try await importer.workOnce() {}
                guard !isDryRun, let place = sent.header("Location") else { continue }
                for path in [place, place + "/refused"] { _ = try await api.get(path) }
                #expect(try await api.post(place + "/undo", "").status == 202)
                while try await importer.workOnce() {}
            }
        }
        let waiting = try await api.post(
            "/api/imports?kind=orders&name=late.csv", files[0].1, headers: ["Content-Type": "text/csv"])
        _ = try await api.post(try #require(waiting.header("Location")) + "/cancel", "")
        for object in ["orders", "order_lines", "customers", "receipts", "receipt_lines", "products", "order_activity"]
        {
            for filter in ["", #","filter":{"q":"o-1"}"#] {
                _ = try await api.post("/api/exports", envelope(#"{"object":"\#(object)"\#(filter)}"#))
            }
        }
        while try await exporter.workOnce() {}
        let (reader, sender) = (
            WebhookReader(services, logger: .quiet),
            WebhookSender(services, allowsPrivateAddresses: true, logger: .quiet)
        )
        for _ in 0..<20 {
            while try await reader.read() > 0 {}
            _ = await sender.sendDue()
            clock.advance(seconds: 3 * 3600)
        }
        await sender.shutDown()
    }

    private func read(_ api: APIClient) async throws {
        let lists = [
            "orders?include=items", "orders?filter[q]=N1", "orders?filter[q]=ana", "orders?filter[q]=%2B35191234",
            "orders?filter[client_external_id]=c-1&include=items", "orders?filter[gift]=yes",
            "orders?filter[floor]=2", "orders?filter[shelf]=3", "customers?filter[q]=ana",
            "customers?filter[q]=c-1@example.com", "customers?filter[q]=%2B351912", "customers?filter[tier]=gold",
            "receipts?include=items", "receipts?filter[q]=R1", "products?filter[q]=lamp", "products?page[limit]=1",
            "products?filter[category_external_id]=desk", "categories?page[limit]=1", "customers/c-1/orders",
            "customers/c-1/receipts", "orders/o-0/receipts", "orders/o-1/activity", "receipts/r-0/activity",
            "customers/c-1/export", "customers/c-1", "orders/o-1", "receipts/r-0", "products/p-1", "categories/desk",
            "orders?filter[floor_from]=1", "orders?filter[number]=N1", "receipts?filter[number]=R1",
            "receipts?filter[q]=r-",
            "segments", "audiences/guests", "segments/gold/sizes", "segments/guests/explain/c-1",
            "webhooks", "fields", "order-statuses", "project", "imports", "exports",
        ]
        for list in lists { _ = try await api.get("/api/" + list) }
        for webhook in try await services.webhooks.all() {
            let path = "/api/webhooks/\(webhook.webhook.id.rawValue)"
            _ = try await api.get(path)
            for state in ["", "?filter[state]=failed", "?filter[state]=due", "?page[limit]=1"] {
                let page = try await api.get(path + "/deliveries" + state)
                if let id = try page.json()["data"]?[0]?["id"]?.text {
                    _ = try await api.get(path + "/deliveries/\(id)")
                    _ = try await api.post(path + "/deliveries/\(id)/replay", "")
                }
                if let next = try page.json()["links"]?["next"]?.text { _ = try await api.get(next) }
            }
            for verb in ["test", "replay", "rotate-secret"] { _ = try await api.post("\(path)/\(verb)", "") }
        }
        _ = try await call(
            api, "POST", "/api/orders", #"{"external_id":"o-0"}"#, headers: ["Idempotency-Key": "second"])
    }

    /// Every page there is, of things that are there.
    private func look() async throws {
        let run = try services.imports.list(limit: 1).page.first?.id.rawValue ?? 1
        let export = try services.exports.list(limit: 1).page.first?.id.rawValue ?? 1
        let webhook = try await services.webhooks.all().first?.webhook.id.rawValue ?? 1
        let key = try await services.keys.create(name: "tour", scopes: [.admin]).key
        let user = try services.users.users().first?.id.rawValue ?? 1
        let connection = try await services.connectors.create(.woocommerce, Self.shopSystem)
        let routes = try mountedRoutes(services: services).filter { $0.hasPrefix("GET") && !$0.contains("/live/") }
        try await withPages(services) { pages in
            for route in routes {
                let path = String(route.dropFirst(4))
                let id =
                    switch path {
                    case _ where path.contains("/orders/"): "o-0"
                    case _ where path.contains("/customers/"): "c-1"
                    case _ where path.contains("/receipts/"): "r-0"
                    case _ where path.contains("/categories/"): "desk"
                    case _ where path.contains("/products/"): "p-1"
                    case _ where path.contains("/webhooks/"): "\(webhook)"
                    case _ where path.contains("/imports/"): "\(run)"
                    case _ where path.contains("/exports/"): "\(export)"
                    default: "\(user)"
                    }
                let code =
                    path.contains("/keys/")
                    ? key.code
                    : path.contains("/connections/")
                        ? connection.code
                        : path.contains("/fields/")
                            ? "gift"
                            : path.contains("/event-sources/")
                                ? "online_store" : path.contains("/event-names/") ? "quiz_finished" : "accepted"
                let filled = path.replacing("{id}", with: id).replacing("{code}", with: code)
                    .replacing("{object}", with: "order").replacing("{type}", with: "general")
                    .replacing("{kind}", with: "shopify")
                _ = try await pages.get(filled)
            }
            for list in ["orders", "customers", "receipts", "products"] { _ = try await pages.get("/\(list)?q=ana") }
            for (path, form) in [
                ("/orders/statuses", ["order": "o-1", "change": "general:completed"]),
                ("/orders/statuses/all", ["change": "general:packed"]),
                ("/settings/keys/\(key.code)/rotate", ["overlap": "0"]), ("/settings/keys/\(key.code)/revoke", [:]),
                ("/settings/users/invite", ["email": "new@example.com", "role": "viewer"]),
                ("/settings/order-statuses/general/packed/move", ["direction": "up"]),
                ("/orders/columns", ["column": "number"]), ("/account/sessions/end-all", [:]),
            ] {
                _ = try await pages.post(path, form)
            }
        }
        let worker = ImportWorker(services, logger: .quiet)
        while try await worker.workOnce() {}
        _ = try? await services.accounts.signIn(
            email: "owner@example.com", password: "a password for tests", from: .init(address: "127.0.0.1"))
        _ = try await services.audit.page(AuditQuery(), limit: 10)
        _ = try await services.audit.actors()
        _ = try services.connectors.get(connection.code)
        try await services.connectors.delete(connection.code)
    }

    /// Lists as each role sees them, and what owners do about people.
    private func see() async throws {
        for role in User.Role.allCases {
            try await withPages(services, as: role) { pages in
                for list in [
                    "orders?q=N1", "receipts?q=R1", "customers?q=c-1", "customers/by-id/c-1",
                    "customers/by-id/c-3?tab=events",
                ] {
                    _ = try await pages.get("/" + list)
                }
            }
        }
        let (session, secret) = try await services.signedIn(as: .analyst)
        _ = try services.accounts.session(secret: secret)
        try await services.accounts.noteUse(of: session, from: .init(address: "127.0.0.1"))
        try await services.accounts.signOut(session, by: .system)
        _ = try await services.ownAccount.beginSecondFactor(session)
        let users = services.users
        let user = try await users.add(
            email: "more@example.com", role: .analyst, password: "a password for tests", by: .system)
        _ = try await users.resetLink(of: user.id, by: .system)
        try await users.changeRole(of: user.id, to: .marketer, by: .system)
        try await users.setActive(false, user.id, by: .system)
        try await users.resetSecondFactor(of: user.id, by: .system)
        try await users.remove(user.id, by: .system)
        try await services.fields.setProfileView(.order, ["number"])
        try await services.fields.setProfileView(.order, nil)
        _ = try services.customers.timeline(of: "c-1", after: nil, limit: 10)
    }

    /// What a shop's own system sends.
    private func hear(_ api: APIClient) async throws {
        let shop = ShopFixture(
            api: api, services: services,
            connection: try await services.connectors.create(.woocommerce, Self.shopSystem)
        )
        for id in ["d-1", "d-1", "d-2"] {
            _ = try await shop.send("order.created", try ShopFixture.message("woo-order"), id: id)
        }
        _ = try await shop.send("order.created", "{}", id: "d-3")
        _ = try await shop.send("order.created", "{}", id: "d-3")
    }

    private static var shopSystem: ShopConnectionPatch {
        var patch = ShopConnectionPatch()
        (patch.name, patch.secret) = ("Web shop", "a secret of the shop")
        return patch
    }

    /// What sites and apps tell, and what is done about it.
    private func track(_ api: APIClient) async throws {
        _ = try await call(api, "PATCH", "/api/event-sources/online_store", #"{"takes_orders":true}"#)
        for attributes in [
            #"{"name":"page_viewed","customer":"c-2","id":"e-1"}"#,
            #"{"name":"page_viewed","customer":"c-2","id":"e-1"}"#,
            #"{"name":"quiz_finished","visitor":"v-1","source":"online_store"}"#,
        ] {
            _ = try await call(api, "POST", "/api/events", attributes)
        }
        let names = #""customer":{"external_id":"c-3","city":"Faro"}"#
        try await services.tell(
            (0..<1100).map { TrackedBodies.event("t-\($0)", at: Int64(-$0)) } + [
                TrackedBodies.event("i", type: "identify", names),
                TrackedBodies.event("i2", of: "v-2", type: "identify", names),
                TrackedBodies.event("o", type: "order", #""order":{"external_id":"o-new","items":[]}"#),
                TrackedBodies.event("o2", type: "order", #""order":{"external_id":"o-new","number":"N-new"}"#),
                TrackedBodies.event(
                    "c", type: "container", #""action":"add","container":"cart","line":{"product":"p"}"#),
                TrackedBodies.event("x", type: "dance"), TrackedBodies.event("y", of: "v-3"),
                TrackedBodies.event("z", type: "logout"),
            ])
        try await services.tracking.accept(
            #"{"batch":[{"type":"track","event":"A","anonymousId":"v-4","messageId":"1"},{"type":"track","event":"B","anonymousId":"v-5","messageId":"2"},{"type":"alias","previousId":"v-4","anonymousId":"v-5","messageId":"3"}]}"#,
            by: .segment, from: try services.tracking.source(EventSource.systemCode))
        clock.advance(seconds: 7200)
        try await services.tell([
            TrackedBodies.event("later", of: "v-3", at: 7200), TrackedBodies.event("more", at: 7200),
        ])
        for query in [
            "", "?page[size]=1", "?filter[name]=page_viewed", "?filter[source]=online_store&filter[from]=2026-01-01",
        ] {
            let page = try await call(api, "GET", "/api/customers/c-3/events\(query)")
            if let next = try page.json()["links"]?["next"]?.text { _ = try await api.get(next) }
        }
        _ = try await call(api, "GET", "/api/event-sources")
        let app =
            "/api/event-sources/\(try await call(api, "POST", "/api/event-sources", #"{"name":"App"}"#).header("Location")?.split(separator: "/").last ?? "")"
        let keys = try await call(api, "POST", app + "/keys").json()["data"]?["attributes"]?["keys"]
        if let key = keys?[0]?["key"]?.text { _ = try await api.delete(app + "/keys/\(key)") }
        let name =
            try await call(api, "POST", "/api/event-names", #"{"name":"Courier missed"}"#).header("Location") ?? ""
        _ = try await call(api, "PATCH", name, #"{"name":"Nobody at home"}"#)
        for path in [name, app] { _ = try await api.delete(path) }
    }

    private func remove(_ api: APIClient) async throws {
        _ = try await call(api, "POST", "/api/customers/c-4/merge", #"{"into":"c-3"}"#)
        _ = try await call(api, "GET", "/api/customers/c-4/export")
        for path in [
            "orders/o-0/receipts/r-0", "receipts/r-2", "orders/o-5", "customers/c-1", "fields/order/gift",
            "fields/customer/tier", "fields/receipt_line/pick", "products/p-1", "categories/desk",
            "order-statuses/general/packed", "audiences/guests", "segments/gold",
        ] {
            _ = try await api.delete("/api/" + path)
        }
    }

    /// What is done from time to time.
    private func background() async throws {
        _ = try await ErasureWorker(services, logger: .quiet).finish()
        try await FieldWork(services.fields, logger: .quiet).finish()
        clock.advance(seconds: 100 * 86_400)
        try await ContainerClock(services, logger: .quiet).pass()
        _ = try await OrderPurge(services, logger: .quiet).purge()
        _ = try await services.idempotency.purge()
        try await services.file()
        try await EventPruning(services, logger: .quiet).prune()
        _ = try await WebhookSweep(services, logger: .quiet).sweep()
        try await ConnectorSweep(services, logger: .quiet).sweep()
        try await ExportWorker(services, byteLimit: 1, logger: .quiet).clear()
        try await ImportWorker(services, logger: .quiet).clear()
        for webhook in try await services.webhooks.all() {
            try await services.webhooks.delete(String(webhook.webhook.id.rawValue))
        }
        _ = try await WebhookSweep(services, logger: .quiet).sweep()
        try await services.catchUp()
        try await services.checkStorage()
    }
}
