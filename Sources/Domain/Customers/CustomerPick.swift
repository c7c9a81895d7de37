/// Finds the rows of one page of customers among those that match, without sorting them all.
struct CustomerPick {
    /// A row that may be on the page, its first sort value turned so that the smaller comes first.
    private struct Found {
        var primary: Int64
        var tie: Int64
        var chunk: Int32
        var row: Int32
    }

    private let sorts: [CustomerSort]
    private let place: CustomerPlace
    private let limit: Int
    private let chunks: [CustomerChunk]
    private let wanted: Int
    private let cursor: CustomerCursor?
    private let isDescending: Bool
    /// Whether equal first values are not yet told apart: a packed text that is equal may go on differently.
    private let hasMoreKeys: Bool
    private var found: [Found] = []
    /// Once enough rows are found, the last that is still wanted: what comes after it need not be looked at.
    private var bound: Found?

    init(_ sorts: [CustomerSort], _ place: CustomerPlace, _ limit: Int, _ chunks: [CustomerChunk]) {
        (self.sorts, self.place, self.limit, self.chunks) = (sorts, place, limit, chunks)
        isDescending = sorts[0].isDescending
        hasMoreKeys = sorts.count > 1 || sorts[0].key == .name
        // One more than the page tells whether another follows.
        switch place {
        case .offset(let offset):
            wanted = offset + limit + 1
            cursor = nil
        case .after(let cursor):
            wanted = limit + 1
            self.cursor = cursor.values.count == sorts.count ? cursor : nil
        }
    }

    /// Takes a chunk's matching rows.
    mutating func take(_ mask: [UInt8], of chunk: Int) {
        let column = primaryColumn(of: chunk)
        let ids = chunks[chunk].ids
        for row in 0..<mask.count where mask[row] != 0 {
            let entry = Found(
                primary: turned(column[row]), tie: turned(ids[row]), chunk: Int32(chunk), row: Int32(row)
            )
            if let bound, !isBefore(entry, bound) { continue }
            if let cursor, !isAfter(entry, cursor) { continue }
            found.append(entry)
            if found.count >= wanted * 2 + 64 { prune() }
        }
    }

    /// The page's customers, and where the next begins.
    mutating func finished() -> ([Customer.ID], CustomerCursor?) {
        prune()
        var skipped = 0
        if case .offset(let offset) = place { skipped = min(offset, found.count) }
        // What comes before the page need not be in order.
        if skipped > 0, skipped < found.count { select(skipped) }
        let rest = found[skipped...].sorted(by: isBefore)
        let page = rest.prefix(limit)
        var next: CustomerCursor?
        if let last = page.last, rest.count > limit {
            next = CustomerCursor(
                values: sorts.map { value($0.key, of: last) }, id: Customer.ID(rawValue: turned(last.tie))
            )
        }
        return (page.map { Customer.ID(rawValue: turned($0.tie)) }, next)
    }

    private mutating func prune() {
        guard found.count >= wanted else { return }
        select(wanted - 1)
        found.removeLast(found.count - wanted)
        bound = found.last
    }

    /// Puts the row of a rank in its place, those before it to its left and those after it to its right.
    private mutating func select(_ rank: Int) {
        var (low, high) = (0, found.count - 1)
        while low < high {
            let pivot = middle(found[low], found[(low + high) / 2], found[high])
            var (left, right) = (low, high)
            while left <= right {
                while isBefore(found[left], pivot) { left += 1 }
                while isBefore(pivot, found[right]) { right -= 1 }
                guard left <= right else { break }
                found.swapAt(left, right)
                (left, right) = (left + 1, right - 1)
            }
            if rank <= right { high = right } else if rank >= left { low = left } else { return }
        }
    }

    private func middle(_ first: Found, _ second: Found, _ third: Found) -> Found {
        let (low, high) = isBefore(first, second) ? (first, second) : (second, first)
        if isBefore(third, low) { return low }
        return isBefore(third, high) ? third : high
    }

    /// A value whose natural order is that of the list; turned twice it is itself again.
    private func turned(_ value: Int64) -> Int64 { isDescending ? ~value : value }

    // MARK: Comparing

    private func primaryColumn(of chunk: Int) -> [Int64] {
        switch sorts[0].key {
        case .createdAt: chunks[chunk].created
        case .updatedAt: chunks[chunk].updated
        case .orderCount: chunks[chunk].orders
        case .total: chunks[chunk].totals
        case .lastOrder: chunks[chunk].lasts
        case .name: chunks[chunk].names.map(Self.packed)
        }
    }

    /// The first eight bytes of a text, so that numbers compare as the texts do.
    private static func packed(_ text: String) -> Int64 {
        var bits: UInt64 = 0
        var count: UInt64 = 0
        for byte in text.utf8.prefix(8) {
            bits = bits << 8 | UInt64(byte)
            count += 1
        }
        bits <<= (8 - count) * 8
        return Int64(bitPattern: bits ^ (1 << 63))
    }

    private func isBefore(_ left: Found, _ right: Found) -> Bool {
        if left.primary != right.primary { return left.primary < right.primary }
        return hasMoreKeys ? isBeforeByMore(left, right) : left.tie < right.tie
    }

    private func isBeforeByMore(_ left: Found, _ right: Found) -> Bool {
        for sort in sorts.dropFirst(sorts[0].key == .name ? 0 : 1) {
            let (first, second) = (value(sort.key, of: left), value(sort.key, of: right))
            if first != second { return (first < second) != sort.isDescending }
        }
        return left.tie < right.tie
    }

    private func isAfter(_ entry: Found, _ cursor: CustomerCursor) -> Bool {
        for (sort, bound) in zip(sorts, cursor.values) {
            let value = value(sort.key, of: entry)
            if value != bound { return (bound < value) != sort.isDescending }
        }
        return turned(cursor.id.rawValue) < entry.tie
    }

    private func value(_ key: CustomerSort.Key, of entry: Found) -> OrderSortValue {
        let chunk = chunks[Int(entry.chunk)]
        let row = Int(entry.row)
        return switch key {
        case .createdAt: .number(chunk.created[row])
        case .updatedAt: .number(chunk.updated[row])
        case .orderCount: .number(chunk.orders[row])
        case .total: .number(chunk.totals[row])
        case .lastOrder: .number(chunk.lasts[row])
        case .name: .text(chunk.names[row])
        }
    }
}
