import Foundation
import Testing

/// The web application as people meet it: the real program, in a real browser (spec admin.md).
@Suite(.serialized) struct BrowserTests {
    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(5))
    )
    func `each page does its task in a browser`() throws {
        let program = try RunningProgram()
        defer { program.stop() }
        let run = try Browser.run("browser_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(1))
    )
    func `a stopped server lets go of open pages`() throws {
        let program = try RunningProgram()
        defer { program.stop() }
        let run = try Browser.run("open_pages.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }
}

/// Runs a script of this folder that drives a browser.
enum Browser {
    static var isHere: Bool { python != nil && chromium != nil }

    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["REORDER_TEST_PYTHON"]
    private static let chromium = environment["REORDER_TEST_CHROMIUM"]
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    static func run(_ script: String, against program: RunningProgram) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: python ?? "python3")
        process.arguments = [folder.appending(path: script).path]
        process.environment = environment.merging([
            "REORDER_TEST_URL": program.address, "REORDER_TEST_PROGRAM": RunningProgram.executable.path,
            "REORDER_TEST_DATA": program.data.path, "REORDER_TEST_PROCESS": String(program.processID),
            "PYTHONDONTWRITEBYTECODE": "1",
            "REORDER_TEST_PICTURE": folder.appending(path: "../../Docs/orders.png").standardizedFileURL.path,
        ]) { _, ours in ours }
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}

/// `reorder serve` on an empty data directory and a free port.
final class RunningProgram {
    struct NotStarted: Error { var log: String }

    let data = FileManager.default.temporaryDirectory.appending(path: "reorder-browser-\(UUID().uuidString)")
    private(set) var address = ""
    var processID: Int32 { process.processIdentifier }
    private let process = Process()
    private var logFile: URL { data.appending(path: "server.log") }

    /// What was built beside these tests.
    static let executable = Bundle.main.bundleURL.appending(path: "reorder")

    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    init() throws {
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try Data().write(to: logFile)
        process.executableURL = Self.executable
        process.arguments = ["serve", "--data", data.path, "--port", "0"]
        let log = try FileHandle(forWritingTo: logFile)
        (process.standardOutput, process.standardError) = (log, log)
        try process.run()
        address = try waitForAddress()
    }

    /// The server says on which port it is once it can be reached.
    private func waitForAddress() throws -> String {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline, process.isRunning {
            if let port = log.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)/)?.1 { return "http://127.0.0.1:\(port)" }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw NotStarted(log: log)
    }

    /// Ends the server as an operator would, and forgets its data.
    func stop() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: data)
    }
}
