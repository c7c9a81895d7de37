import Foundation
import Synchronization
import TestSupport
import Testing

/// Writes with an `Idempotency-Key` and a server that is killed at any moment: each is carried out once.
@Suite(.serialized) struct IdempotencyKillTests {
    private static let isSlow = ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] == "1"

    /// A write that was sent, with what was answered before the server died.
    private struct Sent: Sendable {
        var key: String
        var path: String
        var body: String
        var answer: RemoteClient.Answer?

        /// Every fourth write makes a status, which must not be made twice; the others register an order.
        init(_ number: Int) {
            key = "key-\(number)"
            if number % 4 == 0 {
                path = "/api/order-statuses"
                body = envelope(#"{"type":"general","code":"s-\#(number)","name":"Status \#(number)"}"#)
            } else {
                path = "/api/orders"
                body = envelope(
                    #"{"external_id":"o-\#(number)","client_external_id":"c-1","items":[{"sum":\#(number)}]}"#)
            }
        }

        var isOrder: Bool { path == "/api/orders" }

        func send(_ client: RemoteClient) async throws -> RemoteClient.Answer {
            try await client.send("POST", path, body, headers: ["Idempotency-Key": key])
        }
    }

    /// What clients send, and what they are answered.
    private final class Log: Sendable {
        private let begin: Int
        private let sent = Mutex<[Sent]>([])

        init(from begin: Int) { self.begin = begin }

        var all: [Sent] { sent.withLock { $0 } }

        func send(_ client: RemoteClient) async throws {
            let (place, write) = sent.withLock { all in
                all.append(Sent(begin + all.count))
                return (all.count - 1, all[all.count - 1])
            }
            let answer = try await write.send(client)
            sent.withLock { $0[place].answer = answer }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `what was sent before a kill is carried out once when it is sent again`()
        async throws
    {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        try await RemoteClient.with(port: server.port, key: key) { client async throws in
            #expect(try await client.send("POST", "/api/customers", envelope(#"{"external_id":"c-1"}"#)).status == 201)
        }
        var (begin, orders) = (1, 0)
        for round in 1...(Self.isSlow ? 40 : 8) {
            let sent = try await Self.writeUntilKilled(server, key, from: begin, after: .milliseconds(20 + 37 * round))
            begin += sent.count
            try await server.start()
            try await RemoteClient.with(port: server.port, key: key) { client in
                for write in sent {
                    let again = try await write.send(client)
                    if let first = write.answer {
                        #expect(again.status == first.status && again.text == first.text, "\(write.key)")
                    } else if again.status == 409 {
                        // It is done, and what would have been answered is not known.
                        #expect(!write.isOrder && again.text.contains("answer_lost"), "\(again.text)")
                    } else {
                        #expect([200, 201].contains(again.status), "\(again.text)")
                        let third = try await write.send(client)
                        #expect(third.status == again.status && third.text == again.text, "\(write.key)")
                    }
                    if write.isOrder { orders += 1 }
                }
                let list = try await client.send("GET", "/api/orders?page%5Bsize%5D=1").json()
                #expect(list["meta"]?["total"]?.number == Double(orders), "round \(round)")
                for write in sent.suffix(12) where write.isOrder {
                    let id = write.key.replacing("key-", with: "o-")
                    let history = try await client.send("GET", "/api/orders/\(id)/activity").json()
                    #expect(history["meta"]?["total"]?.number == 1, "\(id) was written more than once")
                }
            }
        }
        #expect(begin > 50, "too few writes to tell anything")
        server.kill()
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    /// Sends writes from many clients until the server is killed, and returns those that it may have had.
    private static func writeUntilKilled(
        _ server: ServerProcess, _ key: String, from begin: Int, after delay: Duration
    ) async throws -> [Sent] {
        let log = Log(from: begin)
        try await RemoteClient.with(port: server.port, key: key) { client in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        // A client ends with the server.
                        do { while true { try await log.send(client) } } catch {}
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: delay)
                    server.kill()
                }
            }
        }
        return log.all
    }
}
