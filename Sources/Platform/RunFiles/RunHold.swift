import Database
import Logging

/// Holds a run for as long as it is worked on, by renewing its lease.
enum RunHold {
    /// The run is another node's by now, or nobody's: it was cancelled.
    struct Lost: Error {}

    /// Does `work` while `renew` is called three times a lease.
    ///
    /// - Parameter renew: False when the run is held no more; what it throws is an outage, which may pass in time.
    /// - Throws: `Lost`, once the work has been broken off; what `work` throws.
    static func during<Result: Sendable>(
        leaseSeconds: Int64, renew: @escaping @Sendable () async throws -> Bool,
        work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !Task.isCancelled {
                    // A sleep that is cut short is the end of the loop, which the condition sees.
                    try? await Task.sleep(for: .milliseconds(leaseSeconds * 1000 / 3))
                    guard !Task.isCancelled else { break }
                    do { guard try await renew() else { throw Lost() } } catch let error as DatabaseError {
                        guard Outage(error) != nil else { throw error }
                    }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
