import Foundation
import TestSupport
import Testing

/// Programs that are not ours, to read what we write: REORDER_TEST_PYTHON names a Python with Tests/requirements.txt.
enum Python {
    static var isHere: Bool { path != nil }

    private static let path = ProcessInfo.processInfo.environment["REORDER_TEST_PYTHON"]

    /// Runs a script that prints JSON.
    static func run(_ script: String, _ arguments: String...) throws -> JSON {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "python3")
        process.arguments = ["-c", script] + arguments
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(complaint)")
        return try JSON(parsing: text)
    }
}
