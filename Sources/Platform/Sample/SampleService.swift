import Domain

/// Fills a project with the made-up shop.
package struct SampleService: Sendable {
    let products: ProductService
    let customers: CustomerService
    let orders: OrderService
    let containers: ContainerService

    /// Items of one transaction.
    private static let batchSize = 500

    /// Writes the shop's products, customers, orders and carts; each batch is on disk before the next is written.
    ///
    /// It goes the way the API goes, so that figures, history and open lists follow, but starts no campaigns. What is there
    /// already stays as it is.
    ///
    /// - Parameter report: Called after each batch with how many orders are written.
    /// - Throws: `Faults` where the project does not take what the shop says, as without the starter statuses.
    package func fill(_ shop: SampleShop, report: @Sendable (_ orders: Int) throws -> Void = { _ in }) async throws {
        let origin = Origin(actor: "sample", channel: .import)
        try Self.check(await products.register(shop.products.map { .success($0) }))
        for batch in Self.batches(of: shop.customers) {
            try Self.check(
                await customers.register(batch.map { .success(shop.customers[$0]) }, by: origin, startsCampaigns: false)
            )
        }
        for batch in Self.batches(of: shop.orders) {
            let patches = batch.map { Result<OrderPatch, Faults>.success(shop.orders[$0]) }
            try Self.check(await orders.register(patches, by: origin, startsCampaigns: false))
            try report(batch.upperBound)
        }
        for batch in Self.batches(of: shop.carts) { try await containers.fill(batch.map { shop.carts[$0] }) }
    }

    private static func batches(of sequence: SampleSequence<some Sendable>) -> [Range<Int>] {
        stride(from: 0, to: sequence.count, by: batchSize).map { $0..<min($0 + batchSize, sequence.count) }
    }

    private static func check(_ results: [Result<some Sendable, Faults>]) throws {
        for result in results { _ = try result.get() }
    }
}
