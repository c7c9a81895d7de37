/// Orders that a text or an identifier points to: these, and all orders of these customers.
package struct OrderPointer: Hashable, Sendable {
    package var orders: Set<Order.ID>
    package var customers: Set<Customer.ID>

    package init(orders: Set<Order.ID> = [], customers: Set<Customer.ID> = []) {
        (self.orders, self.customers) = (orders, customers)
    }
}

/// An `OrderPointer` made ready to be held against a million rows.
struct PointerTable: Sendable {
    /// Ascending.
    private let orders: [Int64]
    private let customers: IdentifierTable?

    init(_ pointer: OrderPointer) {
        orders = pointer.orders.map(\.rawValue).sorted()
        customers = pointer.customers.isEmpty ? nil : IdentifierTable(pointer.customers.map(\.rawValue))
    }

    /// 1 for each row that is pointed to; nil when none is.
    func mask(of chunk: OrderChunk) -> [UInt8]? {
        var mask: [UInt8] = []
        if let customers {
            mask = chunk.customers.map { customers.contains($0) ? 1 : 0 }
        }
        var index = Self.firstIndex(in: orders, notBelow: chunk.ids[0])
        while index < orders.count, orders[index] <= chunk.ids[chunk.count - 1] {
            let place = chunk.place(of: orders[index])
            if place < chunk.count, chunk.ids[place] == orders[index] {
                if mask.isEmpty { mask = [UInt8](repeating: 0, count: chunk.count) }
                mask[place] = 1
            }
            index += 1
        }
        return mask.isEmpty ? nil : mask
    }

    private static func firstIndex(in sorted: [Int64], notBelow value: Int64) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A set of identifiers that answers within a few nanoseconds, several times faster than `Set`.
struct IdentifierTable: Sendable {
    /// Open addressing, at most a quarter full; 0, which is no identifier, marks a free place.
    private var places: [Int64]
    private let shift: UInt64

    init(_ identifiers: [Int64]) {
        let bits = max(6, Int.bitWidth - (identifiers.count * 4).leadingZeroBitCount)
        places = [Int64](repeating: 0, count: 1 << bits)
        shift = UInt64(Int64.bitWidth - bits)
        for identifier in identifiers where identifier != 0 {
            var place = start(of: identifier)
            while places[place] != 0, places[place] != identifier { place = (place + 1) & (places.count - 1) }
            places[place] = identifier
        }
    }

    func contains(_ identifier: Int64) -> Bool {
        var place = start(of: identifier)
        while places[place] != 0 {
            if places[place] == identifier { return true }
            place = (place &+ 1) & (places.count &- 1)
        }
        return false
    }

    /// Multiplying by an odd constant spreads identifiers, which differ in their low bits by bucket and above by time.
    private func start(of identifier: Int64) -> Int {
        Int(truncatingIfNeeded: (UInt64(bitPattern: identifier) &* 0x9e37_79b9_7f4a_7c15) &>> shift)
    }
}
