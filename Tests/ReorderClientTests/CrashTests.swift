import Foundation
import Testing

/// The example app, killed in the middle of its work and started again.
@Suite struct CrashTests {
    private static var app: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let program = bundle ?? URL(filePath: CommandLine.arguments[0])
        return program.deletingLastPathComponent().appending(path: "ordering-app")
    }

    /// Starts the app, on a disk on which a file may have so many blocks of 512 bytes and no more, where that is said.
    private func start(
        _ server: URL, _ folder: URL, blocks: Int? = nil
    ) throws -> (process: Process, input: Pipe, output: Pipe) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // A write beyond the limit then fails in its middle, as on a full disk.
        let limit = blocks.map { "trap '' XFSZ; ulimit -f \($0); " } ?? ""
        process.arguments = [
            "-c", limit + #"exec "$0" "$@""#, Self.app.path, server.absoluteString, "wk_larkspur", folder.path,
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        return (process, input, output)
    }

    /// Has the app do things, ends it as its user would, and answers what it said.
    private func run(_ commands: String, on server: URL, _ folder: URL, blocks: Int? = nil) throws -> String {
        let app = try start(server, folder, blocks: blocks)
        try app.input.fileHandleForWriting.write(contentsOf: Data(commands.utf8))
        try app.input.fileHandleForWriting.close()
        let said = String(decoding: app.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        app.process.waitUntilExit()
        return said
    }

    private func products(at server: StandInServer) -> [String] {
        server.messages.compactMap { $0.text.firstMatch(of: #/"product":"(\w+)"/#).map { String($0.1) } }
    }

    private func views(_ numbers: Range<Int>) -> String {
        numbers.map { "view \($0)\n" }.joined()
    }

    private func expectNoGap(_ products: [String], at location: SourceLocation = #_sourceLocation) {
        let expected = (0..<max(0, products.count - 1)).map(String.init) + ["last"]
        #expect(products.count > 1 && products == expected, "one is missing, or comes twice", sourceLocation: location)
    }

    @Test(arguments: [3, 40, 150, 400]) func `an app that is killed loses at most its last moment`(
        milliseconds: Int
    ) async throws {
        let server = try StandInServer()
        server.stop()
        let folder = TestClient.newFolder()
        let killed = try start(server.address, folder)
        let commands = views(0..<3000)
        Thread.detachNewThread { try? killed.input.fileHandleForWriting.write(contentsOf: Data(commands.utf8)) }
        let events = folder.appending(path: "events")
        try await wait("The app wrote nothing.") {
            ((try? FileManager.default.attributesOfItem(atPath: events.path)[.size] as? Int) ?? 0) > 0
        }
        try await Task.sleep(for: .milliseconds(milliseconds))
        kill(killed.process.processIdentifier, SIGKILL)
        killed.process.waitUntilExit()

        try server.start()
        let said = try run("view last\n", on: server.address, folder)
        #expect(said.hasSuffix("sent\n"), "\(said)")
        expectNoGap(products(at: server))
    }

    @Test func `a disk that is full keeps what it has room for`() async throws {
        let server = try StandInServer()
        server.stop()
        let folder = TestClient.newFolder()
        let said = try run(views(0..<300), on: server.address, folder, blocks: 64)
        #expect(said.contains("trouble: storage") && said.contains("not sent"), "\(said.suffix(300))")
        try server.start()
        _ = try run("view last\n", on: server.address, folder)
        expectNoGap(products(at: server))
        #expect(products(at: server).count > 50)
    }

    @Test func `with a full disk events are sent all the same`() async throws {
        let server = try StandInServer()
        let folder = TestClient.newFolder()
        let said = try run(views(0..<300) + "view last\n", on: server.address, folder, blocks: 8)
        #expect(said.contains("trouble: storage") && said.hasSuffix("sent\n"), "\(said.suffix(300))")
        expectNoGap(products(at: server))
        #expect(products(at: server).count == 301)
        let again = try run("view again\n", on: server.address, folder)
        #expect(again == "sent\n")
        #expect(products(at: server).count == 302, "what was sent is not there any more")
    }
}
