import Domain

/// What some customers of the made-up shop have in their carts: half of them left within the hour, the others long ago.
struct SampleCarts: Sendable {
    let seed: UInt64
    let now: Instant
    let catalogue: SampleCatalogue
    let customers: Int

    /// One customer in so many has something in the cart.
    private static let share = 25

    var count: Int { customers / Self.share }

    func cart(at index: Int) -> SampleShop.Cart {
        var generator = SplitMix64(seed: seed, .cart, index)
        let customer = index * Self.share + generator.below(Self.share)
        var lines: [ContainerLinePatch] = []
        for _ in 1...generator.number(1...4) {
            let product = generator.pick(catalogue.items)
            guard !lines.contains(where: { $0.product == product.externalID }) else { continue }
            var line = ContainerLinePatch(product: product.externalID)
            line.quantity = Quantity(millionths: Int64(generator.number(1...3)) * 1_000_000)
            line.price = Money(tenThousandths: product.cents * 100)
            lines.append(line)
        }
        let isFresh = generator.chance(perThousand: 500)
        let age = isFresh ? generator.number(60...3000) : generator.number(4000...400_000)
        return SampleShop.Cart(
            customer: SamplePeople.externalID(customer), lines: lines, changedAt: now.adding(seconds: -Int64(age))
        )
    }
}
