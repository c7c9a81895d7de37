/// A small generator of numbers that look random and are the same on every machine.
///
/// The standard library's `shuffled(using:)` and its like may change with its version, and `log` and `exp` with the
/// system, so the sample takes whole numbers from here and nothing else.
struct SplitMix64: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Starts the numbers of one thing among many, so that any of them can be made without those before it.
    init(seed: UInt64, _ kind: SampleKind, _ index: Int) {
        let place = kind.rawValue << 56 ^ UInt64(truncatingIfNeeded: index)
        state = Self.mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ Self.mixed(place)
    }

    /// Returns the next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// Returns a number from zero up to, not including, `limit`.
    mutating func below(_ limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(max(limit, 1))).high)
    }

    /// Returns a number of `range`.
    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Returns true `perThousand` times out of a thousand.
    mutating func chance(perThousand: Int) -> Bool { below(1000) < perThousand }

    /// Returns one of `items`, each as likely as the next.
    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// The kinds of things in the sample, each with numbers of its own.
enum SampleKind: UInt64 {
    case catalogue = 1, calendar, customer, loyalty, order, cart
}

/// Things to choose from, some more often than others.
struct Weighted<Item: Sendable>: Sendable {
    private let items: [Item]
    private let bounds: [Int]

    /// Takes items with their weights, of which at least one must be above zero.
    init(_ entries: [(item: Item, weight: Int)]) {
        var sum = 0
        items = entries.map(\.item)
        bounds = entries.map { entry in
            sum += entry.weight
            return sum
        }
    }

    /// Returns one of the items by its weight.
    func pick(_ generator: inout SplitMix64) -> Item {
        let point = generator.below(bounds[bounds.count - 1])
        var (low, high) = (0, bounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] > point { high = middle } else { low = middle + 1 }
        }
        return items[low]
    }
}
