import Dispatch
import Foundation
import Synchronization

/// Writes that queue while the last commit runs share the next one (ARCHITECTURE.md, "Durability").
///
/// One thread takes what has queued, runs it in one transaction and commits once; another answers while the next batch is
/// written. No timer: batches form by themselves. A write that refuses before it wrote anything fails alone; when one fails after it wrote, the batch is
/// rolled back and each runs in a transaction of its own.
final class GroupCommit: Sendable {
    /// The most writes of one commit.
    static let batchLimit = 128

    /// A queued write.
    struct Job: Sendable {
        /// What is asked ahead of all jobs of a commit together.
        var asks: (@Sendable (Connection) throws -> Void)?
        /// Runs inside the transaction; perhaps twice, the first time rolled back.
        let run: @Sendable (Connection) throws -> Void
        /// Runs after the commit, in commit order, before the write is answered.
        let committed: @Sendable () -> Void
        /// Answers: after the commit, or with what went wrong.
        let answer: @Sendable ((any Error)?) -> Void
        let queuedAt = ContinuousClock.now
    }

    /// What the metrics show.
    struct Counts: Sendable {
        var commits = 0
        var writes = 0
        /// Commits by how many writes they held: up to 1, 2, 4 … 256.
        var bySize = [Int](repeating: 0, count: 9)
        /// What commits took together, from the first write's work to the flush.
        var time = Duration.zero
    }

    private struct State {
        var queue: [Job] = []
        var isStopping = false
        var counts = Counts()
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let stopped = DispatchSemaphore(value: 0)
    /// Tells of commits and answers, in commit order, while the writing thread is at the next batch.
    private let answers = DispatchQueue(label: "reorder-answers")

    /// - Parameter withWriter: Runs its argument with the writing connection; called by one thread only. Where it throws
    ///   its argument was not run.
    init(withWriter: @escaping @Sendable (_ body: (Connection) -> Void) throws -> Void) {
        let thread = Thread { [self] in
            while let jobs = take() {
                do {
                    try withWriter { commit(jobs[...], on: $0) }
                } catch {
                    answers.async { for job in jobs { job.answer(error) } }
                }
            }
            stopped.signal()
        }
        thread.name = "reorder-writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// How many writes wait.
    var depth: Int { state.withLock { $0.queue.count } }

    /// How long the oldest write has waited; nothing where none waits.
    var oldestAge: Duration {
        state.withLock { $0.queue.first.map { ContinuousClock.now - $0.queuedAt } ?? .zero }
    }

    func enqueue(_ job: Job) {
        let isStopping = state.withLock { state in
            if !state.isStopping { state.queue.append(job) }
            return state.isStopping
        }
        if isStopping { job.answer(DatabaseError.stopped) } else { wake.signal() }
    }

    /// Commits what has queued, refuses what comes later, and returns when all are answered.
    func stop() {
        let wasStopping = state.withLock { state in
            defer { state.isStopping = true }
            return state.isStopping
        }
        guard !wasStopping else { return }
        wake.signal()
        stopped.wait()
        answers.sync {}
    }

    private func take() -> [Job]? {
        while true {
            wake.wait()
            let (jobs, isStopping) = state.withLock { state in
                let jobs = Array(state.queue.prefix(Self.batchLimit))
                state.queue.removeFirst(jobs.count)
                return (jobs, state.isStopping)
            }
            // Each job signals once, so a batch leaves signals behind that find nothing.
            if !jobs.isEmpty {
                if isStopping { wake.signal() }
                return jobs
            }
            if isStopping { return nil }
        }
    }

    // MARK: Committing

    /// - Parameter isRepeated: Whether these writes have failed before: then each statement is sent by itself.
    private func commit(
        _ jobs: ArraySlice<Job>, on connection: Connection, attempt: Int = 1, isRepeated: Bool = false
    ) {
        var failures: [Int: any Error] = [:]
        let start = ContinuousClock.now
        connection.isCareful = isRepeated
        do { try connection.beginWrite() } catch {
            // None of them is at fault.
            connection.rollBack()
            return answers.async { for job in jobs { job.answer(error) } }
        }
        do {
            if jobs.count > 1 { try connection.ask { for job in jobs { try job.asks?(connection) } } }
            for (index, job) in zip(jobs.indices, jobs) {
                let before = connection.totalChanges
                do {
                    try job.run(connection)
                } catch let error where connection.totalChanges == before && !(error is DatabaseError) {
                    failures[index] = error
                }
            }
            try connection.commit()
        } catch {
            connection.rollBack()
            return retry(jobs, after: error, on: connection, attempt: attempt)
        }
        state.withLock { state in
            state.counts.commits += 1
            state.counts.writes += jobs.count
            // The place of the power of two that is not smaller.
            state.counts.bySize[Int.bitWidth - (jobs.count - 1).leadingZeroBitCount] += 1
            state.counts.time += ContinuousClock.now - start
        }
        answers.async { [failures] in
            for (index, job) in zip(jobs.indices, jobs) where failures[index] == nil { job.committed() }
            for (index, job) in zip(jobs.indices, jobs) { job.answer(failures[index]) }
        }
    }

    private func retry(_ jobs: ArraySlice<Job>, after error: any Error, on connection: Connection, attempt: Int) {
        switch error as? DatabaseError {
        case .unavailable, .unreachable:
            // The disk, or the server that is gone, refuses all of them alike.
            answers.async { for job in jobs { job.answer(error) } }
        case .conflict where jobs.count == 1 && attempt < Self.attempts:
            commit(jobs, on: connection, attempt: attempt + 1, isRepeated: true)
        default:
            if jobs.count == 1 {
                answers.async { for job in jobs { job.answer(error) } }
            } else {
                for index in jobs.indices { commit(jobs[index...index], on: connection, isRepeated: true) }
            }
        }
    }

    /// How often a write is run that others are in the way of.
    private static let attempts = 5
}
