import Foundation
import Synchronization
import Testing

@testable import ReorderClient

/// Time that stands still until `fly`, and from then on jumps over each pause.
final class TestClock: Sendable {
    private struct State {
        var now = Date(timeIntervalSince1970: 1_767_225_600)
        var isFlying = false
        var pauses: [Double] = []
        var ids = 0
    }

    private let state = Mutex(State())

    var now: Date { state.withLock { $0.now } }

    /// The pauses that were made, in seconds.
    var pauses: [Double] { state.withLock { $0.pauses } }

    func fly(_ flies: Bool = true) {
        state.withLock { $0.isFlying = flies }
    }

    func advance(by seconds: Double) {
        state.withLock { $0.now += seconds }
    }

    /// Surroundings with this clock, identifiers that count, and the longest pause of those that chance may choose.
    var surroundings: Surroundings {
        Surroundings(
            now: { self.now },
            newID: {
                self.state.withLock { state in
                    state.ids += 1
                    return "id-\(state.ids)"
                }
            },
            chance: { $0.upperBound },
            pause: { duration in
                while !self.state.withLock({ $0.isFlying }) { try await Task.sleep(for: .milliseconds(2)) }
                let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
                self.state.withLock { state in
                    state.now += seconds
                    state.pauses.append(seconds)
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        )
    }
}

/// A client with a folder and a clock of its own, and what it was told.
struct TestClient {
    let folder: URL
    let clock: TestClock
    let client: ReorderClient
    private let told: Told

    var errors: [ReorderError] { told.errors.withLock { $0 } }

    init(
        _ server: URL, folder: URL = TestClient.newFolder(), clock: TestClock = TestClock(),
        change: (inout Configuration) -> Void = { _ in }
    ) {
        let told = Told()
        var configuration = Configuration(server: server, writeKey: "wk_larkspur", folder: folder)
        configuration.onError = { error in
            #expect(!Thread.isMainThread)
            told.errors.withLock { $0.append(error) }
        }
        change(&configuration)
        (self.folder, self.clock, self.told) = (folder, clock, told)
        client = ReorderClient(configuration, surroundings: clock.surroundings)
    }

    /// Waits until everything that was called is in the queue.
    func settle() async {
        await client.settle()
    }

    static func newFolder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "reorder-client-\(UUID().uuidString)")
    }

    private final class Told: Sendable {
        let errors = Mutex<[ReorderError]>([])
    }
}

/// Waits until something holds, and fails the test when it does not within ten seconds.
func wait(
    _ what: Comment, at location: SourceLocation = #_sourceLocation, until holds: @Sendable () -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(120)
    while !holds() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: location)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
