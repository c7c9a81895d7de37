/// Who buys at the made-up shop: newcomers at an even pace among the orders, and those who come back.
///
/// One customer in sixteen registers and never buys; of the others most buy once or twice and a few all the time.
struct SampleBuyers: Sendable {
    /// How many customers ever buy.
    private let buyers: Int
    private let orders: Int
    private let seed: UInt64

    init(seed: UInt64, customers: Int, orders: Int) {
        self.seed = seed
        self.orders = orders
        buyers = customers - customers / 16
    }

    /// Returns the customer of the order at `index`, and whether it is their first.
    func customer(ofOrder index: Int) -> (index: Int, isFirst: Bool) {
        let before = Self.joined(index, buyers, orders)
        if Self.joined(index + 1, buyers, orders) > before { return (Self.customer(before), true) }
        var generator = SplitMix64(seed: seed, .loyalty, index)
        var buyer = 0
        // Those who join last are the likeliest to come back; others lapse.
        let recent = max(before / 4, 1)
        for _ in 0..<64 {
            buyer = generator.below(2) == 0 ? generator.below(before) : before - 1 - generator.below(recent)
            if generator.below(512) < loyalty(of: buyer) { break }
        }
        return (Self.customer(buyer), false)
    }

    /// Returns the order before which the customer at `index` registers, or nil where there are no orders.
    func firstOrder(ofCustomer index: Int) -> Int? {
        guard orders > 0, buyers > 0 else { return nil }
        let buyer = min(index - index / 16, buyers - 1)
        return buyer * orders / buyers
    }

    /// How many of `buyers` have joined before the order at `index`.
    private static func joined(_ index: Int, _ buyers: Int, _ orders: Int) -> Int {
        (index * buyers + orders - 1) / orders
    }

    private static func customer(_ buyer: Int) -> Int { buyer + buyer / 15 }

    /// How likely a customer is to come back, out of 512.
    private func loyalty(of buyer: Int) -> Int {
        var generator = SplitMix64(seed: seed, .loyalty, -1 - buyer)
        return switch generator.below(1000) {
        case 0..<3: 480
        case 3..<30: 230
        case 30..<150: 110
        case 150..<420: 36
        default: 9
        }
    }
}
