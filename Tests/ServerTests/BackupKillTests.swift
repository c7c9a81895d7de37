import Database
import Foundation
import TestSupport
import Testing

/// Killed at any moment, a backup or a restore leaves what was there, or all of the new (spec operations.md).
@Suite(.serialized, .enabled(if: TestDatabase.isEmbedded, "A server's data is copied by the server's own tools."))
struct BackupKillTests {
    private static let rounds = ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] == "1" ? 60 : 10

    /// A stopped server with a made-up shop, and a backup of it.
    private func shop(orders: Int, backup: String) async throws -> ServerProcess {
        let server = try await ServerProcess()
        try await add(orders, to: server, seed: 1)
        let made = try await ServerProcess.run(["backup", backup, "--data", server.data])
        try #require(made.status == 0, "\(made)")
        return server
    }

    private func add(_ orders: Int, to server: ServerProcess, seed: Int) async throws {
        let filled = try await ServerProcess.run([
            "sample", "--data", server.data, "--customers", "200", "--orders", String(orders), "--seed", String(seed),
        ])
        try #require(filled.status == 0, "\(filled)")
    }

    private func orders(in path: String) throws -> Int64 {
        try DatabaseFile.read(path) { tx in
            try tx.first("SELECT count(*) FROM orders") { $0.integer(0) } ?? 0
        }
    }

    @Test func `a backup that is killed leaves no file of its name, and the next is whole`() async throws {
        let folder = try TemporaryDirectory()
        let server = try await shop(orders: 1500, backup: folder.path + "/first.sqlite")
        try await server.start()
        var chance = Chance(seed: 7)
        for round in 0..<Self.rounds {
            let file = "\(folder.path)/copy-\(round).sqlite"
            try await ServerProcess.runAndKill(
                ["backup", file, "--data", server.data], after: .milliseconds(chance.int(5...250)))
            if FileManager.default.fileExists(atPath: file) {
                #expect(try DatabaseFile.faults(in: file) == [], "round \(round)")
                #expect(try orders(in: file) == 1500)
            } else {
                #expect(try await ServerProcess.run(["backup", file, "--data", server.data]).status == 0)
                #expect(try orders(in: file) == 1500)
            }
            #expect(!FileManager.default.fileExists(atPath: file + ".part"))
        }
        #expect(server.isRunning)
    }

    @Test func `a restore that is killed leaves the old data or the new, and can be repeated`() async throws {
        let folder = try TemporaryDirectory()
        let backup = folder.path + "/old.sqlite"
        let server = try await shop(orders: 800, backup: backup)
        try await add(300, to: server, seed: 2)
        let newer = try orders(in: server.data + "/reorder.sqlite")
        let older = try orders(in: backup)
        let full = folder.path + "/new.sqlite"
        #expect(try await ServerProcess.run(["backup", full, "--data", server.data]).status == 0)
        var chance = Chance(seed: 8)
        for round in 0..<Self.rounds {
            let from = round % 2 == 0 ? backup : full
            try await ServerProcess.runAndKill(
                ["restore", from, "--replace", "--data", server.data], after: .milliseconds(chance.int(5...250)))
            let count = try orders(in: server.data + "/reorder.sqlite")
            #expect(count == newer || count == older, "round \(round)")
            #expect(try DatabaseFile.faults(in: server.data + "/reorder.sqlite") == [], "round \(round)")
        }
        #expect(try await ServerProcess.run(["restore", backup, "--replace", "--data", server.data]).status == 0)
        let verified = try await ServerProcess.run(["verify", "--data", server.data])
        #expect(verified.status == 0, "\(verified)")
        #expect(try orders(in: server.data + "/reorder.sqlite") == older)
    }

    @Test func `an import that is killed again and again ends as one that was not`() async throws {
        let folder = try TemporaryDirectory()
        let server = try await ServerProcess()
        let file = folder.path + "/orders.ndjson"
        let count = 4000
        let customers = (0..<40).map { #"{"external_id":"c-\#($0)"}"# }.joined(separator: "\n")
        try Data(customers.utf8).write(to: URL(filePath: folder.path + "/customers.ndjson"))
        let people = try await ServerProcess.run(
            ["import", folder.path + "/customers.ndjson", "--kind", "customers", "--data", server.data])
        #expect(people.status == 0, "\(people)")
        let lines = (0..<count).map {
            #"{"external_id":"o-\#($0)","client_external_id":"c-\#($0 % 40)","items_sum":\#($0),"payment":{"status_code":"paid"}}"#
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let command = ["import", file, "--data", server.data]
        var chance = Chance(seed: 9)
        for _ in 0..<Self.rounds {
            try await ServerProcess.runAndKill(command, after: .milliseconds(chance.int(50...600)))
        }
        let last = try await ServerProcess.run(command + ["--json"])
        #expect(last.status == 0, "\(last)")
        let path = server.data + "/reorder.sqlite"
        #expect(try orders(in: path) == Int64(count))
        let (events, total) = try DatabaseFile.read(path) { tx in
            (
                try tx.first("SELECT count(*) FROM event WHERE kind = 'order.created'") { $0.integer(0) },
                try tx.first("SELECT sum(total_e4) FROM customer_figures") { $0.integer(0) }
            )
        }
        #expect(events == Int64(count), "each order was created once")
        #expect(total == Int64(count * (count - 1) / 2) * 10_000)
        let verified = try await ServerProcess.run(["verify", "--data", server.data])
        #expect(verified.status == 0, "\(verified)")
    }
}
