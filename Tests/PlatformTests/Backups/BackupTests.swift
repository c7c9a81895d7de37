import Database
import Domain
import Foundation
import Logging
import Platform
import Storage
import TestSupport
import Testing

/// Copies beside a running server, and the way back (spec operations.md, `reorder backup` and `restore`).
struct BackupTests {
    private let folder: TemporaryDirectory
    private let data: String

    init() throws {
        folder = try TemporaryDirectory()
        data = folder.path + "/data"
    }

    // Both block their thread for long, and those of tasks are few.
    private func backup(_ name: String = "copy.sqlite", replaces: Bool = false) async throws -> Backup.Summary {
        try await onThread { [data, file = file(name)] in
            try Backup.take(of: data, to: file, replaces: replaces, surroundings: .still())
        }
    }

    private func restore(
        _ name: String = "copy.sqlite", into target: String? = nil, replaces: Bool = false
    ) async throws -> Restore.Summary {
        try await onThread { [target = target ?? data, file = file(name)] in
            try Restore.run(file, into: target, replaces: replaces, surroundings: .still())
        }
    }

    private func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// A project with some orders, open as a server has it.
    private func shop(_ clock: StillClock = StillClock(), orders: Int = 5) async throws -> Services {
        let services = try await Services.open(data, surroundings: .still(at: clock))
        try await services.accounts.setUp(
            .sample(createsUnknownCustomers: true), email: "owner@example.com", password: "a password for tests",
            starterStatuses: true
        )
        try await services.register(0..<orders)
        return services
    }

    @Test func `a copy made while orders come in is whole, and has what was there when it began`() async throws {
        let services = try await shop()
        defer { services.close() }
        let writing = Task {
            var count = 5
            while !Task.isCancelled {
                try await services.register(count..<count + 1)
                count += 1
            }
            return count
        }
        let made = try await backup()
        writing.cancel()
        let written = try await writing.value
        #expect((5...Int64(written)).contains(made.contents.orders))
        #expect(made.contents.project == "A shop")
        #expect(Disk.size(of: made.file) == made.bytes)
        #expect(try DatabaseFile.faults(in: made.file) == [])
        #expect(LastBackup.load(from: data)?.file == made.file)

        _ = try await restore(into: file("other"))
        let restored = try await Services.open(file("other"), surroundings: .still())
        defer { restored.close() }
        #expect(Int64(restored.orders.count) == made.contents.orders)
        #expect(try await restored.verifier.verify().flatMap(\.findings) == [])
        #expect(restored.references.current.project?.name == "A shop")
    }

