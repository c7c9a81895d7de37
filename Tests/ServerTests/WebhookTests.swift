import Foundation
import TestSupport
import Testing

/// Messages to a real receiver, by the real server (spec operations.md, "Outgoing webhooks").
@Suite(
    .serialized,
    .enabled(if: WebhookReceiverProcess.python != nil, "Set REORDER_TEST_PYTHON, as Scripts/test.sh does.")
)
struct WebhookTests {
    private static let secret = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
    private static let allowed = ["WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true"]

    @Test(.timeLimit(.minutes(10)))
    func `a receiver verifies every message, failures are made good, and orders stay in order`() async throws {
        let (server, receiver) = (try await ServerProcess(), try WebhookReceiverProcess(secret: Self.secret))
        let key = try await server.key()
        try await server.start(Self.allowed)
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await Self.setUp(client, receiver)
            try receiver.answer("once")
            for revision in 1...3 { try await Self.register(client, orders: 0..<5, revision) }
            try await waitUntil("15 messages", within: .seconds(240)) { try Self.taken(receiver).count == 15 }
            let refused = try receiver.notes().filter { !$0.isTaken }
            #expect(Set(refused.map(\.id)).count == 15)
            try Self.checkOrder(receiver, orders: 5, messages: 3)
        }
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a server that is killed while it delivers loses nothing and keeps the order`() async throws {
        let (server, receiver) = (try await ServerProcess(), try WebhookReceiverProcess(secret: Self.secret))
        let key = try await server.key()
        try await server.start(Self.allowed)
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await Self.setUp(client, receiver)
        }
        try receiver.answer("slow")
        for round in 0..<5 {
            try await RemoteClient.with(port: server.port, key: key) { client in
                for revision in 1...4 {
                    try await Self.register(client, orders: round * 4..<round * 4 + 4, revision)
                }
            }
            let before = try receiver.notes().count
            try await waitUntil("some messages", within: .seconds(60)) { try receiver.notes().count > before }
            server.kill()
            try await server.start(Self.allowed)
        }
        try receiver.answer("204")
        try await waitUntil("80 messages", within: .seconds(120)) {
            try Set(Self.taken(receiver).map(\.id)).count == 80
        }
        try Self.checkOrder(receiver, orders: 20, messages: 4)
        server.kill()
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    @Test(.timeLimit(.minutes(10)))
    func `while a secret is replaced receivers with the old and with the new one verify every message`() async throws {
        let (server, old) = (try await ServerProcess(), try WebhookReceiverProcess(secret: Self.secret))
        let key = try await server.key()
        try await server.start(Self.allowed)
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await Self.setUp(client, old)
            let webhook = try await client.send("GET", "/api/webhooks").json()["data"]?[0]?["id"]?.text ?? ""
            let rotated = try await client.send("POST", "/api/webhooks/\(webhook)/rotate-secret")
            let secret = try #require(try rotated.json()["data"]?["attributes"]?["secret"]?.text)
            try await Self.register(client, orders: 0..<3, 1)
            try await waitUntil("the messages", within: .seconds(60)) { try Self.taken(old).count == 3 }
            let new = try WebhookReceiverProcess(secret: secret)
            let moved = #"{"url":"http://127.0.0.1:\#(new.port)/","event_types":["order.created","receipt.created"]}"#
            #expect(try await client.send("PATCH", "/api/webhooks/\(webhook)", envelope(moved)).status == 200)
            try await Self.register(client, orders: 3..<6, 1)
            let receipt = envelope(#"{"external_id":"r-1","client_external_id":"c-1","sum":12}"#)
            #expect(try await client.send("POST", "/api/receipts", receipt).status == 201)
            try await waitUntil("the messages", within: .seconds(60)) { try Self.taken(new).count == 4 }
            #expect(try new.notes().contains { $0.type == "receipt.created" && $0.sequence == 1 })
            #expect(try (old.notes() + new.notes()).filter { !$0.isVerified }.map { "\($0.json)" } == [])
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a server that is to stop hands back what it sends, and ends in time`() async throws {
        let (server, receiver) = (try await ServerProcess(), try WebhookReceiverProcess(secret: Self.secret))
        let key = try await server.key()
        try await server.start(Self.allowed)
        try receiver.answer("slow")
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await Self.setUp(client, receiver)
            try await Self.register(client, orders: 0..<40, 1)
            try await waitUntil("a message", within: .seconds(60)) { try !receiver.notes().isEmpty }
        }
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
        try await server.start(Self.allowed)
        try await waitUntil("40 messages", within: .seconds(60)) { try Set(Self.taken(receiver).map(\.id)).count == 40 }
        // Stopped in peace, it sends nothing twice.
        #expect(try receiver.notes().count == 40)
    }

    @Test(.timeLimit(.minutes(10)))
    func `without the setting the server calls no address of its own network`() async throws {
        let (server, receiver) = (try await ServerProcess(), try WebhookReceiverProcess(secret: Self.secret))
        let key = try await server.key()
        try await server.start()
        try await RemoteClient.with(port: server.port, key: key) { client in
            try await Self.setUp(client, receiver)
            let webhook = try await client.send("GET", "/api/webhooks").json()["data"]?[0]?["id"]?.text ?? ""
            let test = try await client.send("POST", "/api/webhooks/\(webhook)/test")
            let id = try test.json()["data"]?["id"]?.text ?? ""
            try await waitUntil("the refusal", within: .seconds(30)) {
                let shown = try await client.send("GET", "/api/webhooks/\(webhook)/deliveries/\(id)").json()
                return shown["data"]?["attributes"]?["state"] == "dead"
            }
        }
        #expect(try receiver.notes().isEmpty)
    }

    // MARK: Parts

    private static func setUp(_ client: RemoteClient, _ receiver: WebhookReceiverProcess) async throws {
        let customers = (0..<4).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
        _ = try await client.send("POST", "/api/customers", #"{"data":[\#(customers.joined(separator: ","))]}"#)
        let made = try await client.send(
            "POST", "/api/webhooks",
            envelope(
                #"{"name":"Tests","url":"http://127.0.0.1:\#(receiver.port)/","secret":"\#(secret)","event_types":["order.created","order.updated"]}"#
            ))
        #expect(made.status == 201, "\(made.text)")
    }

    /// Describes orders anew; each description moves the order to another customer.
    private static func register(_ client: RemoteClient, orders: Range<Int>, _ revision: Int) async throws {
        for order in orders {
            let answer = try await client.send(
                "POST", "/api/orders",
                envelope(
                    #"{"external_id":"o-\#(order)","client_external_id":"c-\#(revision % 4)","number":"\#(revision)"}"#)
            )
            try #require(answer.status < 300, "\(answer.text)")
        }
    }

    private static func taken(_ receiver: WebhookReceiverProcess) throws -> [WebhookReceiverProcess.Note] {
        try receiver.notes().filter(\.isTaken)
    }

    /// Each order's messages are all there, and none came before an earlier one had been taken.
    private static func checkOrder(_ receiver: WebhookReceiverProcess, orders: Int, messages: Int) throws {
        let notes = try receiver.notes()
        let faults = notes.filter { !$0.isVerified }.map { "\($0.json)" }
        #expect(faults == [])
        let byOrder = Dictionary(grouping: notes.filter(\.isTaken)) { $0.order ?? "?" }
        #expect(byOrder.count == orders)
        for (order, notes) in byOrder {
            let sequences = notes.map(\.sequence)
            #expect(sequences == sequences.sorted(), "\(order): \(sequences)")
            #expect(Set(sequences) == Set(1...messages), "\(order): \(sequences)")
            #expect(notes.first?.type == "order.created")
        }
    }
}
