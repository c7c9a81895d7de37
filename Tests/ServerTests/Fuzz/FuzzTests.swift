import Foundation
import TestSupport
import Testing

/// The whole API against its own description (spec README, "Conventions"): made-up requests find no fault of the server,
/// no answer that is not described, and no body that is of another form.
struct FuzzTests {
    private static let python = ProcessInfo.processInfo.environment["REORDER_TEST_PYTHON"]

    @Test(
        .enabled(if: python != nil, "Set REORDER_TEST_PYTHON, as Scripts/test.sh does."), .timeLimit(.minutes(10))
    )
    func `made-up requests are answered as the document says`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        let run = try await Self.run("fuzz.py", against: server, key)
        print(run.output)
        #expect(run.status == 0, "\(run.output)")
        #expect(server.isRunning)
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(30)) == 0)
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }

    private static func run(
        _ script: String, against server: ServerProcess, _ key: String
    ) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: python ?? "python3")
        process.arguments = [URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "REORDER_TEST_URL": "http://127.0.0.1:\(server.port)", "REORDER_TEST_KEY": key,
            "PYTHONDONTWRITEBYTECODE": "1",
        ]) { _, ours in ours }
        let output = Pipe()
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, output, output)
        try process.run()
        return await onThread {
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, text)
        }
    }
}
