import Foundation
import TestSupport
import Testing

/// A full disk: writes answer 503, reads go on, and it recovers by itself (spec operations.md, "Durability").
@Suite(.enabled(if: SmallDisk.isPossible, "A small disk is made with mount, which needs root."))
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
}

/// A file system in memory that is soon full.
private final class SmallDisk: Sendable {
    let path: String
    private let directory: TemporaryDirectory

    static var isPossible: Bool {
        guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 1) else { return false }
        return FileManager.default.fileExists(atPath: disk.path)
    }

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
    }

    deinit {
        do { try Self.run("umount", ["-l", path]) } catch {}
    }

    /// Takes all the space that is left.
    func fill() throws {
        let file = path + "/ballast"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        for size in [1 << 20, 4096] {
            let block = Data(repeating: 0, count: size)
            do { while true { try handle.write(contentsOf: block) } } catch {}
        }
        try handle.close()
    }

    func free() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
