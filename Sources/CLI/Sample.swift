import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder sample`.
struct Sample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fills a project with a made-up shop, the same for the same seed; or prints its orders as NDJSON."
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "How many customers.")
    var customers = 2000

    @Option(name: .long, help: "How many orders.")
    var orders = 10_000

    @Option(name: .long, help: "Another number makes another shop.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "Prints the orders as NDJSON instead of writing them into a project.")
    var ndjson = false

    func run() async throws {
        guard customers > 0, orders >= 0 else { throw ValidationError("Ask for at least one customer.") }
        guard !ndjson else { return print() }
        try await data.withServices { services in
            let shop = SampleShop(
                seed: seed, customers: customers, orders: orders, now: services.surroundings.now(),
                zone: services.references.current.reading.zone
            )
            try await services.samples.fill(shop) { done in
                Output.progress("\(done) of \(orders) orders", isLast: done == orders)
            }
        }
    }

    private func print() {
        let shop = SampleShop(
            seed: seed, customers: customers, orders: orders, now: Surroundings.live.now(), zone: .gmt
        )
        for order in shop.orders {
            var writer = JSONWriter()
            order.write(&writer)
            Output.result(writer.text)
        }
    }
}
