import Database
import Foundation
import TestSupport
import Testing

/// A full disk: writes answer 503, reads go on, and it recovers by itself (spec operations.md, "Durability").
@Suite(
    .enabled(if: SmallDisk.isPossible, "A small disk is made with mount, which needs root."),
    .enabled(if: TestDatabase.isEmbedded, "The disk of a server is its own affair.")
)
struct DiskFullTests {
    @Test func `a full disk refuses writes only, and recovers when there is space`() async throws {
        let disk = try SmallDisk(megabytes: 12)
        let server = try await ServerProcess(data: disk.path + "/data")
        let key = try await server.key()
        try await server.start()
        try await RemoteClient.with(port: server.port, key: key) { client in
            #expect(try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#)).status == 201)
            var stored = 0
            func register(_ index: Int) async throws -> RemoteClient.Answer {
                let note = String(repeating: "x", count: 4000)
                return try await client.send(
                    "POST", "/api/orders",
                    envelope(
                        #"{"external_id":"o-\#(index)","client_external_id":"c-1","items_sum":1,"payment":{"status_code":"paid"},"delivery":{"note":"\#(note)"}}"#
                    )
                )
            }
            while stored < 20 {
                #expect(try await register(stored).status == 201)
                stored += 1
            }
            try disk.fill()
            var refused: RemoteClient.Answer?
            // The last free pages may still take some.
            while refused == nil, stored < 3_000 {
                let answer = try await register(stored)
                if answer.status == 201 { stored += 1 } else { refused = answer }
            }
            #expect(refused?.status == 503, "\(refused?.text ?? "nothing was refused")")
            #expect(refused?.retryAfter != nil)
            #expect(
                try await client.send("GET", "/api/orders?page%5Bsize%5D=1").json()["meta"]?["total"]?.number
                    == Double(stored))
            #expect(try await client.send("GET", "/api/orders/o-0").status == 200)
            #expect(try await register(stored).status == 503)
            try disk.free()
            await waitUntil("writes are taken again") { (try? await register(stored).status) == 201 }
            let figures = try await client.send("GET", "/api/customers/c-1").json()["data"]?["attributes"]?["orders"]
            #expect(figures?["count"]?.number == Double(stored + 1))
        }
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
        let verified = try await ServerProcess.run(["verify", "--data", server.data])
        #expect(verified.status == 0, "\(verified.output)")
    }

    @Test func `an import and a backup that find the disk full say so, and go on when there is space`() async throws {
        let disk = try SmallDisk(megabytes: 24)
        let server = try await ServerProcess(data: disk.path + "/data")
        let folder = try TemporaryDirectory()
        let file = folder.path + "/customers.ndjson"
        let note = String(repeating: "x", count: 200)
        let lines = (0..<6000).map { #"{"external_id":"c-\#($0)","first_name":"Ana","metadata":{"note":"\#(note)"}}"# }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        let command = ["import", file, "--kind", "customers", "--data", server.data]
        try disk.fill(leavingKilobytes: 3000)
        let refused = try await ServerProcess.run(command)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("The disk refuses"), "\(refused.errors)")
        try disk.free()
        let went = try await ServerProcess.run(command + ["--json"])
        #expect(went.status == 0, "\(went)")
        #expect(try await ServerProcess.run(["verify", "--data", server.data]).status == 0)
        let count = try DatabaseFile.read(server.data + "/reorder.sqlite") { tx in
            try tx.first("SELECT count(*) FROM customer") { $0.integer(0) }
        }
        #expect(count == 6000)

        try disk.fill(leavingKilobytes: 500)
        let backup = ["backup", disk.path + "/copy.sqlite", "--data", server.data]
        let short = try await ServerProcess.run(backup)
        #expect(short.status == 1 && short.errors.contains("free and the copy needs"), "\(short)")
        #expect(!FileManager.default.fileExists(atPath: disk.path + "/copy.sqlite"))
        // Where the space goes while it copies, nothing is left of it either.
        #expect(throws: DatabaseError.self) {
            try DatabaseFile.copy(from: server.data + "/reorder.sqlite", to: disk.path + "/copy.part")
        }
        try FileManager.default.removeItem(atPath: disk.path + "/copy.part")
        let doctor = try await ServerProcess.run(["doctor", "--data", server.data, "--port", "1"])
        #expect(doctor.status == 1 && doctor.output.contains("The disk is nearly full"), "\(doctor)")
        try disk.free()
        #expect(try await ServerProcess.run(backup).status == 0)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] == "1", "Slow: REORDER_SLOW_TESTS=1."))
    func `a disk that fills up at any point, again and again, loses nothing that was answered`() async throws {
        let disk = try SmallDisk(megabytes: 48)
        let server = try await ServerProcess(data: disk.path + "/data")
        let key = try await server.key()
        try await server.start()
        var chance = Chance(seed: 3)
        try await RemoteClient.with(port: server.port, key: key) { client in
            #expect(try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#)).status == 201)
            var answered: [String] = []
            var refusals = 0
            for round in 0..<12 {
                try disk.fill(leavingKilobytes: chance.int(4...900))
                answered += try await withThrowingTaskGroup(of: (String?, Bool).self) { group in
                    for number in 0..<120 {
                        group.addTask {
                            let id = "o-\(round)-\(number)"
                            let note = String(repeating: "x", count: 4000)
                            let answer = try await client.send(
                                "POST", "/api/orders",
                                envelope(
                                    #"{"external_id":"\#(id)","client_external_id":"c-1","items_sum":1,"delivery":{"note":"\#(note)"}}"#
                                ))
                            #expect([201, 503].contains(answer.status), "\(answer)")
                            return (answer.status == 201 ? id : nil, answer.status == 503)
                        }
                    }
                    return try await group.reduce(into: []) { ids, answer in
                        if let id = answer.0 { ids.append(id) }
                        if answer.1 { refusals += 1 }
                    }
                }
                try disk.free()
                await waitUntil("writes are taken again") {
                    let one = envelope(#"{"external_id":"after-\#(round)","client_external_id":"c-1"}"#)
                    return (try? await client.send("POST", "/api/orders", one).status) ?? 0 < 300
                }
            }
            #expect(refusals > 0, "the disk was never full")
            for id in answered { #expect(try await client.send("GET", "/api/orders/\(id)").status == 200, "\(id)") }
        }
        server.kill()
        let verified = try await ServerProcess.run(["verify", "--data", server.data])
        #expect(verified.status == 0, "\(verified)")
    }
}
