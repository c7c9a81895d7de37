import Testing

/// Looks every few milliseconds whether something has come about, and records an issue when it has not in time.
package func waitUntil(
    _ what: String = "it", within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async rethrows {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("\(what) did not come about within \(limit)", sourceLocation: sourceLocation)
}
