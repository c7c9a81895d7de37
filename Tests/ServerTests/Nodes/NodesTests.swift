import Foundation
import TestSupport
import Testing

/// Three servers on one database, of which any, and the database too, is ended at any moment (spec operations.md,
/// "Durability" and "Scale-out").
@Suite(
    .serialized, .enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."),
    .enabled(if: TestCluster.isPossible, "Needs PostgreSQL's own programs.")
)
struct NodesTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["REORDER_SLOW_TESTS"] == "1" ? 300 : 15
    private static let clients = 64

    /// `REORDER_TEST_SEED=…` makes clients and chance do as they did in a run before; when what happens is never the same.
    @Test(.timeLimit(.minutes(20)))
    func `what any node answered is there, once, whichever is killed and however the database ends`() async throws {
        let seed = Self.environment["REORDER_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        print("Nodes: seed \(seed)")
        let (fleet, receiver, ledger) = (try await NodeFleet(seed: seed), HookReceiver(), NodeLedger())
        try await receiver.listening { address in
            try await fleet.startAll()
            try await RemoteClient.with(port: fleet.port, key: fleet.key) { client in
                try await NodeWork.prepare(client, receiver: address, clients: Self.clients)
            }
            let end = ContinuousClock.now + .seconds(Self.seconds)
            try await RemoteClient.with(port: fleet.port, key: fleet.key) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<Self.clients {
                        group.addTask {
                            var work = NodeWork(number, seed: seed, fleet, client, ledger)
                            await work.run(until: end)
                        }
                    }
                    group.addTask { try await fleet.disturb(until: end) }
                    try await group.waitForAll()
                }
            }
            try await fleet.requireReady()
            let check = NodeCheck(fleet: fleet, ledger: ledger, receiver: receiver)
            try await check.run()
            print(fleet.history, ledger.history, check.history, separator: "; ")
            #expect(ledger.acknowledged > 100, "too few writes to tell anything")
        }
    }

    @Test(.timeLimit(.minutes(5))) func `without a database everything is answered 503, and a node stops in time`()
        async throws
    {
        let cluster = try await TestCluster()
        let node = try await ServerProcess(address: cluster.url)
        let key = try await node.key()
        try await node.start()
        let cookie = try await node.signIn()
        try await RemoteClient.with(port: node.port, key: key) { client async throws in
            let customer = envelope(#"{"external_id":"c-1"}"#)
            #expect(try await client.send("POST", "/api/customers", customer).status == 201)
            for stop in [TestCluster.Stop.fast, .immediate] {
                try await cluster.end(stop)
                for (method, path, body) in [
                    ("GET", "/api/customers/c-1", nil), ("POST", "/api/customers", customer),
                    ("GET", "/api/orders", nil),
                    ("GET", "/health/ready", nil),
                ] {
                    let answer = try await client.send(method, path, body)
                    #expect(answer.status == 503 && answer.retryAfter != nil, "\(path): \(answer)")
                }
                let page = try await Wire.send(
                    "GET /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: \(cookie)\r\n\r\n",
                    port: node.port)
                #expect(page.hasPrefix("HTTP/1.1 503") && page.lowercased().contains("\r\nretry-after:"), "\(page)")
                #expect(try await client.send("GET", "/health/live").status == 200)
                try await cluster.start()
                #expect(try await client.send("GET", "/api/customers/c-1").status == 200)
                #expect(try await client.send("POST", "/api/customers", customer).status == 200)
            }
            try await cluster.end(.immediate)
        }
        #expect(await node.stopsWell())
        let start = try await ServerProcess.run(["serve", "--port", "0"] + node.place)
        #expect(start.status == 1 && start.errors.contains("reorder: "), "\(start)")
    }
}
