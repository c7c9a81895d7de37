import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// Holds what nodes have, what is stored and what a receiver was told against what clients were answered.
final class NodeCheck: Sendable {
    private let fleet: NodeFleet
    private let ledger: NodeLedger
    private let receiver: HookReceiver
    private let counts = Mutex((found: 0, twice: 0, messages: 0, repeats: 0))

    init(fleet: NodeFleet, ledger: NodeLedger, receiver: HookReceiver) {
        (self.fleet, self.ledger, self.receiver) = (fleet, ledger, receiver)
    }

    var history: String {
        let counts = counts.withLock { $0 }
        return """
            \(counts.found) found, \(counts.twice) twice; \(counts.messages) messages of webhooks, all received in order, \
            \(counts.repeats) more than once
            """
    }

    func run() async throws {
        for (index, node) in fleet.nodes.enumerated() {
            try await RemoteClient.with(port: node.port, key: fleet.key) { client in
                try await checkThings(client, isFirst: index == 0)
                if index == 0 {
                    try await checkChanges(client)
                    try await checkFigures(client)
                }
            }
        }
        try checkStored()
        try await checkMessages()
        for node in fleet.nodes {
            node.terminate()
            #expect(await node.exitStatus(within: .seconds(10)) == 0)
        }
        let verified = try await ServerProcess.run(["verify"] + fleet.nodes[0].place)
        #expect(verified.status == 0, "\(verified.output)")
    }

    // MARK: What nodes have

    /// A node's lists have all that was answered, once, and nothing that nobody sent.
    private func checkThings(_ client: RemoteClient, isFirst: Bool) async throws {
        for (kind, prefix) in [(NodeLedger.Kind.orders, "o-"), (.customers, "n-"), (.receipts, "r-")] {
            let (all, total) = try await Self.names("/api/\(kind.rawValue)", client)
            #expect(total == all.count)
            let found = all.filter { $0.hasPrefix(prefix) }
            let acknowledged = ledger.acknowledged(kind)
            #expect(Set(acknowledged.keys).subtracting(found) == [], "answered, and not there")
            #expect(Set(found).subtracting(acknowledged.keys).subtracting(ledger.unknown(kind)) == [])
            #expect(Set(all).count == all.count, "something is there twice")
            guard isFirst else { continue }
            count(found: Set(acknowledged.keys).intersection(found).count, twice: all.count - Set(all).count)
        }
    }

    /// Every change stands in its order's history once, with the version that was told.
    private func checkChanges(_ client: RemoteClient) async throws {
        var versions: [String: [Int]] = [:]
        let orders = (0..<NodeWork.shared).map { "s-\($0)" } + (0..<64).map { "k-\($0)" }
        for order in orders {
            var path: String? = "/api/orders/\(order)/activity?page%5Bsize%5D=500"
            while let next = path {
                let page = try await client.send("GET", next).json()
                for change in page["data"]?.list ?? [] where change["attributes"]?["field"] == "number" {
                    guard let name = change["attributes"]?["to"]?.text else { continue }
                    versions[name, default: []].append(Int(change["attributes"]?["version"]?.number ?? 0))
                }
                path = page["links"]?["next"]?.text
            }
        }
        for kind in [NodeLedger.Kind.changes, .keyed] {
            let acknowledged = ledger.acknowledged(kind)
            for (name, version) in acknowledged {
                // An answer that was repeated may tell a later version of an order of one's own.
                let isThere = kind == .keyed ? versions[name]?.count == 1 : versions[name] == [version]
                #expect(isThere, "\(name): answered \(version), found \(versions[name] ?? [])")
            }
            count(found: acknowledged.keys.count { versions[$0] != nil })
        }
        let twice = versions.filter { $0.value.count > 1 }
        #expect(twice.isEmpty, "\(twice)")
        count(twice: twice.count)
    }

    private func checkFigures(_ client: RemoteClient) async throws {
        let orders = try await Self.pages("/api/orders", client)
        for number in 0..<NodeWork.customers {
            let figures = try await client.send("GET", "/api/customers/c-\(number)").json()["data"]?["attributes"]?[
                "orders"]
            let mine = orders.compactMap { $0["attributes"] }.filter {
                $0["client_external_id"]?.text == "c-\(number)" && $0["included"] == true
            }
            #expect(figures?["count"]?.number == Double(mine.count))
            #expect(figures?["total"]?.number == mine.compactMap { $0["value"]?.number }.reduce(0, +))
        }
    }

