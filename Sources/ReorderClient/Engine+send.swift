import Foundation

/// Sending: one batch at a time, oldest events first.
extension Engine {
    /// The server takes 500 KB a body.
    private static let largestBody = 450_000
    private static let longestPause = 300.0

    /// Sends all that waits, and answers what is in the way where something is.
    ///
    /// A pause of the client's own is cut short, one that the server asked for is not.
    func send() async -> ReorderError? {
        guard isAllowed else { return .consentMissing }
        if let running { return await running.value }
        let seconds = patience()
        guard seconds <= 0 || queue.isEmpty else { return .waiting(seconds: Int(seconds.rounded(.up))) }
        let task = Task { await drain() }
        running = task
        return await task.value
    }

    /// Sees to it that what waits is sent after a pause, or earlier where that is planned already.
    ///
    /// After a failure the longer of the pauses holds.
    func schedule(after pause: Duration) {
        guard running == nil else { return }  // It goes on until nothing waits, or plans the next try itself.
        let seconds = max(pause.seconds, failures > 0 && timer != nil ? .infinity : patience())
        guard seconds.isFinite else { return }
        let date = surroundings.now().addingTimeInterval(seconds)
        if let timerDate, timerDate <= date { return }
        ring(after: seconds)
    }

    private func ring(after seconds: Double) {
        timer?.cancel()
        timerDate = surroundings.now().addingTimeInterval(seconds)
        let wait = surroundings.pause
        timer = Task { [weak self] in
            do { try await wait(.seconds(seconds)) } catch { return }  // Cancelled: another took its place.
            await self?.sendInTime()
        }
    }

    private func sendInTime() async {
        (timer, timerDate) = (nil, nil)
        if case .waiting(let seconds) = await send(), timer == nil { ring(after: Double(seconds)) }
    }

    /// How many seconds the server wants to be left alone yet.
    private func patience() -> Double {
        guard let left = patienceUntil?.timeIntervalSince(surroundings.now()) else { return 0 }
        return left > Answer.longestWait ? 0 : max(0, left)  // More is a clock that was set back.
    }

    private func drain() async -> ReorderError? {
        defer { running = nil }
        var first: ReorderError?
        while isAllowed {
            let batch = queue.first(batchSize, bytes: Self.largestBody)
            guard let last = batch.last else { break }
            let answer = await post.send(batch.map(\.json), at: surroundings.now())
            if let error = settle(answer, of: batch, last: last.number) {
                tell(error)
                first = first ?? error
                if case .later = answer { return first }
            }
        }
        return first
    }

    /// Does what an answer asks for, and answers the error that it is.
    private func settle(_ answer: Answer, of batch: [EventQueue.Entry], last: Int) -> ReorderError? {
        switch answer {
        case .taken:
            finish(through: last)
            return nil
        case .refused(let status, let code, let message):
            finish(through: last)
            return .refused(status: status, code: code, message: message, lost: batch.count)
        case .tooLarge where batch.count > 1:
            batchSize = (batch.count + 1) / 2
            return nil
        case .tooLarge:
            finish(through: last)
            return .tooLarge(event: "batch", bytes: batch.reduce(0) { $0 + $1.json.count })
        case .later(let error, let asked):
            failures += 1
            patienceUntil = asked.map { surroundings.now().addingTimeInterval($0) }
            let longest = min(Self.longestPause, pow(2, Double(min(failures, 12) - 1)))
            ring(after: max(asked ?? 0, surroundings.chance((longest / 2)...longest)))
            return error
        }
    }

    private func finish(through number: Int) {
        (failures, patienceUntil) = (0, nil)
        storing { try queue.remove(through: number) }
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
