import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// Killed at any moment, the server misses nobody who moved and tells of nobody twice.
struct SegmentKillTests {
    private static let customers = 16

    /// How far each customer is: each step brings them into the segment or takes them out.
    private final class Steps: Sendable {
        private let steps = Mutex([Int](repeating: 0, count: customers))

        func withLock<Result: Sendable>(_ body: (inout [Int]) -> Result) -> Result { steps.withLock { body(&$0) } }
    }

    private let steps = Steps()

    private func write(_ number: Int, _ client: RemoteClient) async throws {
        while true {
            let step = steps.withLock { $0[number] }
            let order =
                #"{"external_id":"o-\#(number)","client_external_id":"c-\#(number)","items_sum":\#(step % 2 == 0 ? 10 : 1)}"#
            let answer = try await client.send("POST", "/api/orders", envelope(order))
            guard [200, 201].contains(answer.status) else { return }
            steps.withLock { $0[number] += 1 }
        }
    }

    /// What was told, by customer, in its order.
    private func told(_ server: ServerProcess) throws -> [String: [String]] {
        try server.stored { tx in
            let rows = try tx.rows(
                """
                SELECT c.external_id, e.kind FROM event AS e JOIN customer AS c ON c.id = e.customer_id
                WHERE e.segment_id IS NOT NULL ORDER BY e.bucket, e.seq
                """
            ) { ($0.text(0), $0.text(1)) }
            return rows.reduce(into: [:]) { $0[$1.0, default: []].append($1.1) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `after each kill members are right, and each move is told once`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        let folder = try TemporaryDirectory()
        let tree = folder.path + "/tree.json"
        let text = #"{"orders":{"where":{"field":"items_sum","op":"gte","value":10}}}"#
        try Data(text.utf8).write(to: URL(filePath: tree))
        let made = try await ServerProcess.run(["segment", "create", "Big", "--conditions", tree] + server.place)
        #expect(made.status == 0, "\(made)")
        let settings = ["WORKERS_LEASE": "5"]
        try await server.start(settings)
        try await RemoteClient.with(port: server.port, key: key) { client in
            let people = (0..<Self.customers).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
            let made = try await client.send("POST", "/api/customers", #"{"data":[\#(people.joined(separator: ","))]}"#)
            #expect(made.status == 200)
        }
        for round in 0..<6 {
            try await RemoteClient.with(port: server.port, key: key, connections: Self.customers) { client in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<Self.customers {
                        // A client ends with the server.
                        group.addTask { do { try await write(number, client) } catch {} }
                    }
                    group.addTask {
                        // How long it is left in peace is what is tested here.
                        try? await Task.sleep(for: .milliseconds(200 + 350 * round))
                        server.kill()
                    }
                }
            }
            try await server.start(settings)
            let wanted = try server.stored { tx in
                try tx.rows(
                    """
                    SELECT c.external_id FROM customer AS c JOIN orders AS o ON o.customer_id = c.id
                    WHERE o.items_sum_e4 >= 100000 ORDER BY c.external_id
                    """
                ) { $0.text(0) }
            }
            try await waitUntil("everybody who moved is told of") {
                Set(try told(server).filter { $0.value.last == "segment.entered" }.keys) == Set(wanted)
            }
            for (customer, moves) in try told(server) {
                for (place, kind) in moves.enumerated() {
                    #expect(
                        kind == (place % 2 == 0 ? "segment.entered" : "segment.left"), "round \(round), \(customer)")
                }
            }
            let verified = try await ServerProcess.run(["verify"] + server.place)
            #expect(verified.status == 0, "round \(round): \(verified.output)")
        }
        #expect(steps.withLock { $0.reduce(0, +) } > 200, "too few writes to tell anything")
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
    }
}
