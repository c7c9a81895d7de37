import Foundation
import Synchronization
import TestSupport

/// A receiver in Python that checks messages with the library `standardwebhooks`.
final class WebhookReceiverProcess: Sendable {
    /// A message as the receiver noted it.
    struct Note: Sendable {
        var json: JSON
        var id: String? { json["id"]?.text }
        var order: String? { json["order"]?.text }
        var type: String? { json["type"]?.text }
        var sequence: Int { Int(json["sequence"]?.number ?? -1) }
        var isVerified: Bool { json["verified"] == true }
        var isTaken: Bool { json["answered"]?.number == 204 }
    }

    struct NotStarted: Error {}

    static let python = ProcessInfo.processInfo.environment["REORDER_TEST_PYTHON"]

    let port: Int
    private let directory: TemporaryDirectory
    private let process: Mutex<Handle>

    /// Unchecked: Foundation's handle does not say that it may change threads; the lock lets one caller at a time have it.
    private struct Handle: @unchecked Sendable {
        var process: Process
        /// The receiver ends when this closes, as it does when the tests end in whatever way.
        var input: Pipe
    }

    init(secret: String) throws {
        directory = try TemporaryDirectory()
        try Data("204".utf8).write(to: URL(filePath: directory.path + "/answer"))
        let process = Process()
        process.executableURL = URL(filePath: Self.python ?? "python3")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "webhook_receiver.py").path
        process.arguments = [script, secret, directory.path + "/notes", directory.path + "/answer"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let input = Pipe()
        process.standardInput = input
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NotStarted() }
            line += more
        }
        guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw NotStarted() }
        self.port = port
        self.process = Mutex(Handle(process: process, input: input))
    }

    deinit { process.withLock { $0.process.terminate() } }

    /// Sets what is answered from now on: a status, `slow`, or `once`, which refuses each message the first time.
    func answer(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: directory.path + "/answer"), options: .atomic)
    }

    func notes() throws -> [Note] {
        guard let text = try? String(contentsOfFile: directory.path + "/notes", encoding: .utf8) else { return [] }
        // The last line may be half written.
        return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            Note(json: try JSON(parsing: String($0)))
        }
    }
}
