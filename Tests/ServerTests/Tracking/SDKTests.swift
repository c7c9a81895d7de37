import Database
import Foundation
import TestSupport
import Testing

/// The clients of the Segment convention as they are published, against the real server.
struct SDKTests {
    private static let needs: ConditionTrait = .enabled(
        if: Script.python != nil, "Set REORDER_TEST_PYTHON, as Scripts/test.sh does."
    )

    private func run(_ sdk: String, _ scenario: String, on server: DoorServer) throws -> Script {
        try Script("sdk_clients.py", [sdk, server.address, server.key, scenario])
    }

    @Test(needs, .timeLimit(.minutes(5)), arguments: ["segment", "rudder"])
    func `every call of a published client is in the profile`(_ sdk: String) async throws {
        let server = try await DoorServer()
        let ended = try await run(sdk, "everything", on: server).end()
        #expect(ended.status == 0, "\(ended.output)\n\(server.program.log)")
        try await waitUntil("everything is filed") { try server.isFiled }
        #expect(try server.refusals() == [])
        let names = try server.program.stored { tx in
            try tx.rows(
                """
                SELECT e.name FROM tracked_event AS e JOIN customer AS c ON c.id = e.owner_id
                WHERE c.external_id = \("\(sdk)-1") ORDER BY e.name
                """
            ) { $0.text(0) }
        }
        #expect(
            names == [
                "container_cleared", "container_item_added", "coupon_entered", "group_joined", "logged_in",
                "order_completed", "page_viewed", "product_viewed", "screen_viewed", "trial_ended",
            ]
        )
        let key = try await server.program.key()
        try await RemoteClient.with(port: server.port, key: key) { client in
            let customer = try await client.send("GET", "/api/customers/\(sdk)-1").json()["data"]?["attributes"]
            #expect(customer?["email"]?.text == "\(sdk)@larkspur.example")
            #expect(customer?["first_name"]?.text == "Ana")
            #expect(customer?["city"]?.text == "Porto")
            #expect(customer?["registered_at"]?.text == "2020-01-01T00:00:00.000Z")
            let order = try await client.send("GET", "/api/orders/\(sdk)-order").json()["data"]?["attributes"]
            #expect(order?["client_external_id"]?.text == "\(sdk)-1")
            #expect(order?["payment"]?["total"]?.number == 41.5)
        }
        let verified = try await ServerProcess.run(["verify"] + server.program.place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    @Test(needs, .timeLimit(.minutes(5)), arguments: ["segment", "rudder"])
    func `a published client's events are stored once though the server is killed again and again`(
        _ sdk: String
    ) async throws {
        let server = try await DoorServer()
        for _ in 1...2 {
            let script = try run(sdk, "many", on: server)
            for _ in 1...2 {
                let before = try server.progress()
                try await waitUntil("something comes in", within: .seconds(60)) {
                    try server.progress() > before || !script.isRunning
                }
                try await server.restart()
            }
            let ended = await script.end()
            #expect(ended.status == 0, "\(ended.output)\n\(server.program.log)")
            try await waitUntil("everything is filed", within: .seconds(60)) { try server.isFiled }
            // The second time they are the same messages.
            #expect(try server.count("tea_brewed") == 500)
        }
    }

    @Test(needs, .timeLimit(.minutes(5)), arguments: ["segment", "rudder"])
    func `a published client goes on trying until the server is back`(_ sdk: String) async throws {
        let server = try await DoorServer()
        server.program.kill()
        let script = try run(sdk, "shaky", on: server)
        try await server.program.start(port: server.port)
        let ended = await script.end()
        #expect(ended.status == 0, "\(ended.output)\n\(server.program.log)")
        try await waitUntil("everything is filed") { try server.isFiled }
        #expect(try server.count("cup_broken") == 100)
    }

    @Test(needs, .timeLimit(.minutes(5)), arguments: ["segment", "rudder"])
    func `a published client is told of a wrong key`(_ sdk: String) async throws {
        let server = try await DoorServer()
        let ended = try await run(sdk, "wrong_key", on: server).end()
        #expect(ended.status == 0, "\(ended.output)\n\(server.program.log)")
        #expect(try server.progress() == 0)
    }
}
