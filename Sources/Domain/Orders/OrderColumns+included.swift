/// The rule that says which orders count, as tables that a chunk is held against without asking the book for each row.
struct InclusionTable {
    /// 1 for each status number that is flagged, by type.
    private let flags: [[UInt8]]
    private let needsAll: Bool

    init(_ book: StatusBook, _ columns: OrderColumns) {
        let flagged = Set(book.statuses.filter(\.includeInAnalytics).map(\.id))
        let flaggedTypes = Set(book.statuses.filter(\.includeInAnalytics).map(\.type))
        let size = min(columns.statusNumbers.count, Int(UInt16.max)) + 1
        needsAll = book.rule == .all && !flagged.isEmpty
        flags = OrderStatusType.allCases.map { type in
            // A type that does not count is no condition where all are asked for, and no reason where one is.
            if book.rule == .general, type != .general { return [UInt8](repeating: 0, count: size) }
            if book.rule == .all, !flaggedTypes.contains(type) {
                return [UInt8](repeating: flagged.isEmpty ? 0 : 1, count: size)
            }
            var table = [UInt8](repeating: 0, count: size)
            for (id, number) in columns.statusNumbers.all where flagged.contains(id) {
                table[Int(UInt16(clamping: number))] = 1
            }
            return table
        }
    }

    /// Leaves of a chunk's matching rows those that count.
    func narrow(_ mask: inout [UInt8], of chunk: OrderChunk) {
        for row in 0..<mask.count {
            let general = flags[0][Int(chunk.general[row])]
            let delivery = flags[1][Int(chunk.delivery[row])]
            let payment = flags[2][Int(chunk.payment[row])]
            mask[row] &= needsAll ? general & delivery & payment : general | delivery | payment
        }
    }
}

extension OrderColumns {
    /// Points of sale that orders have named, in alphabetical order, up to `limit`.
    package func units(limit: Int) -> [String] { Array(unitNumbers.all.keys.sorted().prefix(limit)) }
}
