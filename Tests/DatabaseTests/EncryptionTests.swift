import Database
import Foundation
import TestSupport
import Testing

/// Connections that are encrypted, to a server that takes no others.
@Suite(
    .enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."),
    .enabled(if: TestCluster.isPossible, "Needs the programs of PostgreSQL.")
)
struct EncryptionTests {
    private let cluster: TestCluster
    private let folder: TemporaryDirectory

    init() async throws {
        let folder = try TemporaryDirectory()
        try await Self.certificate("localhost", in: folder.path)
        cluster = try await TestCluster { data in
            for name in ["server.crt", "server.key"] {
                try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(data)/\(name)")
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: data + "/server.key")
            let settings = try String(contentsOfFile: data + "/postgresql.conf", encoding: .utf8) + "\nssl = on\n"
            try settings.write(toFile: data + "/postgresql.conf", atomically: false, encoding: .utf8)
            try "hostssl all all 127.0.0.1/32 trust\n".write(
                toFile: data + "/pg_hba.conf", atomically: false, encoding: .utf8)
        }
        self.folder = folder
    }

    /// The certificate that the server's is checked by: its own.
    private var root: String { folder.path + "/server.crt" }

    private static func certificate(_ name: String, in folder: String) async throws {
        try await TestCluster.run([
            "/usr/bin/env", "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", folder + "/server.key", "-out",
            folder + "/server.crt",
        ])
    }

    /// The cluster's address with another host, and how to connect.
    private func address(_ host: String, _ options: String) -> String {
        cluster.url.replacing("127.0.0.1", with: host) + "?" + options
    }

    /// Writes and reads over an address, and returns what the server says of the connection.
    private func work(_ address: String) async throws -> (isEncrypted: Bool, rows: Int64) {
        let engine = try Engine(.server(address))
        defer { engine.stop() }
        try await engine.write { tx in
            try tx.run("CREATE TABLE IF NOT EXISTS item (id BIGINT NOT NULL PRIMARY KEY)")
            try tx.run("INSERT INTO item (id) VALUES (1) ON CONFLICT DO NOTHING")
        }
        return try await engine.readLong { tx in
            let isEncrypted = try tx.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") { $0.boolean(0) }
            return (isEncrypted ?? false, try tx.first("SELECT count(*) FROM item") { $0.integer(0) } ?? 0)
        }
    }

    @Test func `sslmode=require encrypts`() async throws {
        let found = try await work(address("127.0.0.1", "sslmode=require"))
        #expect(found == (true, 1))
    }

    @Test func `sslmode=verify-full asks for the server's name and certificate`() async throws {
        let found = try await work(address("localhost", "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=\(root)"))
        #expect(found == (true, 1))
    }

    @Test func `another name, another certificate and no encryption are refused`() async throws {
        for options in ["sslmode=verify-full&sslrootcert=\(root)", "sslmode=disable"] {
            #expect(throws: DatabaseError.self) { try Engine(.server(address("127.0.0.1", options))).stop() }
        }
        let other = try TemporaryDirectory()
        try await Self.certificate("localhost", in: other.path)
        let options = "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=\(other.path)/server.crt"
        #expect(throws: DatabaseError.self) { try Engine(.server(address("localhost", options))).stop() }
    }

    @Test func `a cancelled read ends over an encrypted connection too`() async throws {
        let engine = try Engine(.server(address("127.0.0.1", "sslmode=require")))
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await engine.readLong { tx in
                start.finish()
                _ = try tx.first("SELECT CAST(pg_sleep(300) AS TEXT)") { $0.text(0) }
            }
        }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        engine.stop()
    }
}
