import Foundation

/// Time, chance and identifiers, which tests decide.
struct Surroundings: Sendable {
    var now: @Sendable () -> Date
    var newID: @Sendable () -> String
    var chance: @Sendable (ClosedRange<Double>) -> Double
    var pause: @Sendable (Duration) async throws -> Void

    static let live = Surroundings(
        now: { Date() },
        newID: { UUID().uuidString.lowercased() },
        chance: { Double.random(in: $0) },
        pause: { try await Task.sleep(for: $0) }
    )
}
