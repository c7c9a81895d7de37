import Foundation
import Testing

/// The example app, killed in the middle of its work and started again.
@Suite struct CrashTests {
    private static var app: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let program = bundle ?? URL(filePath: CommandLine.arguments[0])
        return program.deletingLastPathComponent().appending(path: "ordering-app")
    }

    private func start(_ server: URL, _ folder: URL) throws -> (process: Process, input: Pipe, output: Pipe) {
        let process = Process()
        process.executableURL = Self.app
        process.arguments = [server.absoluteString, "wk_larkspur", folder.path]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        return (process, input, output)
    }

    @Test(arguments: [3, 40, 150, 400]) func `an app that is killed loses at most its last moment`(
        milliseconds: Int
    ) async throws {
        let server = try StandInServer()
        server.stop()
        let folder = TestClient.newFolder()
        let killed = try start(server.address, folder)
        let commands = (0..<3000).map { "view \($0)\n" }.joined()
        Thread.detachNewThread { try? killed.input.fileHandleForWriting.write(contentsOf: Data(commands.utf8)) }
        let events = folder.appending(path: "events")
        try await wait("The app wrote nothing.") {
            ((try? FileManager.default.attributesOfItem(atPath: events.path)[.size] as? Int) ?? 0) > 0
        }
        try await Task.sleep(for: .milliseconds(milliseconds))
        kill(killed.process.processIdentifier, SIGKILL)
        killed.process.waitUntilExit()

        try server.start()
        let again = try start(server.address, folder)
        try again.input.fileHandleForWriting.write(contentsOf: Data("view last\n".utf8))
        try again.input.fileHandleForWriting.close()
        let said = String(decoding: again.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        again.process.waitUntilExit()
        #expect(said.hasSuffix("sent\n"), "\(said)")
        let products = server.messages.compactMap { $0.text.firstMatch(of: #/"product":"(\w+)"/#).map { String($0.1) } }
        #expect(products.count > 1)
        #expect(products == (0..<products.count - 1).map(String.init) + ["last"], "none is missing, none comes twice")
    }
}
