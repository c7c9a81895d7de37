import Database
import Foundation
import Synchronization

/// The built program, run as a process of its own on a directory of its own.
package final class ServerProcess: Sendable {
    package let data: String
    /// Kept for as long as the server is; nil where the data is in the directory, or somebody else's.
    private let database: TestDatabase?
    /// The database's address, where it is on a server.
    private let databaseAddress: String?
    private let directory: TemporaryDirectory
    private let running = Mutex<Running?>(nil)

    /// Foundation's handle is used by one caller at a time, under the lock.
    private struct Running: @unchecked Sendable {
        var process: Process
        /// How long the log was before this run.
        var logStart: Int
        /// Where the server takes requests; 0 until it says so.
        var port = 0
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Makes a project with the starter statuses; the server is not started yet.
    ///
    /// Its data is on the engine that the tests run on.
    ///
    /// - Parameters:
    ///   - data: The data directory, where it is not to be one of our own: it then holds the database too.
    ///   - isSetUp: False for a directory without a project, as on the first day.
    ///   - address: The address of a database on a server, where it is not to be one of our own.
    package init(data: String? = nil, isSetUp: Bool = true, address: String? = nil) async throws {
        directory = try TemporaryDirectory()
        let isOwn = data == nil && address == nil && !TestDatabase.isEmbedded
        database = isOwn ? try await TestDatabase.make() : nil
        databaseAddress = address ?? database?.url
        self.data = data ?? directory.path + "/data"
        guard isSetUp else { return }
        let made = try await Self.run(
            ["init", "--owner", "owner@example.com", "--password-stdin", "--starter-statuses"] + place,
            input: "a password for tests\n"
        )
        guard made.status == 0 else { throw Failure(description: "init: \(made.errors)") }
    }

    deinit { kill() }

    /// What a command is told of where the data is.
    package var place: [String] { ["--data", data] + (databaseAddress.map { ["--database", $0] } ?? []) }

    /// Another server on the same data, which must be on a server.
    package func another() async throws -> ServerProcess {
        try await ServerProcess(isSetUp: false, address: databaseAddress)
    }

    /// Looks behind the server at what is stored.
    package func stored<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        guard let databaseAddress else { return try DatabaseFile.read(data + "/reorder.sqlite", body) }
        let engine = try Engine(.server(databaseAddress))
        defer { engine.stop() }
        return try engine.read(body)
    }

    /// One number of what is stored; 0 where there is none.
    package func number(_ sql: SQL) throws -> Int64 { try stored { tx in try tx.first(sql) { $0.integer(0) } ?? 0 } }

    /// What the environment of other programs must say for commands that they run to find the data.
    package var environment: [String: String] {
        ["REORDER_DATA": data].merging(databaseAddress.map { ["REORDER_DATABASE": $0] } ?? [:]) { $1 }
    }

    /// Where the running server takes requests; another one after each start.
    package var port: Int { running.withLock { $0?.port ?? 0 } }

    package var address: String { "http://127.0.0.1:\(port)" }

    package var processID: Int32 { running.withLock { $0?.process.processIdentifier ?? 0 } }

    /// The program beside the tests.
    package static var program: String {
        let link = "/proc/self/exe"
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? CommandLine.arguments[0]
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "reorder").path()
    }

    /// Runs a command to its end.
    package static func run(
        _ arguments: [String], input: String = ""
    ) async throws -> (status: Int32, output: String, errors: String) {
        try await onThread { try runBlocking(arguments, input: input) }
    }

    /// Runs a command, and kills it after so long unless it has ended by then.
    package static func runAndKill(_ arguments: [String], after delay: Duration) async throws {
        try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            process.standardInput = FileHandle.nullDevice
            (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
            let end = ContinuousClock.now + delay
            while process.isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.001) }
            if process.isRunning { _ = sendSignal(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
    }

    private static func runBlocking(
        _ arguments: [String], input: String
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: stderr.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output.trimmingCharacters(in: .whitespacesAndNewlines), errors)
    }

    /// Makes a key; works whether the server runs or not.
    package func key(scopes: String = "admin") async throws -> String {
        let made = try await Self.run(["key", "create", "tests", "--scopes", scopes] + place)
        guard made.status == 0 else { throw Failure(description: "key: \(made.errors)") }
        return made.output
    }

    /// Starts the server, and returns once it is ready.
    ///
    /// - Parameters:
    ///   - limits: What the environment sets, by the end of its name: `["LIMITS_BODY": "2048"]`.
    ///   - port: Where it is to take requests, as before; 0 for any place that is free.
    package func start(_ limits: [String: String] = [:], port: Int = 0) async throws {
        let process = Process()
        // The program takes the place of `env`, and so its process identifier too.
        process.executableURL = URL(filePath: "/usr/bin/env")
        let settings = limits.merging(["LIMITS_REQUESTS": "0"]) { given, _ in given }.map { "REORDER_\($0)=\($1)" }
        process.arguments = settings + [Self.program, "serve", "--port", String(port)] + place
        let log = directory.path + "/log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: log))
        let logStart = Int(try handle.seekToEnd())
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, handle, handle)
        try process.run()
        running.withLock { $0 = Running(process: process, logStart: logStart) }
        // Other tests may hold every thread of the pool, so the wait has its own.
        let isReady = await onThread { [self] in
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end, isRunning {
                if let port = announcedPort {
                    running.withLock { $0?.port = port }
                    let answer = try? Wire.sendBlocking(
                        "GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: port,
                        within: .seconds(5)
                    )
                    if answer?.hasPrefix("HTTP/1.1 200") == true { return true }
                }
                Thread.sleep(forTimeInterval: 0.01)
            }
            return false
        }
        guard isReady else { throw Failure(description: "The server did not become ready:\n\(log)") }
    }

    /// What the server wrote, all runs together.
    package var log: String { (try? String(contentsOfFile: directory.path + "/log", encoding: .utf8)) ?? "" }

    package var isRunning: Bool { running.withLock { $0?.process.isRunning ?? false } }

    /// Ends the process without warning, as a crash or a power cut of the process would.
    package func kill() {
        running.withLock { running in
            guard let process = running?.process, process.isRunning else { return }
            _ = sendSignal(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Lets the process stand still, as a machine does that is put to sleep, or go on.
    package func stand(_ isStill: Bool) { _ = sendSignal(processID, isStill ? SIGSTOP : SIGCONT) }

    /// Asks the process to stop.
    package func terminate() {
        running.withLock { running in
            guard let process = running?.process else { return }
            _ = sendSignal(process.processIdentifier, SIGTERM)
        }
    }

    /// The exit status, once it has ended by itself; nil when it was a signal, or it still runs at the deadline.
    package func exitStatus(within limit: Duration) async -> Int32? {
        await onThread { [self] in
            let end = ContinuousClock.now + limit
            while ContinuousClock.now < end, isRunning { Thread.sleep(forTimeInterval: 0.01) }
        }
        return running.withLock { running in
            guard let process = running?.process, !process.isRunning, process.terminationReason == .exit else {
                return nil
            }
            return process.terminationStatus
        }
    }

    /// The port that the log of this run names, once the server listens.
    private var announcedPort: Int? {
        guard let start = running.withLock({ $0?.logStart }) else { return nil }
        let text = String(decoding: log.utf8.dropFirst(start), as: UTF8.self)
        return text.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
    }
}

private func sendSignal(_ process: Int32, _ signal: Int32) -> Int32 {
    kill(process, signal)
}
