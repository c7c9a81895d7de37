import Domain

/// The products of the made-up shop: tea, coffee, and what one needs to make and drink them.
struct SampleCatalogue: Sendable {
    struct Item: Sendable {
        let externalID: String
        let name: String
        let sku: String
        let category: String
        let cents: Int64
        let grams: Int64
        /// Bought several at a time, and part of the tea promotion.
        let isConsumable: Bool
    }

    let items: [Item]
    /// Places in `items`: a few sell much, many sell now and then.
    let demand: Weighted<Int>
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        var items: [Item] = []
        for shelf in SampleShelf.all {
            for (place, product) in shelf.products.enumerated() {
                let number = place + 1
                items.append(
                    Item(
                        externalID: String(1001 + items.count),
                        name: product.0,
                        sku: "\(shelf.prefix)-\(number < 10 ? "0" : "")\(number)",
                        category: shelf.category,
                        cents: product.1,
                        grams: shelf.grams,
                        isConsumable: shelf.isConsumable
                    )
                )
            }
        }
        self.items = items
        var generator = SplitMix64(seed: seed, .catalogue, 0)
        demand = Weighted(
            items.indices.map { index in
                let rank = generator.below(items.count)
                return (index, (items[index].isConsumable ? 24_000 : 9_000) / (rank + 6))
            }
        )
    }

    /// Returns what the shop says of the product at `index`.
    func product(at index: Int) -> ProductPatch {
        var generator = SplitMix64(seed: seed, .catalogue, index + 1)
        let item = items[index]
        var patch = ProductPatch(externalID: item.externalID)
        patch.fields.set(.name, .text(item.name))
        patch.fields.set(.sku, .text(item.sku))
        patch.fields.set(.category, .text(item.category))
        patch.fields.set(.price, .money(Money(cents: item.cents)))
        patch.fields.set(.url, .text("https://shop.example.com/products/\(item.externalID)"))
        let isSoldOut = generator.chance(perThousand: 40)
        patch.fields.set(.stock, .quantity(Quantity(whole: isSoldOut ? 0 : generator.number(3...400))))
        return patch
    }
}

extension Money {
    init(cents: Int64) { self.init(tenThousandths: cents * 100) }
}

extension Quantity {
    init(whole: Int) { self.init(millionths: Int64(whole) * 1_000_000) }
}
