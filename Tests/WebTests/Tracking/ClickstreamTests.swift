import Database
import Domain
import Foundation
import Platform
import TestSupport
import Testing
import Web

/// A made-up clickstream, sent to the doors as time goes on: what it comes to is what its story says.
struct ClickstreamTests {
    /// The lines of `Scripts/bench/clickstream.py`: bodies in the order of time, and the counts as the last.
    private static func story(visitors: Int, seed: Int) throws -> [String] {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", root.appending(path: "Scripts/bench/clickstream.py").path, String(visitors), String(seed),
            String(StillClock.usual.milliseconds),
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return text.split(separator: "\n").map(String.init)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 2])
    func `visits, views, additions, purchases and abandoned carts agree with the story`(seed: Int) async throws {
        var lines = try Self.story(visitors: 60, seed: seed)
        let counts = try JSON(parsing: lines.removeLast())
        let bodies = lines
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        var settings = WebSettings()
        settings.requestsPerSecond = 0
        try await DoorFixture.with(settings: settings, services: services, { $0.takesOrders = true }) { door in
            let time = ContainerClock(services, logger: .quiet)
            for line in bodies {
                let request = try JSON(parsing: line)
                let (at, body) = (try #require(request["at"]?.number), try #require(request["body"]?.text))
                clock.set(Instant(milliseconds: Int64(at)))
                try await time.pass()
                let answer =
                    request["door"]?.text == "tracker"
                    ? try await door.api.post(
                        "/tracker/events?key=\(door.key)", body,
                        headers: ["Origin": DoorFixture.page, "Content-Type": "text/plain;charset=UTF-8"])
                    : try await door.send("batch", body)
                #expect(answer.status < 300)
                try await door.file()
            }
            clock.advance(seconds: 7200)
            try await time.pass()
            #expect(try await door.refusals() == [])
            func check(_ name: String, _ sql: String) throws {
                let found = try services.engine.read { tx in
                    try tx.first(SQL(stringLiteral: "SELECT count(*) FROM " + sql)) { $0.integer(0) } ?? -1
                }
                #expect(Double(found) == counts[name]?.number, "\(name)")
            }
            try check("visits", "tracked_event WHERE name = 'site_visited'")
            try check("views", "tracked_event WHERE name = 'product_viewed'")
            try check("adds", "tracked_event WHERE name = 'container_item_added'")
            try check("removals", "tracked_event WHERE name = 'container_item_removed'")
            try check("purchases", "tracked_event WHERE name = 'order_completed'")
            try check("purchases", "tracked_event WHERE name = 'container_cleared'")
            try check("purchases", "orders")
            try check("logins", "tracked_event WHERE name = 'logged_in'")
            try check("logins", "customer")
            try check("left", "container WHERE line_count > 0")
            try check("lines_left", "container_line")
            try check("abandoned_at_the_end", "container WHERE abandoned_ms IS NOT NULL")
            try check("abandoned_by_customers", "event WHERE kind = 'container.abandoned'")
        }
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }
}
