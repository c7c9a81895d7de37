import Database
import Domain
import Foundation
import TestSupport
import Testing

/// Imports and exports of a real server, killed in the middle: they go on, nothing is double, no half file is offered.
@Suite(.serialized) struct RunKillTests {
    private static let rows = 6000
    /// On a server what a killed process held is free once its lease has ended.
    private static let lease = ["WORKERS_LEASE": "5"]

    private static func file(_ directory: TemporaryDirectory) throws -> String {
        var text = ""
        for number in 0..<rows {
            text +=
                number == 3000
                ? "{\"external_id\":\n"
                : #"{"external_id":"o-\#(number)","client_external_id":"c-1","number":"\#(number)"}"# + "\n"
        }
        let path = directory.path + "/orders.ndjson"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private static func server() async throws -> (ServerProcess, key: String) {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start(lease)
        try await RemoteClient.with(port: server.port, key: key) { client in
            let made = try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#))
            #expect(made.status == 201)
        }
        return (server, key)
    }

    private static func attributes(_ client: RemoteClient, _ place: String) async throws -> JSON? {
        try await client.send("GET", place).json()["data"]?["attributes"]
    }

    @Test(.timeLimit(.minutes(10))) func `an import that is killed goes on where it stopped`() async throws {
        let directory = try TemporaryDirectory()
        let path = try Self.file(directory)
        let (server, key) = try await Self.server()
        let body = try String(contentsOfFile: path, encoding: .utf8)
        let place = try await RemoteClient.with(port: server.port, key: key) { client in
            let sent = try await client.send(
                "POST", "/api/imports?name=orders.ndjson", body, type: "application/x-ndjson")
            #expect(sent.status == 202, "\(sent.text)")
            let place = "/api/imports/" + (try sent.json()["data"]?["id"]?.text ?? "")
            try await waitUntil("a part of the import") {
                (try await Self.attributes(client, place)?["rows_done"]?.number ?? 0) >= 500
            }
            return place
        }
        server.kill()
        try await server.start(Self.lease)
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await waitUntil("the end of the import", within: .seconds(90)) {
                try await Self.attributes(client, place)?["state"] == "done"
            }
            let run = try await Self.attributes(client, place)
            #expect((run?["created"], run?["updated"], run?["unchanged"]) == (JSON.number(Double(Self.rows - 1)), 0, 0))
            #expect((run?["refused"], run?["rows_done"]) == (1, JSON.number(Double(Self.rows))))
            let total = try await client.send("GET", "/api/orders?page%5Bsize%5D=1").json()["meta"]?["total"]
            #expect(total?.number == Double(Self.rows - 1))
        }
    }

    @Test(.timeLimit(.minutes(10))) func `an export that is killed is made anew, and no half of it is offered`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let path = try Self.file(directory)
        let server = try await ServerProcess()
        let people = directory.path + "/people.ndjson"
        try Data(#"{"external_id":"c-1"}"#.utf8).write(to: URL(filePath: people))
        _ = try await ServerProcess.run(["import", people, "--kind", "customers"] + server.place)
        let imported = try await ServerProcess.run(
            ["import", path, "--json", "--refused", directory.path + "/refused"] + server.place)
        #expect(imported.status == 0, "\(imported.errors)")
        let key = try await server.key()
        try await server.start(Self.lease)
        let places = try await RemoteClient.with(port: server.port, key: key) { client in
            var places: [String] = []
            for format in ["csv", "xlsx", "ndjson", "xlsx"] {
                let asked = try await client.send(
                    "POST", "/api/exports", envelope(#"{"object":"orders","format":"\#(format)"}"#))
                #expect(asked.status == 202, "\(asked.text)")
                places.append("/api/exports/" + (try asked.json()["data"]?["id"]?.text ?? ""))
            }
            return places
        }
        server.kill()
        try await server.start(Self.lease)
        try await RemoteClient.with(port: server.port, key: key) { client in
            for place in places {
                try await waitUntil("the end of the export", within: .seconds(90)) {
                    try await Self.attributes(client, place)?["state"] == "done"
                }
                #expect(try await Self.attributes(client, place)?["rows_done"]?.number == Double(Self.rows - 1))
            }
            let csv = try await client.send("GET", places[0] + "/file")
            #expect(csv.text.split(separator: "\r\n").count == Self.rows)
        }
        guard TestDatabase.isEmbedded else { return }
        let left = try FileManager.default.contentsOfDirectory(atPath: server.data + "/exports")
        #expect(left.count == places.count && !left.contains { $0.hasSuffix(".part") }, "\(left)")
    }

    @Test(.timeLimit(.minutes(10)))
    func `a command that is killed in the middle of an import goes on when given again`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let path = try Self.file(directory)
        let server = try await ServerProcess()
        let people = directory.path + "/people.ndjson"
        try Data(#"{"external_id":"c-1"}"#.utf8).write(to: URL(filePath: people))
        _ = try await ServerProcess.run(["import", people, "--kind", "customers"] + server.place)
        let refused = directory.path + "/refused"
        let arguments = ["import", path, "--json", "--refused", refused] + server.place
        let process = Process()
        process.executableURL = URL(filePath: ServerProcess.program)
        process.arguments = arguments
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        let done: SQL = "SELECT max(items_done) FROM import_run WHERE source LIKE '%orders.ndjson'"
        try await waitUntil("a part of the import") { try server.number(done) >= 500 || !process.isRunning }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "The import ended before it was killed.")
        let again = try await ServerProcess.run(arguments)
        #expect(again.status == 0, "\(again.errors)")
        let summary = try JSON(parsing: again.output)
        #expect((summary["created"]?.number, summary["updated"]) == (Double(Self.rows - 1), 0))
        #expect((summary["unchanged"], summary["refused"]) == (0, 1))
        let undone = try await ServerProcess.run(
            ["import", "undo", try #require(summary["id"]?.text), "--json"] + server.place)
        #expect(try JSON(parsing: undone.output)["deleted"]?.number == Double(Self.rows - 1), "\(undone.errors)")
    }
}
