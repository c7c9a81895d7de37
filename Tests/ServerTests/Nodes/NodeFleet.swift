import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// Three servers on one database, and what befalls them.
final class NodeFleet: Sendable {
    let cluster: TestCluster
    let nodes: [ServerProcess]
    let key: String
    private let chance: Mutex<Chance>
    private let counts = Mutex<[String: Int]>([:])

    /// Short, so that what a killed node had taken is soon another one's.
    private static let settings = ["WORKERS_LEASE": "5", "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true"]

    init(seed: UInt64) async throws {
        cluster = try await TestCluster()
        let first = try await ServerProcess(address: cluster.url)
        nodes = [first, try await first.another(), try await first.another()]
        key = try await first.key()
        chance = Mutex(Chance(seed: seed))
    }

    /// Where some node takes requests, which may be dead already.
    var port: Int { nodes[0].port }

    func startAll() async throws { for node in nodes { try await node.start(Self.settings) } }

    /// Kills nodes and starts them again, and ends the database in both ways, until it is time.
    func disturb(until end: ContinuousClock.Instant) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            while ContinuousClock.now < end {
                // How long things are left in peace is what is tested here, not something that is waited for.
                try await Task.sleep(for: .milliseconds(pick(200...1400)))
                switch pick(0...9) {
                case 0...5:
                    let (node, pause) = (nodes[pick(0...nodes.count - 1)], pick(0...600))
                    guard node.isRunning, node.port != 0 else { continue }
                    node.kill()
                    note("kills")
                    group.addTask { [self] in
                        try await Task.sleep(for: .milliseconds(pause))
                        try await revive(node)
                    }
                case 6...7:
                    try await cluster.restart(.immediate)
                    note("crashes")
                default:
                    try await cluster.restart(.fast)
                    note("restarts")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Starts a node again and again, as a supervisor does: without a database it ends.
    private func revive(_ node: ServerProcess) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await node.start(Self.settings)
            } catch let failure as ServerProcess.Failure {
                guard ContinuousClock.now < end else { throw failure }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// All nodes run, those that were never killed too, and answer.
    func requireReady() async throws {
        for node in nodes {
            #expect(node.isRunning, "A node ended by itself:\n\(node.log.suffix(2000))")
            await waitUntil("a node is ready") {
                let answer = try? await Wire.send(
                    "GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: node.port)
                return answer?.hasPrefix("HTTP/1.1 200") == true
            }
        }
    }

    var history: String {
        let counts = counts.withLock { $0 }
        return """
            Nodes: \(counts["kills"] ?? 0) kills, \(counts["crashes"] ?? 0) crashes and \(counts["restarts"] ?? 0) \
            restarts of the database
            """
    }

    private func pick(_ range: ClosedRange<Int>) -> Int { chance.withLock { $0.int(range) } }

    private func note(_ what: String) { counts.withLock { $0[what, default: 0] += 1 } }
}
