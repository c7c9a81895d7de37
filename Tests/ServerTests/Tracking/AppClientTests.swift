import Database
import Foundation
import ReorderClient
import TestSupport
import Testing

/// `ReorderClient` against the real server, which is killed and started again.
struct AppClientTests {
    private func client(_ server: DoorServer, _ folder: TemporaryDirectory) throws -> ReorderClient {
        var configuration = Configuration(
            server: try #require(URL(string: server.address)), writeKey: server.key,
            folder: URL(filePath: folder.path + "/queue", directoryHint: .isDirectory)
        )
        (configuration.batchingTime, configuration.batchSize) = (.milliseconds(20), 10)
        return ReorderClient(configuration)
    }

    /// Sends all that waits, however often it takes.
    private func flush(_ client: ReorderClient) async {
        await waitUntil("the server has taken everything", within: .seconds(120)) {
            do {
                try await client.flush()
                return true
            } catch {
                return false
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `an app's events are stored once though the server is killed again and again`() async throws {
        let server = try await DoorServer()
        let folder = try TemporaryDirectory()
        let client = try client(server, folder)
        for round in 0..<3 {
            for number in 0..<100 {
                client.track("product_viewed", properties: ["product": .text("p-\(round * 100 + number)")])
            }
            let before = try server.progress()
            try await waitUntil("something comes in", within: .seconds(60)) { try server.progress() > before }
            try await server.restart()
        }
        await flush(client)
        try await waitUntil("everything is filed") { try server.isFiled }
        #expect(try server.count("product_viewed") == 300)
        let products = try server.program.number(
            "SELECT count(DISTINCT subject) FROM tracked_event WHERE name = 'product_viewed'"
        )
        #expect(products == 300)
        #expect(try server.refusals() == [])
    }

    @Test(.timeLimit(.minutes(5)))
    func `what an app does while the server is away is in the profile afterwards`() async throws {
        let server = try await DoorServer()
        let folder = try TemporaryDirectory()
        server.program.kill()
        do {
            // An app that ends before the server is back.
            let client = try client(server, folder)
            client.track("product_viewed", properties: ["product": "42"])
            client.container.add(.init("42", quantity: 2, price: 9.5))
            client.identify("724", traits: ["email": "ana@example.com"])
            client.order("1050", attributes: ["items_sum": .decimal(19)])
            client.screen("Thanks")
            do {
                try await client.flush()
                Issue.record("Nobody was there to take it.")
            } catch {}
        }
        try await server.program.start(port: server.port)
        await flush(try client(server, folder))
        try await waitUntil("everything is filed") { try server.isFiled }
        #expect(try server.refusals() == [])
        let key = try await server.program.key()
        try await RemoteClient.with(port: server.port, key: key) { client in
            let answer = try await client.send("GET", "/api/customers/724/events?page%5Bsize%5D=50")
            let names = try answer.json()["data"]?.list.compactMap { $0["attributes"]?["name"]?.text }
            #expect(
                names?.sorted() == [
                    "container_cleared", "container_item_added", "logged_in", "order_completed", "product_viewed",
                    "screen_viewed",
                ]
            )
            let order = try await client.send("GET", "/api/orders/1050").json()["data"]?["attributes"]
            #expect(order?["client_external_id"]?.text == "724")
        }
    }
}
