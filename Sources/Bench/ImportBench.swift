import Domain
import Foundation
import Platform
import Storage

/// An import of a made-up shop's orders.
enum ImportBench {
    /// Makes a project that knows the shop's products and customers, and the file of its orders.
    static func prepare(_ directory: String, orders: Int, isShuffled: Bool, server: String?) async throws {
        let services = try await Services.open(directory + "/prepared", server: server)
        defer { services.close() }
        try await services.accounts.setUp(
            Project(name: "Bench", features: [.orders]), email: "owner@example.com",
            password: services.surroundings.token(length: 20),
            starterStatuses: true
        )
        let shop = SampleShop(
            seed: 1, customers: max(orders / 5, 1), orders: orders, now: services.surroundings.now(), zone: .gmt
        )
        let origin = Origin(actor: "bench", channel: .import)
        _ = try await services.products.register(shop.products.map { .success($0) })
        for start in stride(from: 0, to: shop.customers.count, by: 500) {
            let end = min(start + 500, shop.customers.count)
            _ = try await services.customers.register((start..<end).map { .success(shop.customers[$0]) }, by: origin)
        }
        try write(shop, to: directory + "/orders.ndjson", isShuffled: isShuffled)
    }

    private static func write(_ shop: SampleShop, to path: String, isShuffled: Bool) throws {
        let count = shop.orders.count
        // A stride that shares no factor with the count meets each order once, far from the last one.
        var stride = isShuffled ? count * 5 / 8 | 1 : 1
        while divisor(stride, count) > 1 { stride += 2 }
        var text = Data()
        for index in 0..<count {
            var writer = JSONWriter()
            shop.orders[index * stride % count].write(&writer)
            text.append(contentsOf: writer.bytes + [UInt8(ascii: "\n")])
        }
        try text.write(to: URL(fileURLWithPath: path))
    }

    private static func divisor(_ left: Int, _ right: Int) -> Int { right == 0 ? left : divisor(right, left % right) }

    /// Imports a file, and returns as JSON how long that took and how many commits and orders it made.
    static func run(data: String, file: String, server: String?) async throws -> String {
        let services = try await Services.open(data, server: server)
        defer { services.close() }
        let before = services.load.commits
        let start = ContinuousClock.now
        let reader = try ImportReader(paths: [file], context: services.references.current.reading)
        let run = try await services.imports.run(reader, source: "bench", fingerprint: "bench") { _, _ in }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return "{\"commits\":\(services.load.commits - before),\"orders\":\(run.created),\"seconds\":\(seconds)}"
    }
}
