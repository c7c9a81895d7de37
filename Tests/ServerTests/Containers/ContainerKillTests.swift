import Database
import Foundation
import TestSupport
import Testing

/// Killed while carts become abandoned, the server tells of each once, and says when it was.
struct ContainerKillTests {
    private static let customers = 300

    @Test(.timeLimit(.minutes(10)))
    func `each cart is abandoned once, at its moment, whenever the server is killed`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        try await RemoteClient.with(port: server.port, key: key) { client in
            let customers = (0..<Self.customers).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
            let made = try await client.send(
                "POST", "/api/customers", #"{"data":[\#(customers.joined(separator: ","))]}"#)
            #expect(made.status == 200)
            for number in 0..<Self.customers {
                let put = try await client.send(
                    "PUT", "/api/customers/c-\(number)/containers/cart",
                    #"{"data":{"attributes":{"lines":[{"product":"tea","quantity":2}]}}}"#)
                #expect(put.status == 200)
            }
        }
        server.kill()
        // As if they had been left an hour ago, one after the other: they are due within the next seconds.
        let address = server.environment["REORDER_DATABASE"]
        let engine = try Engine(address.map { .server($0) } ?? .file(server.data + "/reorder.sqlite"))
        let start = Int64(Date().timeIntervalSince1970 * 1000) - 3_600_000 - 500
        try await engine.write { tx in
            let owners = try tx.rows("SELECT owner_id FROM container ORDER BY owner_id") { $0.integer(0) }
            for (place, owner) in owners.enumerated() {
                let changed = start + Int64(place) * 15
                try tx.run(
                    """
                    UPDATE container SET changed_ms = \(changed), due_ms = \(changed + 3_600_000)
                    WHERE bucket = \(owner & 4095) AND owner_id = \(owner)
                    """
                )
            }
        }
        engine.stop()
        var chance = Chance(seed: 7)
        var rounds = 0
        while try server.number("SELECT count(*) FROM container WHERE abandoned_ms IS NULL") > 0 {
            rounds += 1
            try #require(rounds < 200)
            try await server.start()
            try await Task.sleep(for: .milliseconds(chance.int(0...500)))
            server.kill()
        }
        let told = try server.number("SELECT count(*) FROM event WHERE kind = 'container.abandoned'")
        let persons = try server.number(
            "SELECT count(DISTINCT customer_id) FROM event WHERE kind = 'container.abandoned'")
        #expect((told, persons) == (Int64(Self.customers), Int64(Self.customers)))
        let misdated = try server.number(
            """
            SELECT count(*) FROM container AS c JOIN event AS e
                ON e.customer_id = c.owner_id AND e.kind = 'container.abandoned'
            WHERE e.happened_ms <> c.changed_ms + 3600000 OR c.abandoned_ms <> e.happened_ms
            """
        )
        #expect(misdated == 0)
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified.output)")
    }
}
