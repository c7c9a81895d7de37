import Foundation
import Synchronization
import TestSupport
import Testing

/// Killed at any moment, the server has what it answered, whole and once (spec operations.md, "Durability").
@Suite(.serialized)
struct KillTests {
    private static let isSlow = ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] == "1"

    @Test(.timeLimit(.minutes(15)))
    func `what was answered is there after each kill, whole and once`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        let ledger = Ledger(seed: 42)
        try await RemoteClient.with(port: server.port, key: key) { client in
            let customers = (0..<Ledger.customers).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }
            let made = try await client.send(
                "POST", "/api/customers", #"{"data":[\#(customers.joined(separator: ","))]}"#)
            #expect(made.status == 200)
        }
        for round in 1...(Self.isSlow ? 100 : 20) {
            let begin = Date(timeIntervalSinceNow: -1)
            try await ledger.writeUntilKilled(server, key)
            try await server.start()
            try await ledger.check(server, key, since: begin, round)
            if round % 10 == 0 {
                server.kill()
                let verified = try await ServerProcess.run(["verify"] + server.place)
                #expect(verified.status == 0, "round \(round): \(verified.output)")
                try await server.start()
            }
        }
        try await ledger.check(server, key, since: nil, 0)
        try await ledger.checkFigures(server, key)
        #expect(ledger.answered > 100, "too few writes to tell anything")
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
    }
}

/// What was sent, and what of it was answered.
private final class Ledger: Sendable {
    static let customers = 8
    private static let clients = 64

    /// The n-th description of an order; all of it follows from the number, so that a half-stored one is seen.
    enum State: Equatable {
        case absent
        case revision(Int)
    }

    fileprivate struct Entry {
        var answered = State.absent
        /// Sent, and not answered.
        var pending: State?
    }

    fileprivate struct Books {
        var chance: Chance
        var entries: [String: Entry] = [:]
        var touched: Set<String> = []
        var count = 0
        var answered = 0
    }

    private let books: Mutex<Books>

    init(seed: UInt64) { books = Mutex(Books(chance: Chance(seed: seed))) }

    var answered: Int { books.withLock { $0.answered } }

    // MARK: Writing

