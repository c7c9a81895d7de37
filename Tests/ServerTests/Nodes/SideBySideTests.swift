import Database
import Domain
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// Nodes beside each other: what one wrote the others show, and each may have a part of the work, or another version.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct SideBySideTests {
    private static func order(_ number: String) -> String {
        envelope(#"{"external_id":"o-1","client_external_id":"c-1","number":"\#(number)","items_sum":2}"#)
    }

    private static func get(_ path: String, _ node: ServerProcess, _ cookie: String) async throws -> String {
        try await Wire.send(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: \(cookie)\r\n\r\n", port: node.port
        )
    }

    @Test(.timeLimit(.minutes(5))) func `an open page at one node is told of what is written at another`() async throws
    {
        let here = try await ServerProcess()
        let there = try await here.another()
        let key = try await here.key()
        for node in [here, there] { try await node.start() }
        let cookie = try await here.signIn()
        try await RemoteClient.with(port: there.port, key: key) { client async throws in
            #expect(try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#)).status == 201)
            #expect(try await client.send("POST", "/api/orders", Self.order("first")).status == 201)
        }
        // Signed in at one node is signed in at all.
        #expect(try await Self.get("/orders/by-id/o-1", there, cookie).contains("first"))
        for (path, number) in [("/live/orders", "second"), ("/live/orders/o-1", "third")] {
            async let told = Wire.talk(port: here.port) { socket in
                try socket.write(
                    "GET \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\nAccept: text/event-stream\r\n\r\n")
                return try socket.read(within: .seconds(20)) { $0.contains("data: {}") }
            }
            try await waitUntil("the page listens") {
                try await Self.get("/metrics", here, cookie).contains("reorder_live_pages 1")
            }
            try await RemoteClient.with(port: there.port, key: key) { client async throws in
                #expect(try await client.send("POST", "/api/orders", Self.order(number)).status == 200)
            }
            // What was answered anywhere is read everywhere, at once.
            #expect(try await Self.get("/orders/by-id/o-1", here, cookie).contains(number))
            #expect(try await told.contains("data: {}"))
            try await waitUntil("the page is gone") {
                try await Self.get("/metrics", here, cookie).contains("reorder_live_pages 0")
            }
        }
        // Lists follow within moments.
        try await waitUntil("the list shows it") {
            try await Self.get("/orders?q=o-1", here, cookie).contains("third")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a node that only answers leaves the work, and one that only works answers nobody`()
        async throws
    {
        let web = try await ServerProcess()
        let worker = try await web.another()
        let key = try await web.key()
        try await web.start(["ROLE": "web"])
        try await worker.start(["ROLE": "workers"])
        func status(_ path: String, _ node: ServerProcess) async throws -> String {
            let answer = try await Wire.send(
                "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(key)\r\n\r\n",
                port: node.port)
            return String(answer.dropFirst("HTTP/1.1 ".count).prefix(3))
        }
        for path in ["/health/live", "/health/ready", "/metrics"] {
            #expect(try await status(path, worker) == "200")
            #expect(try await status(path, web) == "200")
        }
        for path in ["/api/orders", "/sign-in", "/openapi.json"] {
            #expect(try await status(path, worker) == "404")
            #expect(try await status(path, web) == "200")
        }
        #expect(await worker.stopsWell())
        try await RemoteClient.with(port: web.port, key: key) { client async throws in
            let sent = try await client.send(
                "POST", "/api/imports?kind=customers", #"{"external_id":"c-1"}"#, type: "application/x-ndjson")
            let place = "/api/imports/" + (try sent.json()["data"]?["id"]?.text ?? "")
            func state() async throws -> JSON? {
                try await client.send("GET", place).json()["data"]?["attributes"]?["state"]
            }
            #expect(try await state() == "queued")
            try await worker.start(["ROLE": "workers"])
            try await waitUntil("the import is done") { try await state() == "done" }
            #expect(try await client.send("GET", "/api/customers/c-1").status == 200)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `an old node goes on beside a new one that has altered the tables`()
        async throws
    {
        let old = try await ServerProcess()
        let key = try await old.key()
        try await old.start()
        func register(_ id: String) async throws -> Int {
            try await RemoteClient.with(port: old.port, key: key) { client async throws in
                try await client.send(
                    "POST", "/api/orders", envelope(#"{"external_id":"\#(id)","client_external_id":"c-1"}"#)
                ).status
            }
        }
        try await RemoteClient.with(port: old.port, key: key) { client async throws in
            #expect(try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#)).status == 201)
        }
        #expect(try await register("o-old") == 201)
        let step = Migration(
            name: "9999-next",
            sql: """
                ALTER TABLE orders ADD COLUMN colour TEXT NOT NULL DEFAULT 'none';
                ALTER TABLE customer ADD COLUMN rank BIGINT;
                CREATE INDEX orders_colour ON orders (bucket, colour);
                CREATE TABLE shade (bucket BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (bucket, id));
                """
        )
        let new = try await old.services(migrations: try Migrations.all() + [step])
        defer { new.close() }
        #expect(new.appliedMigrations == ["9999-next"])

        #expect(try await register("o-old") == 200)
        #expect(try await register("o-between") == 201)
        _ = try await new.orders.register(.sample("o-new", customer: "c-1"), by: .test)
        #expect(try new.orders.order("o-between").order.externalID == "o-between")
        try await RemoteClient.with(port: old.port, key: key) { client async throws in
            #expect(try await client.send("GET", "/api/orders/o-new").status == 200)
            try await waitUntil("the old node's list has it") {
                try await client.send("GET", "/api/orders").json()["meta"]?["total"] == 3
            }
        }
        try await new.catchUp()
        #expect(new.orders.count == 3)
        #expect(try await new.verifier.verify().allSatisfy(\.findings.isEmpty))

        // Once it has ended the old version does not begin again.
        let again = try await ServerProcess.run(["serve", "--port", "0"] + old.place)
        #expect(again.status == 1)
        #expect(again.errors.contains("newer version (it has 9999-next)"), "\(again.errors)")
        #expect(await old.stopsWell())
        #expect(try new.orders.order("o-old").order.externalID == "o-old")
    }
}

extension ServerProcess {
    /// The product in this process, on the same data: another node, which may be of another version.
    func services(migrations: [Migration]? = nil) async throws -> Services {
        try await Services.open(
            data + "-another", server: environment["REORDER_DATABASE"], migrations: migrations)
    }
}
