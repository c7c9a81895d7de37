import Foundation
import TestSupport
import Testing

/// The web application as people meet it: the real program, in a real browser (spec admin.md).
@Suite(.serialized) struct BrowserTests {
    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `each page does its task in a browser`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("browser_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `customers are found, changed, merged and erased in a browser`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("customers_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `fields are made, put in order by keyboard and drag, filled in and deleted`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("fields_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `files are imported, undone and exported in a browser`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("transfer_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `somebody is invited, signs in with a code, and signs out everywhere`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("people_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `webhooks and connections are made, tested, replayed and removed in a browser`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start(["WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true"])
        let run = try await Browser.run("hooks_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `the status of many orders is changed in a browser`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("status_change_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `segments are built by mouse and keyboard, counted, explained and found in the profile`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("segments_test.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `the tracker works on a page of another origin`() async throws {
        let run = try await Browser.run("tracker_test.py")
        #expect(run.status == 0, "\(run.output)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `a customer's way through a shop of another origin is in the profile`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("tracker_journey.py", against: program)
        #expect(run.status == 0, "\(run.output)\n\(program.log)")
    }

    @Test(
        .enabled(if: Browser.isHere, "Set REORDER_TEST_PYTHON and REORDER_TEST_CHROMIUM, as Scripts/test.sh does."),
        .timeLimit(.minutes(10))
    )
    func `a stopped server lets go of open pages`() async throws {
        let program = try await ServerProcess(isSetUp: false)
        try await program.start()
        let run = try await Browser.run("open_pages.py", against: program)
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

    /// - Parameter program: The program that the script looks at, where it looks at one.
    static func run(
        _ script: String, against program: ServerProcess? = nil
    ) async throws -> (status: Int32, output: String) {
        try await onThread { try runBlocking(script, against: program) }
    }

    private static func runBlocking(
        _ script: String, against program: ServerProcess?
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: python ?? "python3")
        process.arguments = [folder.appending(path: script).path]
        var ours = ["PYTHONDONTWRITEBYTECODE": "1"]
        if let program {
            ours["REORDER_TEST_URL"] = program.address
            ours["REORDER_TEST_PROGRAM"] = ServerProcess.program
            ours["REORDER_TEST_PROCESS"] = String(program.processID)
            ours["REORDER_TEST_SEGMENT_PICTURE"] =
                folder.appending(path: "../../Docs/segments.png").standardizedFileURL.path
            ours["REORDER_TEST_PICTURE"] = folder.appending(path: "../../Docs/orders.png").standardizedFileURL.path
            ours.merge(program.environment) { _, programs in programs }
        }
        process.environment = environment.merging(ours) { _, ours in ours }
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