    func writeUntilKilled(_ server: ServerProcess, _ key: String) async throws {
        let delay = books.withLock { $0.chance.int(0...350) }
        try await RemoteClient.with(port: server.port, key: key, connections: Self.clients) { client in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<Self.clients {
                    group.addTask { [self] in
                        // A client ends with the server.
                        do { while try await write(number, client) {} } catch {}
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(delay))
                    server.kill()
                }
            }
        }
    }

    /// Sends one write; false when it was refused.
    private func write(_ number: Int, _ client: RemoteClient) async throws -> Bool {
        let (id, state) = books.withLock { $0.begin(number) }
        let answer: RemoteClient.Answer
        switch state {
        case .revision(let revision): answer = try await client.send("POST", "/api/orders", Self.document(id, revision))
        case .absent: answer = try await client.send("DELETE", "/api/orders/\(id)")
        }
        guard [200, 201, 204].contains(answer.status) else {
            if answer.status != 503 { Issue.record("\(id) \(state) was answered \(answer.status): \(answer.text)") }
            return false
        }
        books.withLock { $0.answer(id, state) }
        return true
    }

    private static func customer(_ id: String, _ revision: Int) -> String {
        "c-\((id.utf8.reduce(0) { $0 + Int($1) } + revision / 3) % customers)"
    }

    private static func document(_ id: String, _ revision: Int) -> String {
        let lines = (0...revision % 4).map {
            #"{"external_id":"l\#($0)","product_external_id":"p","cnt":\#(revision),"sum":\#(revision)}"#
        }
        return envelope(
            #"{"external_id":"\#(id)","client_external_id":"\#(customer(id, revision))","number":"\#(revision)","items":[\#(lines.joined(separator: ","))],"payment":{"status_code":"\#(revision % 2 == 0 ? "paid" : "awaiting_payment")"}}"#
        )
    }

    // MARK: Checking

    /// Holds what the server has against what it answered, for orders written since a moment, or for all.
    func check(_ server: ServerProcess, _ key: String, since: Date?, _ round: Int) async throws {
        let touched = books.withLock { $0.touched }
        let stored = try await RemoteClient.with(port: server.port, key: key) { client in
            var orders = try await Self.orders(client, since: since)
            // One whose last write was lost is as it was long before.
            for id in touched where orders[id] == nil {
                let answer = try await client.send("GET", "/api/orders/\(id)")
                if answer.status == 200 { orders[id] = try answer.json()["data"]?["attributes"] }
            }
            for (id, order) in orders.sorted(by: { $0.key < $1.key }).prefix(12) {
                try await Self.checkHistory(id, order, client)
            }
            return orders
        }
        for (id, order) in stored { Self.checkWhole(id, order, "round \(round)") }
        books.withLock { books in
            for id in since == nil ? Set(books.entries.keys) : books.touched {
                guard let entry = books.entries[id] else { continue }
                let found = stored[id]?["number"]?.text.flatMap(Int.init).map(State.revision) ?? .absent
                #expect(
                    found == entry.answered || found == entry.pending,
                    "round \(round), \(id): answered \(entry.answered), sent \(String(describing: entry.pending))")
                books.entries[id] = Entry(answered: found)
            }
            books.touched = []
            if since == nil {
                let there = books.entries.values.filter { $0.answered != .absent }.count
                #expect(stored.count == there)
            }
        }
    }

    private static func orders(_ client: RemoteClient, since: Date?) async throws -> [String: JSON] {
        var path: String? = "/api/orders?page%5Bsize%5D=500&sort=date"
        if let since { path? += "&filter%5Bupdated_from%5D=" + since.formatted(.iso8601) }
        var orders: [String: JSON] = [:]
        while let next = path {
            let answer = try await client.send("GET", next)
            try #require(answer.status == 200, "\(answer.text)")
            let page = try answer.json()
            for order in page["data"]?.list ?? [] {
                let id = try #require(order["id"]?.text)
                #expect(orders[id] == nil, "\(id) is there twice")
                orders[id] = order["attributes"]
            }
            path = page["links"]?["next"]?.text
        }
        return orders
    }

    private static func checkWhole(_ id: String, _ order: JSON, _ place: String) {
        guard let revision = order["number"]?.text.flatMap(Int.init) else {
            Issue.record("\(place): \(id) has no number")
            return
        }
        let lines = order["items"]?.list ?? []
        #expect(lines.map { $0["external_id"]?.text } == (0...revision % 4).map { "l\($0)" }, "\(place), \(id)")
        #expect(
            lines.allSatisfy { $0["sum"]?.number == Double(revision) && $0["cnt"]?.number == Double(revision) },
            "\(place), \(id)")
        #expect(order["client_external_id"]?.text == customer(id, revision), "\(place), \(id)")
        #expect(
            order["payment"]?["status_code"]?.text == (revision % 2 == 0 ? "paid" : "awaiting_payment"),
            "\(place), \(id)")
        #expect(order["version"]?.number == Double(revision), "\(place), \(id)")
    }

    private static func checkHistory(_ id: String, _ order: JSON, _ client: RemoteClient) async throws {
        let version = try #require(order["version"]?.number)
        let history =
            try await client.send("GET", "/api/orders/\(id)/activity?page%5Bsize%5D=500").json()["data"]?.list ?? []
        let versions = Set(history.compactMap { $0["attributes"]?["version"]?.number })
        guard history.count < 500 else { return }
        #expect(versions == Set((1...Int(version)).map(Double.init)), "\(id)")
        let numbers = history.filter { $0["attributes"]?["field"] == "number" }.compactMap {
            $0["attributes"]?["to"]?.text
        }
        #expect(numbers == (1...Int(version)).dropFirst().map(String.init).reversed(), "\(id)")
    }

    /// Holds every customer's figures against the orders that are there.
    func checkFigures(_ server: ServerProcess, _ key: String) async throws {
        try await RemoteClient.with(port: server.port, key: key) { client in
            let orders = try await Self.orders(client, since: nil).values
            for number in 0..<Self.customers {
                let figures = try await client.send("GET", "/api/customers/c-\(number)").json()["data"]?["attributes"]?[
                    "orders"]
                let paid = orders.filter { $0["client_external_id"]?.text == "c-\(number)" && $0["included"] == true }
                #expect(figures?["count"]?.number == Double(paid.count))
                #expect(figures?["total"]?.number == paid.compactMap { $0["value"]?.number }.reduce(0, +))
            }
        }
    }
}

extension Ledger.Books {
    /// Chooses a client's next write, and notes that it is on its way.
    mutating func begin(_ client: Int) -> (id: String, state: Ledger.State) {
        let mine = (0..<6).map { "o-\(client)-\(count / 400)-\($0)" }
        count += 1
        let id = chance.pick(mine)
        var state = Ledger.State.revision(1)
        if case .revision(let number) = entries[id]?.answered {
            state = chance.happens(8) ? .absent : .revision(number + 1)
        }
        entries[id, default: Ledger.Entry()].pending = state
        touched.insert(id)
        return (id, state)
    }

    mutating func answer(_ id: String, _ state: Ledger.State) {
        answered += 1
        entries[id] = Ledger.Entry(answered: state)
    }
}
