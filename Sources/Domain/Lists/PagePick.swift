/// A chunk of list facts, by what its list can be sorted by.
protocol SortedChunk<Key>: Sendable {
    associatedtype Key: SortKey

    var ids: [Int64] { get }

    /// The values of a key that is no text.
    func numbers(_ key: Key) -> [Int64]
    /// The values of a key that is a text.
    func texts(_ key: Key) -> [String]
    /// All values of a key lie in this range; nil where that is not known.
    func range(_ key: Key) -> ClosedRange<Int64>?
}

/// Finds the rows of one page among those that match, without sorting them all.
struct PagePick<Chunk: SortedChunk, Entity> {
    /// A row that may be on the page.
    ///
    /// Its first sort value and identifier are turned so that the smaller comes first whichever way the list is sorted.
    private struct Found {
        var primary: Int64
        var tie: Int64
        var chunk: Int32
        var row: Int32
    }

    private let sorts: [ListSort<Chunk.Key>]
    private let place: ListPlace<Entity>
    private let limit: Int
    private let chunks: [Chunk]
    private let wanted: Int
    private let cursor: ListCursor<Entity>?
    private let isDescending: Bool
    /// Whether equal first values are not yet told apart: a packed text that is equal may go on differently.
    private let hasMoreKeys: Bool
    private var found: [Found] = []
    /// Once enough rows are found, the last that is still wanted: what comes after it need not be looked at.
    private var bound: Found?
    /// No row of the page has a first value outside: most rows are told by that alone.
    private var primaries = Int64.min...Int64.max

    init(_ sorts: [ListSort<Chunk.Key>], _ place: ListPlace<Entity>, _ limit: Int, _ chunks: [Chunk]) {
        (self.sorts, self.place, self.limit, self.chunks) = (sorts, place, limit, chunks)
        isDescending = sorts[0].isDescending
        hasMoreKeys = sorts.count > 1 || sorts[0].key.isText
        // One more than the page tells whether another follows.
        switch place {
        case .offset(let offset):
            wanted = offset + limit + 1
            cursor = nil
        case .after(let cursor):
            wanted = limit + 1
            self.cursor = cursor.values.count == sorts.count ? cursor : nil
        }
        switch self.cursor?.values.first {
        case .number(let number): primaries = turned(number)...Int64.max
        case .text(let text): primaries = turned(Self.packed(text))...Int64.max
        case nil: break
        }
    }

    /// Takes a chunk's matching rows.
    mutating func take(_ mask: [UInt8], of chunk: Int) {
        guard mayReach(chunk) else { return }
        let column = primaryColumn(of: chunk)
        let ids = chunks[chunk].ids
        for row in 0..<mask.count where mask[row] != 0 {
            let primary = turned(column[row])
            guard primaries.contains(primary) else { continue }
            let entry = Found(primary: primary, tie: turned(ids[row]), chunk: Int32(chunk), row: Int32(row))
            if let bound, !isBefore(entry, bound) { continue }
            if let cursor, !isAfter(entry, cursor) { continue }
            found.append(entry)
            if found.count >= wanted * 2 + 64 { prune() }
        }
    }

    /// The page's rows, and where the next page begins.
    mutating func finished() -> ([Identifier<Entity>], ListCursor<Entity>?) {
        prune()
        var skipped = 0
        if case .offset(let offset) = place { skipped = min(offset, found.count) }
        // What comes before the page need not be in order.
        if skipped > 0, skipped < found.count { select(skipped) }
        let rest = found[skipped...].sorted(by: isBefore)
        let page = rest.prefix(limit)
        var next: ListCursor<Entity>?
        if let last = page.last, rest.count > limit {
            next = ListCursor(values: sorts.map { value($0.key, of: last) }, id: Identifier(rawValue: turned(last.tie)))
        }
        return (page.map { Identifier(rawValue: turned($0.tie)) }, next)
    }

    private mutating func prune() {
        guard found.count >= wanted else { return }
        select(wanted - 1)
        found.removeLast(found.count - wanted)
        guard let last = found.last else { return }
        bound = last
        primaries = primaries.lowerBound...max(primaries.lowerBound, last.primary)
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

    /// Whether a chunk can hold a row of the page.
    private func mayReach(_ chunk: Int) -> Bool {
        guard let range = chunks[chunk].range(sorts[0].key) else { return true }
        let (first, last) = (turned(range.lowerBound), turned(range.upperBound))
        return primaries.overlaps(min(first, last)...max(first, last))
    }

    // MARK: Comparing

    private func primaryColumn(of chunk: Int) -> [Int64] {
        let key = sorts[0].key
        return key.isText ? chunks[chunk].texts(key).map(Self.packed) : chunks[chunk].numbers(key)
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
        for sort in sorts.dropFirst(sorts[0].key.isText ? 0 : 1) {
            let (first, second) = (value(sort.key, of: left), value(sort.key, of: right))
            if first != second { return (first < second) != sort.isDescending }
        }
        return left.tie < right.tie
    }

    private func isAfter(_ entry: Found, _ cursor: ListCursor<Entity>) -> Bool {
        for (sort, bound) in zip(sorts, cursor.values) {
            let value = value(sort.key, of: entry)
            if value != bound { return (bound < value) != sort.isDescending }
        }
        return turned(cursor.id.rawValue) < entry.tie
    }

    private func value(_ key: Chunk.Key, of entry: Found) -> SortValue {
        let chunk = chunks[Int(entry.chunk)]
        let row = Int(entry.row)
        return key.isText ? .text(chunk.texts(key)[row]) : .number(chunk.numbers(key)[row])
    }
}
