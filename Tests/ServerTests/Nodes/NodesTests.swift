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
}
