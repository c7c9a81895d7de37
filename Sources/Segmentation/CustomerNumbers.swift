/// Customers' numbers by their identifiers, which are kept where the customers are and not once more.
struct CustomerNumbers: Sendable {
    /// Numbers, counted from 1 on, by the identifiers' hash; 0 where there is none, and `gone` where there was one.
    private var slots = [Int32](repeating: 0, count: 16)
    private var taken = 0
    private(set) var count = 0

    private static let gone: Int32 = -1

    func number(of id: Int64, in shards: [ShardBox]) -> Int? { slot(of: id, shards).map { Int(slots[$0]) - 1 } }

    /// Takes in a customer, who must not be there.
    mutating func insert(_ number: Int, in shards: [ShardBox]) {
        if (taken + 1) * 4 > slots.count * 3 { grow(shards) }
        place(number, shards)
        count += 1
    }

    mutating func remove(_ id: Int64, in shards: [ShardBox]) {
        guard let slot = slot(of: id, shards) else { return }
        slots[slot] = Self.gone
        count -= 1
    }

    private func slot(of id: Int64, _ shards: [ShardBox]) -> Int? {
        var slot = start(id)
        while slots[slot] != 0 {
            if slots[slot] != Self.gone, shards.id(Int(slots[slot]) - 1) == id { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func start(_ id: Int64) -> Int {
        // The highest bits of the product are mixed best.
        let hash = UInt64(bitPattern: id) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: hash >> UInt64(slots.count.leadingZeroBitCount + 1))
    }

    private mutating func place(_ number: Int, _ shards: [ShardBox]) {
        var slot = start(shards.id(number))
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number + 1)
        taken += 1
    }

    private mutating func grow(_ shards: [ShardBox]) {
        let numbers = slots.filter { $0 > 0 }.map { Int($0) - 1 }
        // Where many are gone there is room enough without them.
        let size = numbers.count * 2 >= slots.count ? slots.count * 2 : slots.count
        (slots, taken) = ([Int32](repeating: 0, count: size), 0)
        for number in numbers { place(number, shards) }
    }

    var byteCount: Int { slots.capacity * 4 }
}

extension [ShardBox] {
    /// The identifier of a customer's number.
    func id(_ number: Int) -> Int64 { self[number / Shard.size].shard.ids[number % Shard.size] }
}
