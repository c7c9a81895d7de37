import Foundation
import TestSupport
import Testing

/// What a server does with senders that are slow, greedy or wrong.
struct ConnectionTests {
    private func server(_ limits: [String: String] = [:]) async throws -> (ServerProcess, key: String) {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start(limits)
        return (server, key)
    }

    private static func head(_ key: String, _ fields: String) -> String {
        "POST /api/customers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n\(fields)\r\n"
    }

    @Test func `a body that takes too long is ended`() async throws {
        let (server, key) = try await server(["LIMITS_BODY_SECONDS": "1"])
        let start = ContinuousClock.now
        let answer = try await Wire.talk(port: server.port) { socket in
            try socket.write(Self.head(key, "Content-Length: 100\r\n") + #"{"data":"#)
            return try socket.readToEnd(within: .seconds(15))
        }
        #expect(answer.hasPrefix("HTTP/1.1 408"))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(server.isRunning)
    }

    @Test func `a body that drips is ended too`() async throws {
        let (server, key) = try await server(["LIMITS_BODY_SECONDS": "1"])
        let answer = try await Wire.talk(port: server.port) { socket in
            try socket.write(Self.head(key, "Content-Length: 1000000\r\n"))
            for _ in 0..<30 {
                // The other side may have closed by now.
                do { try socket.write(" ") } catch { break }
                Thread.sleep(forTimeInterval: 0.1)
            }
            return try socket.readToEnd(within: .seconds(15))
        }
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408"))
    }

    @Test func `a body of 100 MB is refused before it is sent`() async throws {
        let (server, key) = try await server()
        let answer = try await Wire.talk(port: server.port) { socket in
            try socket.write(Self.head(key, "Content-Length: 104857600\r\nConnection: close\r\n"))
            return try socket.read(within: .seconds(10)) { $0.contains("\r\n\r\n") }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413"))
    }

    @Test func `a body in chunks is cut off at the limit`() async throws {
        let (server, key) = try await server(["LIMITS_BODY": "65536"])
        let answer = try await Wire.talk(port: server.port) { socket in
            try socket.write(Self.head(key, "Transfer-Encoding: chunked\r\nConnection: close\r\n"))
            let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
            for _ in 0..<64 {
                do { try socket.write(chunk) } catch { break }
            }
            return try socket.read(within: .seconds(10)) { $0.contains("\r\n\r\n") }
        }
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(server.isRunning)
    }

    @Test func `a sender that asks first is told to go on`() async throws {
        let (server, key) = try await server()
        let body = envelope(#"{"external_id":"c-1"}"#)
        let answer = try await Wire.talk(port: server.port) { socket in
            try socket.write(
                Self.head(key, "Content-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\nConnection: close\r\n"))
            let first = try socket.read(within: .seconds(10)) { $0.contains("\r\n\r\n") }
            guard first.hasPrefix("HTTP/1.1 100") else { return first }
            try socket.write(body)
            return try socket.readToEnd(within: .seconds(10))
        }
        #expect(answer.contains("HTTP/1.1 201"), "\(answer)")
    }

    @Test func `what is not HTTP harms nobody`() async throws {
        let (server, key) = try await server()
        for garbage in [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "POST /api/orders HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            "POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ] {
            let answer = try? await Wire.talk(port: server.port) { socket in
                try socket.write(garbage)
                return try socket.read(within: .seconds(3)) { $0.contains("\r\n\r\n") }
            }
            #expect(answer?.hasPrefix("HTTP/1.1 2") != true, "\(garbage.prefix(40))")
        }
        try await RemoteClient.with(port: server.port, key: key) { client in
            let answer = try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#))
            #expect(answer.status == 201)
        }
    }

    @Test func `two requests on one connection are answered in turn`() async throws {
        let (server, key) = try await server()
        let body = envelope(#"{"external_id":"c-1"}"#)
        let answer = try await Wire.talk(port: server.port) { socket in
            let request = Self.head(key, "Content-Length: \(body.utf8.count)\r\n") + body
            try socket.write(request + request)
            return try socket.read(within: .seconds(10)) { $0.components(separatedBy: "HTTP/1.1 ").count == 3 }
        }
        let statuses = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["201", "200"])
    }
}
