import Database
import Foundation
import Synchronization
import TestSupport
import Testing

/// How long the server is used.
private enum Soak {
    static let minutes = Double(ProcessInfo.processInfo.environment["REORDER_SOAK_MINUTES"] ?? "") ?? 0
}

/// Hours of ordinary use in small: memory stays flat, nothing slows down, and figures still equal the orders.
///
/// `REORDER_SOAK_MINUTES=30 Scripts/test.sh --filter SoakTests`
@Suite(.enabled(if: Soak.minutes > 0, "Very slow: set REORDER_SOAK_MINUTES to how many minutes."))
struct SoakTests {
    private static let minutes = Soak.minutes
    private static let clients = 6
    private static let orders = 600

    /// What was done, and what was wrong with the answers.
    private final class Tally: Sendable {
        private let state = Mutex((count: 0, faults: [String]()))

        var count: Int { state.withLock { $0.count } }
        var faults: [String] { state.withLock { $0.faults } }

        func note(_ fault: String?) {
            state.withLock { state in
                state.count += 1
                if let fault { state.faults.append(fault) }
            }
        }
    }

    /// What the server held at a moment.
    private struct Sample {
        var minute: Double
        /// Memory of its own, without the pages of the database that the system lends it.
        var megabytes: Double
        var databaseMegabytes: Double
    }

    @Test func `memory is flat under modest load, and all is well after it`() async throws {
        let server = try await ServerProcess()
        let key = try await server.key()
        try await server.start()
        let cookie = try await server.signIn()
        let start = ContinuousClock.now
        let end = start + .seconds(Self.minutes * 60)
        let tally = Tally()
        let samples = try await RemoteClient.with(port: server.port, key: key) { client in
            let people = (0..<50).map { #"{"attributes":{"external_id":"c-\#($0)"}}"# }.joined(separator: ",")
            #expect(try await client.send("POST", "/api/customers", #"{"data":[\#(people)]}"#).status == 200)
            return try await withThrowingTaskGroup(of: [Sample].self) { group in
                for number in 0..<Self.clients {
                    group.addTask {
                        var chance = Chance(seed: UInt64(number))
                        while ContinuousClock.now < end {
                            let answer = try await Self.act(&chance, client, server, cookie)
                            tally.note(answer)
                            // A shop's load has pauses; this is what is measured, not what is waited for.
                            try await Task.sleep(for: .milliseconds(chance.int(20...80)))
                        }
                        return []
                    }
                }
                group.addTask {
                    var samples: [Sample] = []
                    while ContinuousClock.now < end {
                        let spent = (ContinuousClock.now - start).components.seconds
                        samples.append(
                            Sample(
                                minute: Double(spent) / 60, megabytes: try server.privateMegabytes,
                                databaseMegabytes: try server.databaseMegabytes))
                        try await Task.sleep(for: .seconds(2))
                    }
                    return samples
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        #expect(tally.faults.prefix(5) == [])
        // The first part fills caches.
        let steady = samples.filter { $0.minute > Self.minutes / 4 }
        let slope = Self.slope(steady.map { ($0.minute, $0.megabytes) })
        let growth = Self.slope(steady.map { ($0.minute, $0.databaseMegabytes) })
        let summary = """
            \(tally.count) actions in \(Self.minutes) minutes; memory \(steady.first?.megabytes ?? 0) to \
            \(steady.last?.megabytes ?? 0) MB, \(slope) MB a minute; database \(growth) MB a minute
            """
        print(summary)
        // What the database grows by may stand in its cache; beyond it nothing may stay.
        #expect(slope < growth + 1, "\(summary)")
        server.terminate()
        #expect(await server.exitStatus(within: .seconds(10)) == 0)
        let verified = try await ServerProcess.run(["verify"] + server.place)
        #expect(verified.status == 0, "\(verified)")
    }

    /// Does one thing, and returns what was wrong with the answer.
    private static func act(
        _ chance: inout Chance, _ client: RemoteClient, _ server: ServerProcess, _ cookie: String
    ) async throws -> String? {
        let id = "o-\(chance.int(0...orders - 1))"
        let (what, allowed): (String, [Int])
        let answer: RemoteClient.Answer
        switch chance.int(1...100) {
        case ...35:
            let status = chance.pick(["paid", "awaiting_payment", "refunded"])
            (what, allowed) = ("register \(id)", [200, 201])
            answer = try await client.send(
                "POST", "/api/orders",
                envelope(
                    #"{"external_id":"\#(id)","client_external_id":"c-\#(chance.int(0...49))","items_sum":\#(chance.int(1...500)),"payment":{"status_code":"\#(status)"}}"#
                ))
        case ...45:
            (what, allowed) = ("move \(id)", [200, 404])
            let code = chance.pick(["accepted", "confirmed", "completed"])
            answer = try await client.send(
                "PATCH", "/api/orders/\(id)/status", envelope(#"{"status_code":"\#(code)"}"#))
        case ...50:
            (what, answer, allowed) = (
                "delete \(id)", try await client.send("DELETE", "/api/orders/\(id)"), [204, 404]
            )
        case ...70:
            (what, answer, allowed) = ("get \(id)", try await client.send("GET", "/api/orders/\(id)"), [200, 404])
        case ...85:
            let path = "/api/orders?filter%5Bpayment.status_code%5D=paid&sort=-date&page%5Bsize%5D=50"
            (what, answer, allowed) = ("list", try await client.send("GET", path), [200])
        case ...90: (what, answer, allowed) = ("metrics", try await client.send("GET", "/metrics"), [200])
        default:
            let page = try await Wire.send(
                "GET /orders HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\nConnection: close\r\n\r\n",
                port: server.port)
            return page.hasPrefix("HTTP/1.1 200") ? nil : "the page was answered \(page.prefix(100))"
        }
        return allowed.contains(answer.status)
            ? nil : "\(what) was answered \(answer.status): \(answer.text.prefix(200))"
    }

    /// The slope of the line that is closest to the points.
    private static func slope(_ points: [(x: Double, y: Double)]) -> Double {
        let count = Double(max(1, points.count))
        let (meanX, meanY) = (points.map(\.x).reduce(0, +) / count, points.map(\.y).reduce(0, +) / count)
        let spread = points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
        guard spread > 0 else { return 0 }
        return points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +) / spread
    }
}

extension ServerProcess {
    /// Memory of the process itself, without mapped files, in MB.
    fileprivate var privateMegabytes: Double {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
            let line = text.firstMatch(of: /RssAnon:\s+(\d+) kB/)
            return (line.flatMap { Double($0.1) } ?? 0) / 1024
        }
    }

    fileprivate var databaseMegabytes: Double {
        get throws {
            guard TestDatabase.isEmbedded else {
                return Double(try number("SELECT pg_database_size(current_database())")) / 1_048_576
            }
            let path = data + "/reorder.sqlite"
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
            return Double(size + log) / 1_048_576
        }
    }

    /// Signs the owner in, and returns the cookie.
    func signIn() async throws -> String {
        let form = "email=owner%40example.com&password=a+password+for+tests"
        let answer = try await Wire.send(
            """
            POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
            Content-Length: \(form.utf8.count)\r\n\r\n\(form)
            """, port: port
        )
        let line = try #require(
            answer.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("set-cookie:") },
            "\(answer.prefix(500))")
        return String(line.dropFirst("set-cookie:".count).split(separator: ";")[0]).trimmingCharacters(in: .whitespaces)
    }
}
