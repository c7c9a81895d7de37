import Database
import Domain
import Storage
import Synchronization

/// Why a write with an `Idempotency-Key` was not carried out.
package enum IdempotencyError: Error, Hashable, Sendable {
    /// The same key stands for a write that still runs.
    case running
    /// The same key stands for another write.
    case reused
    /// The write was carried out, but its answer is not known: the server stopped in between.
    case answerLost
}

/// Carries each write that has an `Idempotency-Key` out once, and answers its repetitions alike (spec README).
///
/// That a write was carried out is noted in its own transaction. The answer is written from what was committed, so it is
/// kept by a second write, before anybody gets it. A server that is killed between the two knows that the write is done and
/// not what was answered: then a write that may be repeated is answered anew where that changes nothing, and another one is
/// `answerLost`, as is one after which somebody else wrote.
package struct IdempotencyService: Sendable {
    let engine: Engine
    let surroundings: Surroundings
    let store = IdempotencyStore()
    /// One process owns the data, so what runs is known here.
    private let running = Running()

    /// How long an answer is kept.
    package static let keptSeconds: Int64 = 86_400

    init(engine: Engine, surroundings: Surroundings) { (self.engine, self.surroundings) = (engine, surroundings) }

    private final class Running: Sendable {
        let keys = Mutex<Set<IdempotencyStore.Key>>([])
    }

    /// A write that was begun.
    private struct Attempt {
        var key: IdempotencyStore.Key
        var fingerprint: String
        var name: String
        /// Whether it was carried out before, by a process that did not come to answer.
        var isDone = false
    }

    /// Answers what was answered before, or carries out `work` and keeps its answer.
    ///
    /// - Parameters:
    ///   - text: The key, as the caller made it.
    ///   - fingerprint: Differs for another request.
    ///   - isRepeatable: Whether doing the work twice is the same as doing it once.
    ///   - work: Makes the result; an error is not kept, so the key may be used again.
    ///   - answer: The answer that a result is; nil keeps none.
    /// - Returns: The result, or the answer that is kept.
    /// - Throws: `IdempotencyError`, and what `work` throws.
    package func once<Result: Sendable>(
        _ text: String, of apiKey: APIKey.ID, fingerprint: String, isRepeatable: Bool,
        work: () async throws -> Result, answer: (Result) async throws -> KeptAnswer?
    ) async throws -> Once<Result> {
        let key = IdempotencyStore.Key(apiKey: apiKey, text: text)
        guard running.keys.withLock({ $0.insert(key).inserted }) else { throw IdempotencyError.running }
        defer { _ = running.keys.withLock { $0.remove(key) } }
        var attempt = Attempt(key: key, fingerprint: fingerprint, name: surroundings.token(length: 16))
        let now = surroundings.now()
        if let entry = try engine.read({ tx in try store.entry(key, at: now, tx) }) {
            guard entry.fingerprint == fingerprint else { throw IdempotencyError.reused }
            if let answer = entry.answer { return .repeated(answer) }
            guard isRepeatable else { throw IdempotencyError.answerLost }
            (attempt.name, attempt.isDone) = (entry.attempt, true)
        }
        let isDone = attempt.isDone
        let noteDone: @Sendable (Connection, Bool) throws -> Void = { [attempt] tx, hasWritten in
            // Somebody wrote since: done again it would undo what they did.
            if isDone, hasWritten { throw IdempotencyError.answerLost }
            try note(attempt, nil, tx)
        }
        let result = try await Alongside.$statement.withValue(noteDone) { try await work() }
        if let answer = try await answer(result) {
            try await engine.write { [attempt] tx in try note(attempt, answer, tx) }
        }
        return .done(result)
    }

    /// What became of a write.
    package enum Once<Result: Sendable>: Sendable {
        case done(Result)
        case repeated(KeptAnswer)
    }

    private func note(_ attempt: Attempt, _ answer: KeptAnswer?, _ tx: Connection) throws {
        let now = surroundings.now()
        let isOurs = try store.note(
            attempt.key, fingerprint: attempt.fingerprint, attempt: attempt.name, answer: answer, now: now,
            expiresAt: now.adding(seconds: Self.keptSeconds), tx
        )
        guard isOurs else { throw IdempotencyError.running }
    }

    /// Forgets what is older than a day, and returns how many writes that were.
    package func purge() async throws -> Int {
        var total = 0
        while true {
            let now = surroundings.now()
            let count = try await engine.write { [store] tx in try store.purge(at: now, limit: Self.batchSize, tx) }
            total += count
            if count < Self.batchSize { return total }
        }
    }

    /// Rows of one transaction: other writes wait no longer than these take.
    private static let batchSize = 500
}
