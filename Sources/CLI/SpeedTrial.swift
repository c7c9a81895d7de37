import Domain
import Foundation
import Platform

/// What `reorder bench` measures, one after the other, in an empty project.
struct SpeedTrial {
    /// One line of the answer.
    struct Figure {
        var name: String
        var value: Int64
        /// `/s` for a rate, `µs` for a time.
        var unit: String
    }

    private let services: Services
    private let shop: SampleShop
    private let span: Duration
    private let origin = Origin(actor: "bench", channel: .api)

    /// Callers that register at the same time.
    private static let callers = 64

    /// - Parameter span: How long each rate is measured.
    init(_ services: Services, orders: Int, span: Duration) {
        (self.services, self.span) = (services, span)
        shop = SampleShop(
            seed: 1, customers: max(orders / 5, 1), orders: orders, now: services.surroundings.now(), zone: .gmt
        )
    }

    func run() async throws -> [Figure] {
        try await services.accounts.setUp(
            Project(name: "Bench", currency: "EUR", timeZoneName: "UTC"), email: "bench@example.com",
            password: services.surroundings.token(length: 20), starterStatuses: true
        )
        let start = ContinuousClock.now
        try await services.samples.fill(shop)
        return [
            Figure(
                name: "orders taken in from a file, by the five hundred",
                value: Self.rate(of: shop.orders.count, since: start), unit: "/s"
            ),
            Figure(name: "orders registered one after the other", value: try await registered(by: 1), unit: "/s"),
            Figure(
                name: "orders registered by \(Self.callers) callers at once",
                value: try await registered(by: Self.callers),
                unit: "/s"
            ),
            Figure(name: "orders read one after the other", value: try read(), unit: "/s"),
            Figure(name: "99 of 100 lists of 50 orders are faster than", value: try listed(), unit: "µs"),
        ]
    }

    /// New orders a second, each on disk before its caller sends the next.
    private func registered(by callers: Int) async throws -> Int64 {
        let start = ContinuousClock.now
        let end = start + span
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask { [services, shop, origin] in
                    var count = 0
                    while ContinuousClock.now < end {
                        var order = shop.orders[(caller * 7919 + count) % shop.orders.count]
                        order.externalID = "bench-\(callers)-\(caller)-\(count)"
                        _ = try await services.orders.register(order, by: origin)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Self.rate(of: count, since: start)
    }

    private func read() throws -> Int64 {
        let names = shop.orders.prefix(1000).map(\.externalID)
        let start = ContinuousClock.now
        var count = 0
        while ContinuousClock.now < start + span {
            _ = try services.orders.order(names[count % names.count])
            count += 1
        }
        return Self.rate(of: count, since: start)
    }

    /// The first page of the dearest completed orders, two hundred times.
    private func listed() throws -> Int64 {
        var query = OrderQuery()
        query.statusCodes = [.general: ["completed"]]
        query.sort = [OrderSort(.total, descending: true)]
        let times = try (0..<200).map { _ in
            let start = ContinuousClock.now
            _ = try services.orders.list(query, place: .offset(0), limit: 50, withLines: false)
            return Self.microseconds(ContinuousClock.now - start)
        }
        return times.sorted()[197]
    }

    private static func rate(of count: Int, since start: ContinuousClock.Instant) -> Int64 {
        Int64(count) * 1_000_000 / max(microseconds(ContinuousClock.now - start), 1)
    }

    private static func microseconds(_ span: Duration) -> Int64 {
        span.components.seconds * 1_000_000 + span.components.attoseconds / 1_000_000_000_000
    }
}
