import Database
import Domain
import Foundation
import Platform
import Synchronization
import TestSupport

/// A server that runs, and the key of the source that is there from the beginning.
struct DoorServer: Sendable {
    let program: ServerProcess
    let key: String
    let port: Int

    var address: String { "http://127.0.0.1:\(port)" }

    /// Makes a project whose source takes orders, and starts its server.
    init() async throws {
        program = try await ServerProcess()
        let services = try await Services.open(program.data, server: program.environment["REORDER_DATABASE"])
        var patch = EventSourcePatch()
        patch.takesOrders = true
        let source = try await services.tracking.update(EventSource.systemCode, patch)
        services.close()
        key = source.keys[0].text
        try await program.start()
        port = program.port
    }

    /// Ends the server as a power cut does, and starts it at the same place.
    func restart() async throws {
        program.kill()
        try await program.start(port: port)
    }

    /// How many events of a name are stored.
    func count(_ name: String) throws -> Int64 {
        try program.number("SELECT count(*) FROM tracked_event WHERE name = \(name)")
    }

    /// Events and bodies that are stored: that number rises while something comes in.
    func progress() throws -> Int64 {
        try program.number("SELECT (SELECT count(*) FROM tracked_event) + (SELECT count(*) FROM tracked_inbox)")
    }

    /// Whether all that came is filed.
    var isFiled: Bool { get throws { try program.number("SELECT count(*) FROM tracked_inbox") == 0 } }

    /// Why messages were refused.
    func refusals() throws -> [String] {
        try program.stored { tx in
            try tx.rows("SELECT code, reason FROM tracked_refusal ORDER BY id") { "\($0.text(0)): \($0.text(1))" }
        }
    }
}

/// A script in Python that runs beside the test.
final class Script: Sendable {
    static let python = ProcessInfo.processInfo.environment["REORDER_TEST_PYTHON"]

    private let handle: Mutex<Handle>

    /// Unchecked: Foundation's handle does not say that it may change threads; the lock lets one caller at a time have it.
    private struct Handle: @unchecked Sendable {
        var process: Process
        var output: Pipe
    }

    /// Starts a script of this folder.
    init(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: Self.python ?? "python3")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
        process.arguments = [script.path] + arguments
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        handle = Mutex(Handle(process: process, output: output))
    }

    var isRunning: Bool { handle.withLock { $0.process.isRunning } }

    /// Waits for the script's end.
    func end() async -> (status: Int32, output: String) {
        await onThread { [self] in
            let running = handle.withLock { $0 }
            let text = String(decoding: running.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            running.process.waitUntilExit()
            return (running.process.terminationStatus, text)
        }
    }
}
