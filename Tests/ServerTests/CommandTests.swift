import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Every command keeps to the rules of the command line (spec operations.md, "Command line").
struct CommandTests {
    /// The commands, as the program itself lists them.
    private static func commands() async throws -> [String] {
        let help = try await ServerProcess.run(["--help"])
        #expect(help.status == 0)
        let list = help.output.components(separatedBy: "SUBCOMMANDS:").dropFirst().joined()
        return list.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: #/  [a-z]+ .*/#) != nil ? line.split(separator: " ").first.map(String.init) : nil
        }
    }

    @Test func `each command helps with 0, and answers wrong use with 2 on standard error only`() async throws {
        let commands = try await Self.commands()
        #expect(Set(commands).isSuperset(of: ["serve", "init", "backup", "restore", "doctor", "verify", "migrate"]))
        for command in commands {
            let help = try await ServerProcess.run([command, "--help"])
            #expect(help.status == 0 && help.output.contains("USAGE: reorder \(command)"), "\(command)")
            let wrong = try await ServerProcess.run([command, "--no-such-option"])
            #expect(
                wrong.status == 2 && wrong.output.isEmpty && wrong.errors.contains("Usage: reorder \(command)"),
                "\(command)")
        }
        #expect(try await ServerProcess.run(["no-such-command"]).status == 2)
        #expect(try await ServerProcess.run(["--version"]).status == 0)
    }

    @Test(arguments: [
        ["backup", "DIR/copy.sqlite"], ["restore", "DIR/nowhere.sqlite"], ["verify"], ["verify", "--repair"],
        ["doctor"],
        ["key", "list"], ["key", "create", "x", "--scopes", "admin"], ["key", "revoke", "x"], ["sample"],
        ["import", "DIR/nowhere.csv"], ["user", "set-password", "nobody@example.com"],
    ])
    func `what cannot be done ends with 1 and a sentence, and makes nothing`(arguments: [String]) async throws {
        let folder = try TemporaryDirectory()
        let data = folder.path + "/data"
        let arguments = arguments.map { $0.replacing("DIR", with: folder.path) }
        let run = try await ServerProcess.run(arguments + ["--data", data])
        #expect(run.status == 1, "\(run)")
        #expect(run.errors.contains("reorder: "), "\(run)")
        #expect(!run.errors.contains("Error Domain") && !run.errors.contains("(1)"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: data + "/reorder.sqlite"))
    }

    @Test func `bench measures beside the data, and leaves nothing behind`() async throws {
        let folder = try TemporaryDirectory()
        let arguments = ["bench", "--orders", "200", "--seconds", "1", "--json", "--data", folder.path + "/data"]
        let run = try await ServerProcess.run(arguments)
        #expect(run.status == 0, "\(run)")
        let figures = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]] ?? []
        #expect(figures.count == 5)
        #expect(figures.allSatisfy { ($0["value"] as? Int ?? 0) > 0 }, "\(figures)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test(arguments: [
        ["key", "create", "x", "--scopes", "bogus"], ["key", "create", "x"], ["key", "create", "x", "--kind", "weird"],
        ["key", "create", "x", "--kind", "write", "--scopes", "admin"], ["export", "weird"],
        ["key", "create", "x", "--scopes", "admin", "--source", "online_store"],
        ["export", "orders", "--filter", "weird=1"], ["export", "orders", "--columns", "weird"],
        ["export", "orders", "--format", "pdf"], ["user", "add", "no-email"], ["fields", "--object", "weird"],
        ["sample", "--customers", "0"],
    ])
    func `a value that will not do is wrong use of the command that it was given to`(arguments: [String]) async throws {
        let server = try await ServerProcess()
        let run = try await ServerProcess.run(arguments + server.place)
        #expect(run.status == 2 && run.output.isEmpty, "\(run)")
        #expect(run.errors.contains("Usage: reorder \(arguments[0])"), "\(run.errors)")
        #expect(run.errors.contains("See 'reorder \(arguments[0])"), "\(run.errors)")
        #expect(!run.errors.contains("attributes"), "\(run.errors)")
    }

    @Test(arguments: [
        ["--owner", "no-email"], ["--currency", "EURO"], ["--time-zone", "Mars/Base"], ["--features", "weird"],
    ])
    func `what a project cannot be made of is wrong use`(arguments: [String]) async throws {
        let folder = try TemporaryDirectory()
        let owner = arguments[0] == "--owner" ? [] : ["--owner", "a@example.com"]
        let run = try await ServerProcess.run(["init", "--data", folder.path + "/data"] + owner + arguments)
        #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("Usage: reorder init"), "\(run)")
    }

    @Test(arguments: [
        ["key", "create", "x", "--scopes", "orders:read"], ["key", "list"], ["verify"], ["doctor"], ["migrate"],
    ])
    func `what programs read is JSON alone on standard output`(arguments: [String]) async throws {
        let server = try await ServerProcess()
        let run = try await ServerProcess.run(arguments + ["--json"] + server.place)
        #expect(run.status == 0, "\(run)")
        #expect(throws: Never.self) { try JSON(parsing: run.output) }
    }

    @Test func `a public key is made and ended beside a running server, which takes it and then does not`() async throws
    {
        let server = try await ServerProcess()
        try await server.start()
        let unknown = try await ServerProcess.run(
            ["key", "create", "App", "--kind", "write", "--source", "no"] + server.place)
        #expect(unknown.status == 1 && unknown.errors.contains("There is no event source “no”."), "\(unknown)")
        let made = try await ServerProcess.run(["key", "create", "App", "--kind", "write"] + server.place)
        let key = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(made.status == 0 && key.hasPrefix("rw_"), "\(made)")
        let listed = try await ServerProcess.run(["key", "list"] + server.place)
        #expect(listed.output.contains("\(key)\tvalid\twrite\tonline_store\tApp"), "\(listed)")
        try await RemoteClient.with(port: server.port, key: "none") { client in
            func status() async throws -> Int {
                try await client.send("POST", "/tracker/events?key=\(key)", #"{"events":[]}"#).status
            }
            try await waitUntil("the server takes the key", within: .seconds(60)) { try await status() == 204 }
            #expect(try await ServerProcess.run(["key", "revoke", key] + server.place).status == 0)
            try await waitUntil("the server refuses the key", within: .seconds(60)) { try await status() == 401 }
        }
        #expect(try await ServerProcess.run(["key", "revoke", key] + server.place).status == 1)
    }

    @Test(.enabled(if: TestDatabase.isEmbedded, "A server's data is copied by the server's own tools."))
    func `a backup beside a running server comes back on another machine, and is sound there`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        let folder = try TemporaryDirectory()
        let (file, data) = (folder.path + "/copy.sqlite", folder.path + "/restored")
        try await RemoteClient.with(port: server.port, key: key) { client in
            let customer = try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#))
            #expect(customer.status == 201)
            let order = envelope(#"{"external_id":"o-1","client_external_id":"c-1","items_sum":12.5}"#)
            #expect(try await client.send("POST", "/api/orders", order).status == 201)
        }
        let made = try await ServerProcess.run(["backup", file, "--data", server.data, "--json"])
        #expect(made.status == 0, "\(made)")
        #expect(try JSON(parsing: made.output)["orders"]?.number == 1)
        let again = try await ServerProcess.run(["backup", file, "--data", server.data])
        #expect(again.status == 1 && again.errors.contains("--replace"))
        #expect(try await ServerProcess.run(["backup", file, "--data", server.data, "--replace"]).status == 0)
        let taken = try await ServerProcess.run(["restore", file, "--data", server.data, "--replace"])
        #expect(taken.status == 1 && taken.errors.contains("Another process uses"))

        let restored = try await ServerProcess.run(["restore", file, "--data", data, "--json"])
        #expect(restored.status == 0, "\(restored)")
        let verified = try await ServerProcess.run(["verify", "--data", data])
        #expect(verified.status == 0, "\(verified)")
        let other = try await ServerProcess(data: data, isSetUp: false)
        try await other.start()
        try await RemoteClient.with(port: other.port, key: key) { client in
            let order = try await client.send("GET", "/api/orders/o-1").json()
            #expect(order["data"]?["attributes"]?["value"]?.number == 12.5)
        }
    }

    @Test(.enabled(if: TestDatabase.isEmbedded, "A server's data is copied by the server's own tools."))
    func `what the command line copies, takes out and brings in stands in the audit log`() async throws {
        let server = try await ServerProcess()
        let folder = try TemporaryDirectory()
        let rows = folder.path + "/customers.ndjson"
        try Data(#"{"external_id":"c-1"}"#.utf8).write(to: URL(filePath: rows))
        let imported = try await ServerProcess.run(["import", rows, "--kind", "customers"] + server.place)
        #expect(imported.status == 0, "\(imported)")
        try await server.start()
        let copy = folder.path + "/copy.sqlite"
        for command in [["backup", copy], ["export", "customers", "--out", folder.path + "/customers.csv"]] {
            let run = try await ServerProcess.run(command + ["--data", server.data])
            #expect(run.status == 0, "\(run)")
        }
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
        let services = try await Services.open(server.data)
        defer { services.close() }
        let entries = try await services.audit.page(AuditQuery(), limit: 3).map(\.entry)
        #expect(entries.map(\.action) == [.exportStarted, .backupMade, .importStarted])
        #expect(entries.map(\.actor) == [.cli, .cli, .cli])
        #expect(entries[1].after["file"] == copy)
    }

    @Test(.enabled(if: TestDatabase.isEmbedded, "Whose port it is, the lock of a data directory tells."))
    func `the doctor knows a running server by its port`() async throws {
        let server = try await ServerProcess()
        try await server.start()
        let look = try await ServerProcess.run(
            ["doctor", "--json", "--port", String(server.port)] + server.place)
        #expect(look.status == 0, "\(look)")
        let port = try JSON(parsing: look.output).list.first { $0["name"]?.text == "port" }
        #expect(port?["level"]?.text == "ok")
        #expect(port?["text"]?.text?.contains("is ready") == true)
        // A server of its own on other data has no business there.
        let other = try await ServerProcess()
        let mixed = try await ServerProcess.run(
            ["doctor", "--json", "--port", String(server.port)] + other.place)
        let found = try JSON(parsing: mixed.output).list.first { $0["name"]?.text == "port" }
        #expect(found?["level"]?.text == "warning")
    }

    @Test func `the settings that are used can be seen, wherever they came from`() async throws {
        let shown = try await ServerProcess.run(
            ["serve", "--print-config", "--data", "/srv/shop", "--port", "9000", "--backup-every", "12"])
        #expect(shown.status == 0)
        for line in ["data: /srv/shop", "port: 9000", "  every: 12", "  folder: /srv/shop/backups"] {
            #expect(shown.output.contains(line), "\(shown.output)")
        }
        let wrong = try await ServerProcess.run(["serve", "--print-config", "--backup-every", "-1"])
        #expect(wrong.status == 2)
    }

    @Test func `the server's work is parted by roles, and one that will not do is wrong use`() async throws {
        let shop = ["serve", "--print-config", "--database", "postgresql://app@localhost/shop"]
        let web = try await ServerProcess.run(shop + ["--role", "web"])
        #expect(web.status == 0 && web.output.contains("role: \"web\""), "\(web)")
        let both = try await ServerProcess.run(shop + ["--role", "workers, web"])
        #expect(both.status == 0 && both.output.contains("role: \"web,workers\""), "\(both)")
        for role in ["weird", "", "web,weird", "web workers everything"] {
            let wrong = try await ServerProcess.run(shop + ["--role", role])
            #expect(wrong.status == 2 && wrong.output.isEmpty, "\(wrong)")
            #expect(wrong.errors.contains("must be web, workers, or web,workers, not “\(role)”"), "\(wrong)")
        }
        let embedded = try await ServerProcess.run(["serve", "--print-config", "--role", "web"])
        #expect(embedded.status == 2 && embedded.errors.contains("only where the data is on a server"), "\(embedded)")
    }
}
