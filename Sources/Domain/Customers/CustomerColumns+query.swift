extension CustomerColumns {
    /// What a list shows: one page, and what all that is filtered adds up to.
    package struct Answer: Hashable, Sendable {
        package var page: [Customer.ID] = []
        /// How many customers match, exactly.
        package var total = 0
        /// How many of them have an included order, how many of these there are, and what they are worth.
        package var buyers = 0
        package var orders: Int64 = 0
        package var value = MoneySum.zero
        /// Where the next page begins; nil on the last.
        package var next: CustomerCursor?
    }

    /// Answers a query.
    ///
    /// - Parameter candidates: The customers that the query's text points to, found by index, ascending; nil for all.
    package func answer(
        _ query: CustomerQuery, candidates: [Customer.ID]? = nil, place: CustomerPlace, limit: Int
    ) -> Answer {
        let filter = Filter(query, candidates?.map(\.rawValue), self)
        var pick = PagePick<CustomerChunk, Customer>(query.sort, place, limit, chunks)
        var answer = Answer()
        for index in chunks.indices.reversed() {
            let chunk = chunks[index]
            guard let mask = filter.mask(of: chunk) else { continue }
            var (count, buyers, orders, value) = (Int64(0), Int64(0), Int64(0), MoneySum.Adder())
            for row in 0..<mask.count {
                let bit = Int64(mask[row])
                let all = 0 &- bit
                count &+= bit
                buyers &+= bit & (chunk.orders[row] > 0 ? 1 : 0)
                orders &+= chunk.orders[row] & all
                value.add(chunk.totals[row], mask: all)
            }
            guard count > 0 else { continue }
            answer.total += Int(count)
            answer.buyers += Int(buyers)
            answer.orders &+= orders
            answer.value += value.sum
            pick.take(mask, of: index)
        }
        (answer.page, answer.next) = pick.finished()
        return answer
    }

    /// A query's conditions as bounds and tables that a chunk is held against.
    private struct Filter {
        private var created = Int64.min...Int64.max
        private var updated = Int64.min...Int64.max
        private var country: Int32?
        private var city: Int32?
        private var consents: [UInt8]?
        private let hasOrders: Bool?
        /// Ascending; nil for all.
        private let candidates: [Int64]?
        private var isEmpty = false

        init(_ query: CustomerQuery, _ candidates: [Int64]?, _ columns: CustomerColumns) {
            (self.candidates, hasOrders) = (candidates, query.hasOrders)
            let (from, to) = (query.createdFrom?.milliseconds ?? .min, query.createdTo?.milliseconds ?? .max)
            if from <= to { created = from...to } else { isEmpty = true }
            updated = (query.updatedFrom?.milliseconds ?? .min)...(.max)
            if let name = query.country {
                country = columns.countries.existing(name)
                isEmpty = isEmpty || country == nil
            }
            if let name = query.city {
                city = columns.cities.existing(name)
                isEmpty = isEmpty || city == nil
            }
            guard !query.consents.isEmpty else { return }
            consents = (0..<64).map { packed in
                query.consents.allSatisfy { channel, wanted in
                    wanted.contains { $0.code == UInt8(packed) >> UInt8(channel.rawValue * 2) & 3 }
                } ? 1 : 0
            }
        }

        /// 1 for each row that matches; nil when none can.
        func mask(of chunk: CustomerChunk) -> [UInt8]? {
            guard !isEmpty, var mask = candidateMask(of: chunk) else { return nil }
            Self.narrow(&mask, chunk.created, to: created)
            Self.narrow(&mask, chunk.updated, to: updated)
            if let country {
                for row in 0..<mask.count { mask[row] &= chunk.countries[row] == country ? 1 : 0 }
            }
            if let city {
                for row in 0..<mask.count { mask[row] &= chunk.cities[row] == city ? 1 : 0 }
            }
            if let consents {
                for row in 0..<mask.count { mask[row] &= consents[Int(chunk.consents[row])] }
            }
            if let hasOrders {
                for row in 0..<mask.count { mask[row] &= (chunk.orders[row] > 0) == hasOrders ? 1 : 0 }
            }
            return mask
        }

        private func candidateMask(of chunk: CustomerChunk) -> [UInt8]? {
            guard let candidates else { return [UInt8](repeating: 1, count: chunk.count) }
            var mask: [UInt8] = []
            var (low, high) = (0, candidates.count)
            while low < high {
                let middle = (low + high) / 2
                if candidates[middle] < chunk.ids[0] { low = middle + 1 } else { high = middle }
            }
            while low < candidates.count, candidates[low] <= chunk.ids[chunk.count - 1] {
                let place = chunk.place(of: candidates[low])
                if place < chunk.count, chunk.ids[place] == candidates[low] {
                    if mask.isEmpty { mask = [UInt8](repeating: 0, count: chunk.count) }
                    mask[place] = 1
                }
                low += 1
            }
            return mask.isEmpty ? nil : mask
        }

        private static func narrow(_ mask: inout [UInt8], _ column: [Int64], to range: ClosedRange<Int64>) {
            guard range.lowerBound > .min || range.upperBound < .max else { return }
            let (low, high) = (range.lowerBound, range.upperBound)
            for row in 0..<mask.count { mask[row] &= (column[row] >= low ? 1 : 0) & (column[row] <= high ? 1 : 0) }
        }
    }
}

extension CustomerChunk: SortedChunk {
    func numbers(_ key: CustomerSortKey) -> [Int64] {
        switch key {
        case .createdAt: created
        case .updatedAt: updated
        case .orderCount: orders
        case .total: totals
        case .lastOrder: lasts
        case .name: []
        }
    }

    func texts(_ key: CustomerSortKey) -> [String] { key == .name ? names : [] }

    func range(_ key: CustomerSortKey) -> ClosedRange<Int64>? { nil }
}
