import Database
import Domain
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// What the doctor says of an installation (spec operations.md, `reorder doctor`).
struct DoctorTests {
    private let folder: TemporaryDirectory
    private let data: String
    private let clock = StillClock()

    init() throws {
        folder = try TemporaryDirectory()
        data = folder.path + "/data"
    }

    private func makeProject() async throws {
        let services = try await Services.open(data, surroundings: .still(at: clock))
        try await services.accounts.setUp(
            .sample(), email: "owner@example.com", password: "a password for tests", starterStatuses: true
        )
        services.close()
    }

    private func findings(isDeep: Bool = false, backupEvery: Int = 0) async -> [String: Doctor.Finding] {
        var settings = Settings()
        settings.data = data
        // Nothing listens on the port that no service may have.
        settings.port = 1
        settings.backupEveryHours = backupEvery
        let found = await onThread { [settings, clock] in
            Doctor(settings, surroundings: .still(at: clock)).examine(isDeep: isDeep)
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
    }

    @Test func `a sound installation has no problem, and each finding is a sentence`() async throws {
        try await makeProject()
        _ = try Backup.take(of: data, to: folder.path + "/copy.sqlite", surroundings: .still(at: clock))
        let findings = await findings(isDeep: true)
        for name in [
            "data_directory", "data_rights", "free_space", "flush_speed", "time_zones", "memory", "open_files",
            "sqlite",
            "migrations", "clock", "project", "imports", "exports", "webhooks",
            "integrity", "write_log", "backup", "port",
        ] {
            let finding = try #require(findings[name], "\(name)")
            #expect(finding.level != .problem, "\(finding)")
            #expect(finding.text.hasSuffix("."), "\(finding)")
            #expect(finding.mend.isEmpty == (finding.level == .ok), "\(finding)")
        }
        #expect(findings["clock"]?.level == .ok)
        #expect(findings["integrity"]?.level == .ok)
        #expect(findings["backup"]?.level == .ok)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).contains(".doctor") == false)
    }

    @Test func `a directory that is not there, and one without a database, are problems`() async throws {
        #expect(await findings()["data_directory"]?.level == .problem)
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        #expect(await findings()["database"]?.level == .problem)
        #expect(await findings()["database"]?.mend.contains("reorder init") == true)
    }

    @Test func `others' right to read is a warning with the mend`() async throws {
        try await makeProject()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: data)
        #expect(await findings()["data_rights"]?.level == .warning)
        #expect(await findings()["data_rights"]?.mend == "chmod 700 \(data)")
    }

    @Test func `a clock behind the data is a problem`() async throws {
        try await makeProject()
        clock.set(StillClock.usual.adding(seconds: -3600))
        #expect(await findings()["clock"]?.level == .problem)
        clock.set(StillClock.usual)
        #expect(await findings()["clock"]?.level == .ok)
    }

    @Test func `a newer database and missing steps are told apart`() async throws {
        try await makeProject()
        func change(_ sql: String) async throws {
            let engine = try Engine(path: data + "/reorder.sqlite")
            try await engine.write { try $0.script(sql) }
            engine.stop()
        }
        try await change("INSERT INTO migration (name, applied_ms) VALUES ('9999-later', 0)")
        #expect(await findings()["migrations"]?.level == .problem)
        #expect(await findings()["migrations"]?.text.contains("9999-later") == true)
        try await change("DELETE FROM migration WHERE name LIKE '9999%' OR name LIKE '0001%'")
        #expect(await findings()["migrations"]?.level == .warning)
    }

    @Test func `no backup, an old one and a late one are told`() async throws {
        try await makeProject()
        #expect(await findings()["backup"]?.level == .warning)
        _ = try Backup.take(of: data, to: folder.path + "/copy.sqlite", surroundings: .still(at: clock))
        #expect(await findings(backupEvery: 24)["backup"]?.level == .ok)
        clock.advance(seconds: 60 * 3600)
        #expect(await findings()["backup"]?.text.contains("2 days old") == true)
        #expect(await findings()["backup"]?.level == .ok)
        #expect(await findings(backupEvery: 24)["backup"]?.level == .problem)
        clock.advance(seconds: 30 * 86_400)
        #expect(await findings()["backup"]?.level == .warning)
    }

    @Test func `damage is found where the whole database is read`() async throws {
        try await makeProject()
        let services = try await Services.open(data, surroundings: .still(at: clock))
        let patches = (0..<400).map { Result<CustomerPatch, Faults>.success(.sample("c-\($0)", firstName: "Ana")) }
        _ = try await services.customers.register(patches, by: .test)
        services.close()
        let path = data + "/reorder.sqlite"
        try DatabaseFile.emptyLog(of: path)
        var bytes = try Data(contentsOf: URL(filePath: path))
        for index in stride(from: bytes.count / 2, to: bytes.count - 1, by: 611) { bytes[index] ^= 0x5a }
        try bytes.write(to: URL(filePath: path))
        let findings = await findings(isDeep: true)
        #expect(findings["integrity"]?.level == .problem || findings["database"]?.level == .problem, "\(findings)")
    }

    @Test func `an import that was broken off long ago is named`() async throws {
        try await makeProject()
        let engine = try Engine(path: data + "/reorder.sqlite")
        try await engine.write { tx in
            try tx.run(
                """
                INSERT INTO import_run (id, kind, source, fingerprint, items_done, created, updated, unchanged, refused,
                    started_ms, state)
                VALUES (1, 'orders', 'orders.csv', 'f', 500, 500, 0, 0, 0, \(StillClock.usual.milliseconds), 'stopped')
                """)
        }
        engine.stop()
        #expect(await findings()["imports"]?.level == .ok)
        clock.advance(seconds: 2 * 3600)
        #expect(await findings()["imports"]?.text.contains("orders.csv") == true)
    }
}