    // MARK: What is stored

    /// No version of an order raised an event twice or none, and none stands in history twice.
    private func checkStored() throws {
        let doubles: [SQL] = [
            """
            SELECT count(*) FROM (SELECT 1 FROM event WHERE order_id IS NOT NULL
                GROUP BY order_id, kind, version, status_type HAVING count(*) > 1) AS doubles
            """,
            """
            SELECT count(*) FROM (SELECT 1 FROM order_change GROUP BY order_id, version, field HAVING count(*) > 1) AS doubles
            """,
            """
            SELECT count(*) FROM orders AS o WHERE o.version <> (SELECT count(DISTINCT e.version) FROM event AS e
                WHERE e.bucket = o.bucket AND e.order_id = o.id)
            """,
            "SELECT count(*) FROM (SELECT 1 FROM event GROUP BY bucket HAVING max(seq) <> count(*)) AS gaps",
        ]
        for sql in doubles {
            let number = Int(try fleet.nodes[0].number(sql))
            #expect(number == 0, "\(sql.text)")
            count(twice: number)
        }
    }

    // MARK: What was told

    /// Each event became one message, which was received, in the order of its subject.
    private func checkMessages() async throws {
        let node = fleet.nodes[0]
        try await waitUntil("all messages are sent", within: .seconds(180)) {
            try node.number(
                """
                SELECT (SELECT count(*) FROM webhook_delivery WHERE finished_ms IS NULL)
                    + (SELECT count(*) FROM bucket_seq AS s LEFT JOIN webhook_place AS p ON p.bucket = s.bucket
                        WHERE s.n > coalesce(p.n, 0))
                """) == 0
        }
        let rows = try node.stored { tx in
            try tx.rows("SELECT id, subject, sequence, state FROM webhook_delivery ORDER BY subject, sequence") {
                (id: "msg_\($0.integer(0))", subject: $0.text(1), sequence: Int($0.integer(2)), state: $0.text(3))
            }
        }
        let events = try node.number(
            "SELECT count(*) FROM event WHERE kind IN ('order.created', 'order.updated', 'receipt.created')")
        #expect(rows.count == Int(events), "each event has one message")
        #expect(rows.allSatisfy { $0.state == "delivered" })
        for (subject, rows) in Dictionary(grouping: rows, by: \.subject) {
            #expect(rows.map(\.sequence) == Array(1...rows.count), "\(subject)")
        }
        let calls = receiver.calls
        let received = calls.compactMap { $0.header("webhook-id") }
        #expect(Set(received) == Set(rows.map(\.id)))
        let places = calls.map { $0.place.split(separator: "/") }
        for (subject, places) in Dictionary(grouping: places, by: { $0.first ?? "" }) {
            let sequences = places.compactMap { $0.last.flatMap { Int($0) } }
            #expect(sequences == sequences.sorted(), "\(subject): \(sequences)")
        }
        counts.withLock { $0.messages = rows.count }
        counts.withLock { $0.repeats = received.count - Set(received).count }
    }

    // MARK: Parts

    private func count(found: Int = 0, twice: Int = 0) {
        counts.withLock { counts in
            counts.found += found
            counts.twice += twice
        }
    }

    private static func pages(_ path: String, _ client: RemoteClient) async throws -> [JSON] {
        var (rows, next): ([JSON], String?) = ([], path + "?page%5Bsize%5D=500")
        while let place = next {
            let answer = try await client.send("GET", place)
            try #require(answer.status == 200, "\(answer.text)")
            let page = try answer.json()
            rows += page["data"]?.list ?? []
            next = page["links"]?["next"]?.text
        }
        return rows
    }

    private static func names(_ path: String, _ client: RemoteClient) async throws -> (names: [String], total: Int) {
        let total = try await client.send("GET", path + "?page%5Bsize%5D=1").json()["meta"]?["total"]?.number ?? -1
        return (try await pages(path, client).compactMap { $0["id"]?.text }, Int(total))
    }
}
