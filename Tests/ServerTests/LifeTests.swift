import Foundation
import TestSupport
import Testing

/// Starting, stopping, and sharing a directory (spec operations.md, "Durability" and "Command line").
struct LifeTests {
    @Test func `a server that is asked to stop answers what it has begun, and ends well`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        let answered = try await RemoteClient.with(port: server.port, key: key) { client in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<16 {
                    group.addTask {
                        var answered: [String] = []
                        for index in 0..<10_000 {
                            let id = "c-\(number)-\(index)"
                            // The connection is closed, or refused, once the server stops.
                            guard
                                let answer = try? await client.send(
                                    "POST", "/api/customers", envelope(#"{"external_id":"\#(id)"}"#))
                            else { break }
                            guard answer.status != 503 else { break }
                            #expect(answer.status == 201)
                            answered.append(id)
                        }
                        return answered
                    }
                }
                group.addTask {
                    await waitUntil("some writes were answered") {
                        (try? await client.send("GET", "/api/customers?page%5Bsize%5D=1").json()["meta"]?["total"]?
                            .number) ?? 0 > 50
                    }
                    server.terminate()
                    return []
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        #expect(await server.exitStatus(within: .seconds(10)) == 0, "\(server.log.suffix(2000))")
        try await server.start()
        try await RemoteClient.with(port: server.port, key: key) { client in
            let total =
                try await client.send("GET", "/api/customers?page%5Bsize%5D=1").json()["meta"]?["total"]?.number ?? 0
            #expect(Int(total) >= answered.count)
            for id in answered.suffix(20) {
                #expect(try await client.send("GET", "/api/customers/\(id)").status == 200)
            }
        }
    }

    @Test func `open connections and open live pages do not hold a stop up`() async throws {
        let server = try await ServerProcess()
        try await server.start()
        let cookie = try await server.signIn()
        async let page = Wire.talk(port: server.port) { socket in
            try socket.write(
                "GET /live/orders HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\nAccept: text/event-stream\r\n\r\n"
            )
            return try socket.readToEnd(within: .seconds(25))
        }
        async let idle = Wire.talk(port: server.port) { socket in
            try socket.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return try socket.readToEnd(within: .seconds(25))
        }
        try await waitUntil("the page listens") {
            let metrics = try await Wire.send(
                "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: server.port)
            return metrics.contains("reorder_live_pages 1")
        }
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
        #expect(try await page.hasPrefix("HTTP/1.1 200"))
        #expect(try await idle.hasPrefix("HTTP/1.1 200"))
    }

    @Test(.enabled(if: TestDatabase.isEmbedded, "On a server any number may run."))
    func `a second server on the same data says so and ends`() async throws {
        let server = try await ServerProcess()
        try await server.start()
        let second = try await ServerProcess.run(["serve", "--data", server.data, "--port", "0"])
        #expect(second.status == 1)
        #expect(second.errors.contains("Another process uses \(server.data)"))
        let verify = try await ServerProcess.run(["verify"] + server.place)
        #expect(verify.status == 0, "a look is no harm")
        let repair = try await ServerProcess.run(["verify", "--repair", "--data", server.data])
        #expect(repair.status == 1)
        #expect(repair.errors.contains("Another process uses \(server.data)"))
        #expect(server.isRunning)
        // A key can be made beside the server, and is known to it at once.
        let key = try await server.key()
        try await RemoteClient.with(port: server.port, key: key) { client in
            let answer = try await client.send("GET", "/api/orders")
            #expect(answer.status == 200)
        }
    }

    @Test(.enabled(if: TestDatabase.isEmbedded, "On a server any number may run."))
    func `of servers that start at one moment on the same data, exactly one serves`() async throws {
        let folder = try TemporaryDirectory()
        for round in 1...3 {
            // The first time the tables are made as well.
            let servers = try await [0, 1, 2, 3].concurrently { _ in
                try await ServerProcess(data: folder.path + "/data", isSetUp: false)
            }
            let serving = try await servers.concurrently { server in
                do {
                    try await server.start()
                    return true
                } catch is ServerProcess.Failure {
                    return false
                }
            }
            #expect(serving.count { $0 } == 1, "round \(round)")
            for (server, isServing) in zip(servers, serving) where !isServing {
                #expect(await server.exitStatus(within: .seconds(10)) == 1)
                #expect(server.log.contains("Another process uses"), "\(server.log)")
            }
            for server in servers { server.kill() }
        }
    }

    @Test func `a port that the system chose is the one that is told`() async throws {
        let server = try await ServerProcess(isSetUp: false)
        try await server.start()
        #expect(server.port != 0)
        #expect(server.log.contains("Open \(server.address) to set the project up."))
        #expect(server.log.contains("address=\(server.address)"))
        #expect(!server.log.contains("127.0.0.1:0"))
    }

    @Test func `a data directory that cannot be used is a clear failure`() async throws {
        let made = try await ServerProcess.run(["serve", "--data", "/proc/nowhere", "--port", "0"])
        #expect(made.status == 1)
        #expect(made.errors.contains("/proc/nowhere"))
    }
}

extension Array where Element: Sendable {
    /// Does something with all elements at once; the results stand in their order.
    fileprivate func concurrently<Result: Sendable>(
        _ body: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, element) in enumerated() { group.addTask { (index, try await body(element)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
