import Database
import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// What a node was at when it died, another one goes on with: nothing is lost and nothing is done twice.
///
/// Each node has a data directory of its own, as on machines that share none.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct TakeOverTests {
    private static let rows = 3000
    private static let webhookSettings = ["WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true"]

    /// A node that answers, and one that works; which is all the first has taken in.
    private struct Pair: Sendable {
        var web: ServerProcess
        var worker: ServerProcess
        var key: String
        /// Where the two have a server of the database to themselves.
        var cluster: TestCluster?

        init(lease: Int, on cluster: TestCluster? = nil) async throws {
            self.cluster = cluster
            web = try await ServerProcess(address: cluster?.url)
            worker = try await web.another()
            key = try await web.key()
            try await web.start(["ROLE": "web"])
            try await worker.start(Self.settings(lease))
            try await RemoteClient.with(port: web.port, key: key) { client async throws in
                let made = try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#))
                try #require(made.status == 201, "\(made.text)")
            }
        }

        static func settings(_ lease: Int) -> [String: String] {
            ["ROLE": "workers", "WORKERS_LEASE": String(lease)].merging(webhookSettings) { $1 }
        }

        /// Another node that works, as its machine's supervisor would start it.
        func next(lease: Int) async throws -> ServerProcess {
            let node = try await web.another()
            try await node.start(Self.settings(lease))
            return node
        }
    }

    private static func file(_ line: (Int) -> String) -> String { (0..<rows).map(line).joined(separator: "\n") }

    private static let orders = file {
        #"{"external_id":"o-\#($0)","client_external_id":"c-1","number":"\#($0)","items_sum":2}"#
    }

    private static func attributes(_ client: RemoteClient, _ place: String) async throws -> JSON? {
        try await client.send("GET", place).json()["data"]?["attributes"]
    }

    private static func start(_ pair: Pair) async throws -> String {
        try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
            let sent = try await client.send(
                "POST", "/api/imports?name=orders.ndjson", orders, type: "application/x-ndjson")
            try #require(sent.status == 202, "\(sent.text)")
            return "/api/imports/" + (try sent.json()["data"]?["id"]?.text ?? "")
        }
    }

    /// Waits for an import to have done a part, and not all.
    private static func waitForPart(_ pair: Pair) async throws {
        try await waitUntil("a part of the import") {
            try pair.web.number("SELECT max(items_done) FROM import_run WHERE state = 'running'") >= 300
        }
    }

    @Test(.timeLimit(.minutes(5))) func `an import goes on at another node when its own dies`() async throws {
        let pair = try await Pair(lease: 5)
        let place = try await Self.start(pair)
        try await Self.waitForPart(pair)
        pair.worker.kill()
        let died = ContinuousClock.now
        let next = try await pair.next(lease: 5)
        try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
            let before = try await Self.attributes(client, place)?["rows_done"]?.number ?? 0
            try await waitUntil("another node goes on", within: .seconds(30)) {
                try await Self.attributes(client, place)?["rows_done"]?.number ?? 0 > before
            }
            print("An import was taken over after \(ContinuousClock.now - died), with a lease of 5 s")
            try await Self.checkEnd(client, place)
        }
        try Self.checkOrders(pair.web, version: 1)
        #expect(await next.stopsWell())
    }

    /// Waits for the end of an import, and holds it to every row being written once.
    private static func checkEnd(_ client: RemoteClient, _ place: String) async throws {
        try await waitUntil("the end of the import", within: .seconds(90)) {
            try await attributes(client, place)?["state"] == "done"
        }
        let run = try await attributes(client, place)
        #expect((run?["created"]?.number, run?["refused"], run?["updated"]) == (Double(rows), 0, 0))
        #expect(run?["unchanged"] == 0, "no row was written twice")
    }

    @Test(.timeLimit(.minutes(5))) func `a node that was taken for dead and is not lets go`() async throws {
        // While it stands still no other test's database could be removed.
        let pair = try await Pair(lease: 5, on: TestCluster())
        let place = try await Self.start(pair)
        try await Self.waitForPart(pair)
        pair.worker.stand(true)
        let next = try await pair.next(lease: 5)
        try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
            let before = try await Self.attributes(client, place)?["rows_done"]?.number ?? 0
            // It may stand in the middle of its turn to write, which is taken from it after a while.
            try await waitUntil("another node goes on", within: .seconds(60)) {
                try await Self.attributes(client, place)?["rows_done"]?.number ?? 0 > before
            }
            pair.worker.stand(false)
            try await Self.checkEnd(client, place)
        }
        try Self.checkOrders(pair.web, version: 1)
        for node in [next, pair.worker] { #expect(await node.stopsWell()) }
    }

    @Test(.timeLimit(.minutes(5))) func `an export is made by another node when its own dies`() async throws {
        let pair = try await Pair(lease: 5)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/orders.ndjson"
        try Data(Self.orders.utf8).write(to: URL(filePath: path))
        let imported = try await ServerProcess.run(["import", path] + pair.web.place)
        try #require(imported.status == 0, "\(imported)")
        try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
            let asked = try await client.send("POST", "/api/exports", envelope(#"{"object":"orders","format":"csv"}"#))
            let place = "/api/exports/" + (try asked.json()["data"]?["id"]?.text ?? "")
            try await waitUntil("a worker has it") { try await Self.attributes(client, place)?["state"] != "queued" }
            pair.worker.kill()
            let next = try await pair.next(lease: 5)
            try await waitUntil("the end of the export", within: .seconds(60)) {
                try await Self.attributes(client, place)?["state"] == "done"
            }
            // It was made elsewhere, and by a node that is no more when it is fetched.
            #expect(await next.stopsWell())
            let file = try await client.send("GET", place + "/file")
            #expect(file.status == 200)
            let lines = file.text.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != "," } }
            #expect(lines.count == Self.rows && Set(lines).count == Self.rows)
            #expect(try pair.web.number("SELECT count(*) FROM run_file WHERE part = 0 AND file LIKE 'export%'") >= 1)
            #expect(try await client.send("DELETE", place).status == 204)
            #expect(try await client.send("GET", place + "/file").status == 410)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `the status of many orders changes once when a node dies over it`() async throws
    {
        let pair = try await Pair(lease: 5)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/orders.ndjson"
        try Data(Self.orders.utf8).write(to: URL(filePath: path))
        try #require(try await ServerProcess.run(["import", path] + pair.web.place).status == 0)
        // The page that begins it is another process's too.
        let services = try await pair.web.services()
        defer { services.close() }
        _ = try await services.statusChanges.start(
            [:], to: StatusChange(.payment, code: "paid"), named: "Payment", by: "ana@example.com", author: .system)
        try await Self.waitForPart(pair)
        pair.worker.kill()
        let next = try await pair.next(lease: 5)
        try await waitUntil("the end of the change", within: .seconds(90)) {
            try pair.web.number("SELECT count(*) FROM import_run WHERE state = 'done'") == 2
        }
        try Self.checkOrders(pair.web, version: 2)
        let paid = try pair.web.number("SELECT count(*) FROM order_change WHERE to_value = 'paid'")
        #expect(paid == Int64(Self.rows))
        #expect(await next.stopsWell())
    }

    @Test(.timeLimit(.minutes(5))) func `messages that a node was sending when it died are sent by another`()
        async throws
    {
        let (pair, receiver) = (try await Pair(lease: 5), HookReceiver())
        try await receiver.listening { address in
            try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
                let webhook = envelope(
                    #"{"name":"Tests","url":"\#(address)","event_types":["order.created","order.updated"]}"#)
                #expect(try await client.send("POST", "/api/webhooks", webhook).status == 201)
                for revision in 1...3 {
                    for order in 0..<30 {
                        let body = envelope(
                            #"{"external_id":"o-\#(order)","client_external_id":"c-1","number":"\#(revision)"}"#)
                        #expect(try await client.send("POST", "/api/orders", body).status < 300)
                    }
                }
            }
            await waitUntil("some messages") { receiver.calls.count > 5 }
            pair.worker.kill()
            let next = try await pair.next(lease: 5)
            await waitUntil("all messages", within: .seconds(60)) { Set(receiver.calls.map(\.place)).count == 90 }
            let places = receiver.calls.map { $0.place.split(separator: "/") }
            for (order, places) in Dictionary(grouping: places, by: { $0.first ?? "" }) {
                let sequences = places.compactMap { $0.last.flatMap { Int($0) } }
                #expect(sequences == sequences.sorted() && Set(sequences) == [1, 2, 3], "\(order): \(sequences)")
            }
            #expect(try pair.web.number("SELECT count(*) FROM webhook_delivery") == 90)
            #expect(await next.stopsWell())
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a node that is asked to stop hands its number and its work back`() async throws
    {
        // Nobody would see the end of these leases.
        let pair = try await Pair(lease: 600)
        let place = try await Self.start(pair)
        try await Self.waitForPart(pair)
        let held = "SELECT count(*) FROM node WHERE lease_until_ms > 0" as SQL
        #expect(try pair.web.number(held) == 2)
        #expect(await pair.worker.stopsWell())
        #expect(try pair.web.number(held) == 1)
        #expect(try pair.web.number("SELECT max(lease_ms) FROM import_run") == 0)
        let next = try await pair.next(lease: 600)
        try await RemoteClient.with(port: pair.web.port, key: pair.key) { client async throws in
            try await waitUntil("the end of the import", within: .seconds(60)) {
                try await Self.attributes(client, place)?["state"] == "done"
            }
        }
        try Self.checkOrders(pair.web, version: 1)
        #expect(await next.stopsWell())
        #expect(await pair.web.stopsWell())
        #expect(try pair.web.number(held) == 0)
    }

    /// All orders are there, each in a version, which one event and one step of history told of.
    private static func checkOrders(_ node: ServerProcess, version: Int64) throws {
        #expect(try node.number("SELECT count(*) FROM orders WHERE version = \(version)") == Int64(rows))
        #expect(
            try node.number("SELECT count(DISTINCT (order_id, version)) FROM order_change") == Int64(rows) * version)
        #expect(
            try node.number(
                """
                SELECT count(*) FROM (SELECT 1 FROM event WHERE order_id IS NOT NULL
                    GROUP BY order_id, kind, version, status_type HAVING count(*) > 1) AS doubles
                """) == 0)
    }
}

extension ServerProcess {
    /// Asks it to stop, and returns whether it did, well and in time.
    func stopsWell() async -> Bool {
        terminate()
        return await exitStatus(within: .seconds(10)) == 0
    }
}
