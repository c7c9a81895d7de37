import Foundation
import TestSupport
import Testing

/// Several servers on one database, of which some are killed (spec operations.md, "Scale-out").
@Suite(.serialized, .enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct NodesTests {
    private static let clients = 16
    private static let kills = 8

    @Test(.timeLimit(.minutes(10)))
    func `what any node answered is there, once, on every node, whichever is killed`() async throws {
        let database = try await TestDatabase.make()
        let first = try await ServerProcess(database: database)
        let key = try await first.key()
        let nodes = [
            first, try await ServerProcess(isSetUp: false, database: database),
            try await ServerProcess(isSetUp: false, database: database),
        ]
        for node in nodes { try await node.start() }
        try await RemoteClient.with(port: first.port, key: key) { client in
            let customers = (0..<8).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
            let made = try await client.send(
                "POST", "/api/customers", #"{"data":[\#(customers.joined(separator: ","))]}"#)
            #expect(made.status == 200)
        }
        var expected: Set<String> = []
        for round in 0..<Self.kills {
            let doomed = nodes[round % nodes.count]
            await withTaskGroup(of: Set<String>.self) { group in
                for number in 0..<Self.clients {
                    let node = nodes[number % nodes.count]
                    group.addTask {
                        await Self.write("o-\(round)-\(number)", to: node, key, until: { !doomed.isRunning })
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(400 + round * 70))
                    doomed.kill()
                    return []
                }
                for await answered in group { expected.formUnion(answered) }
            }
            try await doomed.start()
        }
        #expect(expected.count > 100, "too few writes to tell anything")
        for node in nodes {
            try await RemoteClient.with(port: node.port, key: key) { client in
                for id in expected {
                    let answer = try await client.send("GET", "/api/orders/\(id)")
                    #expect(answer.status == 200, "\(id)")
                }
            }
            node.terminate()
            #expect(await node.exitStatus(within: .seconds(10)) == 0)
        }
        let verified = try await ServerProcess.run(["verify"] + first.place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    /// Registers one order after the other until it is time to end, and returns those that were answered.
    private static func write(
        _ name: String, to node: ServerProcess, _ key: String, until isOver: @escaping @Sendable () -> Bool
    ) async -> Set<String> {
        var sent: Set<String> = []
        do {
            try await RemoteClient.with(port: node.port, key: key) { client in
                for index in 0... where !isOver() {
                    let id = "\(name)-\(index)"
                    let answer = try await client.send(
                        "POST", "/api/orders",
                        """
                        {"data":{"attributes":{"external_id":"\(id)","client_external_id":"c-\(index % 8)",\
                        "date":"2026-03-01T10:00:00Z","items_sum":\(index + 1)}}}
                        """)
                    if answer.status == 201 {
                        sent.insert(id)
                    } else if answer.status != 503 {
                        Issue.record("\(id) was answered \(answer.status): \(answer.text)")
                    }
                    if isOver() { return }
                }
            }
        } catch {
            // The node was killed.
        }
        return sent
    }
}
