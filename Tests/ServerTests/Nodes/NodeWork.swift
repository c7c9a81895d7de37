import Foundation
import TestSupport
import Testing

/// One client of several nodes: it writes now here, now there, and notes what it was answered.
struct NodeWork: Sendable {
    static let customers = 8
    /// Orders that all clients change.
    static let shared = 10

    private let number: Int
    private let fleet: NodeFleet
    private let client: RemoteClient
    private let ledger: NodeLedger
    private var chance: Chance
    private var count = 0

    init(_ number: Int, seed: UInt64, _ fleet: NodeFleet, _ client: RemoteClient, _ ledger: NodeLedger) {
        (self.number, self.fleet, self.client, self.ledger) = (number, fleet, client, ledger)
        chance = Chance(seed: seed &* 1000 &+ UInt64(number))
    }

    /// Makes what the work is about, and a webhook that is told of all of it.
    static func prepare(_ client: RemoteClient, receiver: String, clients: Int) async throws {
        let people = (0..<customers).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
        let made = try await client.send("POST", "/api/customers", #"{"data":[\#(people.joined(separator: ","))]}"#)
        try #require(made.status == 200, "\(made.text)")
        let webhook = try await client.send(
            "POST", "/api/webhooks",
            envelope(
                #"{"name":"Tests","url":"\#(receiver)","event_types":["order.created","order.updated","receipt.created"]}"#
            ))
        try #require(webhook.status == 201, "\(webhook.text)")
        let names = (0..<shared).map { "s-\($0)" } + (0..<clients).map { "k-\($0)" }
        let orders = names.enumerated().map { index, name in
            #"{"attributes":{"external_id":"\#(name)","client_external_id":"c-\#(index % customers)","items_sum":1}}"#
        }
        let answer = try await client.send("POST", "/api/orders", #"{"data":[\#(orders.joined(separator: ","))]}"#)
        try #require(answer.status == 200, "\(answer.text)")
    }

    mutating func run(until end: ContinuousClock.Instant) async {
        while ContinuousClock.now < end {
            count += 1
            let name = "\(number)-\(count)"
            let customer = chance.int(0...Self.customers - 1)
            switch chance.int(0...99) {
            case 0..<35:
                let sum = chance.int(1...500)
                await make(
                    .orders, "o-\(name)", "/api/orders",
                    #"{"external_id":"o-\#(name)","client_external_id":"c-\#(customer)","number":"\#(name)","items":[{"external_id":"l-1","product_external_id":"p","cnt":1,"sum":\#(sum)}],"payment":{"status_code":"paid"}}"#
                )
            case 35..<65:
                // What was changed is told by the number, which no other change has.
                let status = chance.pick(["paid", "awaiting_payment", "refunded"])
                let order = chance.int(0...Self.shared - 1)
                await make(
                    .changes, name, "/api/orders",
                    #"{"external_id":"s-\#(order)","number":"\#(name)","payment":{"status_code":"\#(status)"}}"#)
            case 65..<80: await changeOnce(name, until: end + .seconds(90))
            case 80..<90:
                await make(
                    .receipts, "r-\(name)", "/api/receipts",
                    #"{"external_id":"r-\#(name)","client_external_id":"c-\#(customer)","sum":12}"#)
            default:
                await make(
                    .customers, "n-\(name)", "/api/customers",
                    #"{"external_id":"n-\#(name)","first_name":"Ana \#(name)"}"#)
            }
            // A shop's load has pauses; nothing is waited for here.
            try? await Task.sleep(for: .milliseconds(chance.int(100...600)))
        }
    }

    /// Sends something once; what became of it without an answer is never asked.
    private mutating func make(_ kind: NodeLedger.Kind, _ name: String, _ path: String, _ attributes: String) async {
        ledger.doubt(kind, name)
        guard let answer = await send(path, envelope(attributes)) else { return }
        switch answer.status {
        case 200, 201: ledger.acknowledge(kind, name, version: Self.version(answer))
        case 503: return
        default: Issue.record("\(name) was answered \(answer.status): \(answer.text)")
        }
    }

    /// Changes an order, of one's own or of all, with an `Idempotency-Key`, again and again until it is answered.
    private mutating func changeOnce(_ name: String, until end: ContinuousClock.Instant) async {
        ledger.doubt(.keyed, name)
        let order = chance.happens(50) ? "k-\(number)" : "s-\(chance.int(0...Self.shared - 1))"
        let body = envelope(#"{"external_id":"\#(order)","number":"\#(name)"}"#)
        while ContinuousClock.now < end {
            let answer = await send("/api/orders", body, ["Idempotency-Key": "key-\(name)"])
            switch answer?.status {
            case 200:
                if answer?.isRepeated == true { ledger.repeatAnswer() }
                return ledger.acknowledge(.keyed, name, version: answer.map(Self.version) ?? 0)
            case nil, 503: break
            case 409 where answer?.text.contains("idempotency_key_in_use") == true: break
            case 409 where answer?.text.contains("answer_lost") == true:
                // It was done, and somebody wrote since.
                ledger.repeatAnswer()
                return ledger.acknowledge(.keyed, name, version: 0)
            default:
                Issue.record("\(name) was answered \(answer?.status ?? 0): \(answer?.text ?? "")")
                return
            }
            try? await Task.sleep(for: .milliseconds(chance.int(20...200)))
        }
        Issue.record("\(name) was never answered")
    }

    /// - Returns: Nil where the connection ended without an answer.
    private mutating func send(
        _ path: String, _ body: String, _ headers: [String: String] = [:]
    ) async -> RemoteClient.Answer? {
        let node = fleet.nodes[chance.int(0...fleet.nodes.count - 1)]
        guard node.port != 0 else { return nil }
        do {
            let answer = try await client.at(node.port).send("POST", path, body, headers: headers)
            if answer.status == 503 {
                ledger.refuse()
                #expect(answer.retryAfter != nil, "A 503 without Retry-After: \(answer.text)")
            }
            return answer
        } catch {
            ledger.lose()
            return nil
        }
    }

    private static func version(_ answer: RemoteClient.Answer) -> Int {
        Int((try? answer.json()["data"]?["attributes"]?["version"]?.number) ?? 0)
    }
}
