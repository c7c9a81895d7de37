import Domain
import Foundation
import Logging
import Platform
import TestSupport
import Testing

struct ExportWorkerTests {
    private func shop(_ clock: StillClock = StillClock()) async throws -> Services {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true), clock: clock)
        for index in 0..<20 { _ = try await services.orders.register(.sample("o-\(index)"), by: .test) }
        return services
    }

    private func worker(_ services: Services, limit: Int = 1 << 30) -> ExportWorker {
        ExportWorker(services, byteLimit: limit, logger: .quiet)
    }

    private func work(_ services: Services, limit: Int = 1 << 30) async throws {
        let worker = worker(services, limit: limit)
        while try await worker.workOnce() {}
    }

    /// How many bytes an export's file has, wherever it is; nil where there is none.
    private func size(_ file: ExportService.File, _ services: Services) async throws -> Int? {
        switch file {
        case .path(let path): try? Data(contentsOf: URL(filePath: path)).count
        case .stored(let name): try await services.exports.part(0, of: name)?.count
        }
    }

    @Test func `a worker makes the file, and its time ends`() async throws {
        let clock = StillClock()
        let services = try await shop(clock)
        let asked = try await services.exports.start(ExportRequest(.orders), by: "ana")
        #expect((asked.state, services.exports.file(of: asked) == nil) == (.queued, true))
        try await work(services)
        let done = try services.exports.run(asked.id)
        #expect((done.state, done.rowsDone, done.rowsTotal) == (.done, 20, 20))
        let file = try #require(services.exports.file(of: done))
        #expect(try await size(file, services) == Int(done.bytes))
        try await worker(services).clear()
        #expect(try await size(file, services) != nil)
        clock.advance(seconds: ExportWorker.keptSeconds + 1)
        #expect(services.exports.file(of: done) == nil)
        try await worker(services).clear()
        #expect(try services.exports.run(asked.id).state == .expired)
        #expect(try await size(file, services) == nil)
    }

    @Test func `one that fails stops no other`() async throws {
        let services = try await shop()
        let failing = try await services.exports.start(ExportRequest(.orders), by: "ana")
        try await work(services, limit: 10)
        let other = try await services.exports.start(ExportRequest(.customers), by: "ana")
        try await work(services)
        let failed = try services.exports.run(failing.id)
        #expect(failed.state == .failed)
        #expect(failed.reason?.contains("limits.exports") == true)
        #expect(services.exports.file(of: failed) == nil)
        #expect(try services.exports.run(other.id).state == .done)
    }

    @Test func `a cancelled one leaves no file, and a deleted one neither`() async throws {
        let services = try await shop()
        let cancelled = try await services.exports.start(ExportRequest(.orders), by: "ana")
        #expect(try await services.exports.cancel(cancelled.id).state == .cancelled)
        let kept = try await services.exports.start(ExportRequest(.orders), by: "ana")
        try await work(services)
        #expect(try services.exports.run(cancelled.id).state == .cancelled)
        let run = try services.exports.run(kept.id)
        let file = try #require(services.exports.file(of: run))
        #expect(try await services.exports.cancel(kept.id).state == .expired)
        #expect(try await size(file, services) == nil)
    }

    @Test func `the oldest files go when all are too large together`() async throws {
        let services = try await shop()
        var runs: [ExportRun.ID] = []
        for _ in 0..<3 {
            runs.append(try await services.exports.start(ExportRequest(.orders), by: "ana").id)
            try await work(services)
        }
        let size = Int(try services.exports.run(runs[0]).bytes)
        try await worker(services, limit: size * 2).clear()
        #expect(try runs.map { try services.exports.run($0).state } == [.expired, .done, .done])
    }

    @Test func `too many that wait are refused`() async throws {
        let services = try await Services.test()
        for _ in 0..<100 { _ = try await services.exports.start(ExportRequest(.orders), by: "ana") }
        await #expect(throws: ExportError.tooMany(100)) {
            try await services.exports.start(ExportRequest(.orders), by: "ana")
        }
    }
}
