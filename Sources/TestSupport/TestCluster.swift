import Foundation
import Synchronization

/// A PostgreSQL cluster of one test's own, which forgets nothing, and may be stopped at any moment; it goes with the last
/// who holds it.
package final class TestCluster: Sendable {
    /// How a server is ended: `fast` ends what is under way and writes all down, `immediate` is a crash.
    package enum Stop: String, Sendable { case fast, immediate }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Where PostgreSQL's programs are; nil where there are none.
    private static let programs: String? = {
        let folders = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        let found = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().reversed().map {
                "\(folder)/\($0)/bin"
            }
        }
        return found.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }()

    /// Whether one can be made here.
    package static var isPossible: Bool { programs != nil }

    /// The address of its first database.
    package let url: String
    private let directory: TemporaryDirectory
    private let port: Int

    /// Makes a cluster and starts it.
    package init() async throws {
        directory = try TemporaryDirectory()
        port = try Socket.freePort()
        url = "postgresql://app@127.0.0.1:\(port)/postgres"
        // PostgreSQL refuses root.
        if geteuid() == 0 { try await Self.run(["/usr/bin/env", "chown", "postgres", directory.path]) }
        try await command(
            "initdb", ["-D", directory.path + "/data", "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"])
        try await start()
    }

    /// Ends the server and starts it again.
    package func restart(_ stop: Stop) async throws {
        try await command("pg_ctl", ["-D", directory.path + "/data", "-w", "-m", stop.rawValue, "stop"])
        try await start()
    }

    private func start() async throws {
        let options = """
            -p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories=\(directory.path) -c max_connections=200
            """
        try await command(
            "pg_ctl", ["-D", directory.path + "/data", "-w", "-l", directory.path + "/log", "-o", options, "start"])
    }

    private func command(_ name: String, _ arguments: [String]) async throws {
        let program = (Self.programs ?? "") + "/" + name
        let asUser = geteuid() == 0 ? ["/usr/bin/env", "runuser", "-u", "postgres", "--"] : ["/usr/bin/env"]
        try await Self.run(asUser + [program] + arguments)
    }

    private static func run(_ words: [String]) async throws {
        let status = try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: words[0])
            process.arguments = Array(words.dropFirst())
            process.standardInput = FileHandle.nullDevice
            // The server inherits them, so a pipe would never end.
            (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        guard status == 0 else { throw Failure(description: "\(words.joined(separator: " ")) ended with \(status)") }
    }

    deinit {
        // The server's own process is the first line of this file.
        let file = directory.path + "/data/postmaster.pid"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard let process = text.split(separator: "\n").first.flatMap({ pid_t($0) }) else { return }
        kill(process, SIGQUIT)
        // Its directory goes next, which it would write into.
        for _ in 0..<500 where kill(process, 0) == 0 { Thread.sleep(forTimeInterval: 0.01) }
    }
}