    @Test func `a copy can be read by its owner only, and leaves nothing else behind`() async throws {
        try await shop().close()
        let made = try await backup()
        let rights = try FileManager.default.attributesOfItem(atPath: made.file)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["copy.sqlite", "data"])
    }

    @Test func `a file that is there is replaced only when told so`() async throws {
        try await shop().close()
        _ = try await backup()
        let before = try Data(contentsOf: URL(filePath: file("copy.sqlite")))
        await #expect(throws: Backup.Failure.exists(file("copy.sqlite"))) { try await backup() }
        #expect(try Data(contentsOf: URL(filePath: file("copy.sqlite"))) == before)
        _ = try await backup(replaces: true)
    }

    @Test func `what a backup that was killed left is no hindrance`() async throws {
        try await shop().close()
        try Data(repeating: 7, count: 100_000).write(to: URL(filePath: file("copy.sqlite.part")))
        #expect(try await backup().contents.orders == 5)
        #expect(!FileManager.default.fileExists(atPath: file("copy.sqlite.part")))
    }

    @Test func `a directory without a project has nothing to back up`() async throws {
        await #expect(throws: DataDirectory.Failure.self) { try await backup() }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func `a restore replaces data only when told so, and keeps what was there`() async throws {
        let services = try await shop()
        _ = try await backup()
        try await services.register(5..<9)
        services.close()
        await #expect(throws: Restore.Failure.notEmpty(data)) { try await restore() }
        let summary = try await restore(replaces: true)
        #expect(summary.contents.orders == 5)
        let restored = try await Services.open(data, surroundings: .still())
        #expect(restored.orders.count == 5)
        restored.close()
        let aside = try await Services.open(try #require(summary.keptAside), surroundings: .still())
        #expect(aside.orders.count == 9)
        aside.close()
    }

    @Test func `a directory that a server runs on is left alone`() async throws {
        let services = try await shop()
        _ = try await backup()
        await #expect(throws: DataDirectory.Failure.self) { try await restore(replaces: true) }
        try await services.register(5..<6)
        services.close()
    }

    @Test func `a backup of a newer version is refused by name`() async throws {
        try await shop().close()
        _ = try await backup()
        let engine = try Engine(path: file("copy.sqlite"))
        try await engine.write { try $0.run("INSERT INTO migration (name, applied_ms) VALUES ('9999-later', 0)") }
        engine.stop()
        await #expect(throws: Restore.Failure.newer(file("copy.sqlite"), steps: ["9999-later"])) {
            try await restore(into: file("other"))
        }
        #expect(!FileManager.default.fileExists(atPath: file("other")))
    }

    @Test func `a damaged backup is refused, and nothing is touched`() async throws {
        let services = try await shop(orders: 200)
        _ = try await backup()
        services.close()
        var bytes = try Data(contentsOf: URL(filePath: file("copy.sqlite")))
        for index in stride(from: 8192, to: bytes.count - 1, by: 977) { bytes[index] ^= 0x5a }
        try bytes.write(to: URL(filePath: file("copy.sqlite")))
        await #expect {
            _ = try await restore(replaces: true)
        } throws: { error in
            if case .damaged = error as? Restore.Failure { true } else { false }
        }
        let cut = Data(try Data(contentsOf: URL(filePath: file("copy.sqlite"))).prefix(40_000))
        try cut.write(to: URL(filePath: file("cut.sqlite")))
        await #expect(throws: Restore.Failure.self) { try await restore("cut.sqlite", replaces: true) }
        let kept = try await Services.open(data, surroundings: .still())
        #expect(kept.orders.count == 200)
        kept.close()
    }

    @Test(arguments: ["nothing", "a list of groceries", ""])
    func `what is no backup is said so`(text: String) async throws {
        if text != "nothing" { try Data(text.utf8).write(to: URL(filePath: file("copy.sqlite"))) }
        await #expect(throws: Restore.Failure.self) { try await restore(into: file("other")) }
        #expect(!FileManager.default.fileExists(atPath: file("other")))
    }

    @Test(.enabled(if: Self.hasSteps, "There is one step of the schema, so nothing to upgrade from."))
    func `an upgrade copies the data first, and a fresh directory has nothing to copy`() async throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let engine = try Engine(path: data + "/reorder.sqlite")
        let first = Array(try Migrations.all().prefix(1))
        _ = try await Migrator.migrate(engine, first, nowMs: StillClock.usual.milliseconds)
        engine.stop()
        try await Services.open(data, surroundings: .still()).close()
        let copies = try FileManager.default.contentsOfDirectory(atPath: data + "/backups")
        #expect(copies == ["before-upgrade-20260301-120000.sqlite"])
        let steps = try DatabaseFile.read("\(data)/backups/\(copies[0])") { tx in
            try tx.rows("SELECT name FROM migration") { $0.text(0) }
        }
        #expect(steps == first.map(\.name))

        try await Services.open(file("fresh"), surroundings: .still()).close()
        #expect(!FileManager.default.fileExists(atPath: file("fresh/backups")))
    }

    private static let hasSteps = (try? Migrations.all().count > 1) ?? false

    @Test func `the schedule copies when the last copy is old enough, and keeps the newest`() async throws {
        let clock = StillClock()
        let services = try await shop(clock)
        defer { services.close() }
        let schedule = BackupSchedule(
            of: data, BackupSchedule.Plan(everyHours: 6, folder: file("kept"), keep: 2),
            audit: services.audit, logger: Logger(label: "test")
        )
        #expect(try await schedule.takeIfDue() != nil)
        var query = AuditQuery()
        query.action = .backupMade
        #expect(
            try await services.audit.page(query, limit: 2).map(\.entry.object.name) == [
                "reorder-20260301-120000.sqlite"
            ]
        )
        clock.advance(seconds: 6 * 3600 - 1)
        #expect(try await schedule.takeIfDue() == nil)
        for _ in 0..<3 {
            clock.advance(seconds: 6 * 3600)
            #expect(try await schedule.takeIfDue()?.contents.orders == 5)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: file("kept")).sorted() == [
                "reorder-20260302-055959.sqlite", "reorder-20260302-115959.sqlite",
            ])
        // A clock that was set back makes a copy rather than none for long.
        clock.set(StillClock.usual.adding(seconds: -86_400))
        #expect(try await schedule.takeIfDue() != nil)
    }
}

extension Services {
    /// Registers orders by their numbers.
    fileprivate func register(_ numbers: Range<Int>) async throws {
        let patches = numbers.map {
            Result<OrderPatch, Faults>.success(.sample("o-\($0)", customer: "c-\($0 % 7)", sum: $0))
        }
        for result in try await orders.register(patches, by: .test) { _ = try result.get() }
    }
}
