import Database
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

    /// The path of one of PostgreSQL's programs.
    package static func program(_ name: String) -> String { (programs ?? "") + "/" + name }

    /// Whether one can be made here.
    package static var isPossible: Bool { programs != nil }

    /// The address of its first database.
    package let url: String
    private let directory: TemporaryDirectory
    private let port: Int
    private let server = Mutex<Handle?>(nil)

    /// Unchecked: Foundation's handle does not say that it may change threads; it is only kept.
    private struct Handle: @unchecked Sendable { var process: Process }

    /// Makes a cluster and starts it.
    ///
    /// - Parameter prepare: Changes the cluster's directory before its first start.
    package init(prepare: (_ data: String) throws -> Void = { _ in }) async throws {
        directory = try TemporaryDirectory()
        port = try Socket.freePort()
        url = "postgresql://app@127.0.0.1:\(port)/postgres"
        if geteuid() == 0 { try await Self.run(["/usr/bin/env", "chown", "postgres", directory.path]) }
        try await command(
            "initdb", ["-D", directory.path + "/data", "-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"])
        try prepare(directory.path + "/data")
        if geteuid() == 0 { try await Self.run(["/usr/bin/env", "chown", "-R", "postgres", directory.path]) }
        try await start()
    }

    /// Ends the server and starts it again.
    package func restart(_ stop: Stop) async throws {
        try await end(stop)
        try await start()
    }

    /// Ends the server.
    package func end(_ stop: Stop) async throws {
        try await command("pg_ctl", ["-D", directory.path + "/data", "-w", "-m", stop.rawValue, "stop"])
    }

    /// Starts the server as a process of ours: one that `pg_ctl` starts would keep what tells Foundation of ends.
    package func start() async throws {
        let process = Process()
        let words =
            Self.asUser + [
                (Self.programs ?? "") + "/postgres", "-D", directory.path + "/data", "-p", String(port), "-c",
                "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + directory.path, "-c",
                "max_connections=200",
            ]
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        server.withLock { $0 = Handle(process: process) }
        let isReady = await onThread { [url] in
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end {
                do {
                    try DatabaseServer.run("SELECT 1", on: url)
                    return true
                } catch {
                    Thread.sleep(forTimeInterval: 0.02)
                }
            }
            return false
        }
        guard isReady else { throw Failure(description: "PostgreSQL did not start in \(directory.path).") }
    }

    private func command(_ name: String, _ arguments: [String]) async throws {
        let program = (Self.programs ?? "") + "/" + name
        try await Self.run(Self.asUser + [program] + arguments)
    }

    /// PostgreSQL refuses root.
    private static var asUser: [String] {
        ["/usr/bin/env"] + (geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : [])
    }

    /// Runs a program to its end.
    ///
    /// - Throws: `Failure` where it fails.
    package static func run(_ words: [String]) async throws {
        let status = try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: words[0])
            process.arguments = Array(words.dropFirst())
            process.standardInput = FileHandle.nullDevice
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
