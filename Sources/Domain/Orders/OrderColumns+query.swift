extension OrderColumns {
    /// What a list shows: one page, and the sums of all that is filtered.
    package struct Answer: Hashable, Sendable {
        package var page: [Order.ID] = []
        /// How many orders match, exactly.
        package var total = 0
        /// What they are worth together.
        package var value = MoneySum.zero
        /// How many of them count in analytics, and what these are worth; only where it was asked for.
        package var included = 0
        package var includedValue = MoneySum.zero
        /// Where the next page begins; nil on the last.
        package var next: OrderCursor?
    }

    /// Answers a query.
    ///
    /// - Parameters:
    ///   - pointers: What texts and identifiers of the query point to, found by index; an order must be in each.
    ///   - book: Turns the query's codes into statuses.
    ///   - sumsIncluded: Whether to sum up as well those that count in analytics.
    package func answer(
        _ query: OrderQuery, pointers: [OrderPointer] = [], book: StatusBook, place: PagePlace, limit: Int,
        sumsIncluded: Bool = false
    ) -> Answer {
        let filter = Filter(query, pointers, self, book)
        let inclusion = sumsIncluded ? InclusionTable(book, self) : nil
        var pick = PagePick<OrderChunk, Order>(query.sort, place, limit, chunks)
        var answer = Answer()
        // The newest first: there most pages end early.
        for index in chunks.indices.reversed() {
            let chunk = chunks[index]
            guard var mask = filter.mask(of: chunk) else { continue }
            let (count, sum) = Self.sums(mask, chunk)
            guard count > 0 else { continue }
            answer.total += count
            answer.value += sum
            pick.take(mask, of: index)
            guard let inclusion else { continue }
            inclusion.narrow(&mask, of: chunk)
            let (includedCount, includedSum) = Self.sums(mask, chunk)
            answer.included += includedCount
            answer.includedValue += includedSum
        }
        (answer.page, answer.next) = pick.finished()
        return answer
    }

    private static func sums(_ mask: [UInt8], _ chunk: OrderChunk) -> (count: Int, sum: MoneySum) {
        let values = chunk.values
        var count: Int64 = 0
        let largest = max(chunk.valueRange.lowerBound.magnitude, chunk.valueRange.upperBound.magnitude)
        guard largest <= UInt64(Int64.max) / UInt64(max(mask.count, 1)) else {
            var adder = MoneySum.Adder()
            for index in 0..<mask.count {
                let bit = Int64(mask[index])
                count &+= bit
                adder.add(values[index], mask: 0 &- bit)
            }
            return (Int(count), adder.sum)
        }
        var sum: Int64 = 0
        for index in 0..<mask.count {
            let bit = Int64(mask[index])
            count &+= bit
            sum &+= values[index] & (0 &- bit)
        }
        return (Int(count), MoneySum(tenThousandths: Int128(sum)))
    }

    /// A query's conditions as bounds and tables that a chunk is held against without branches.
    struct Filter {
        private var dates = Int64.min...Int64.max
        private var updates = Int64.min...Int64.max
        private var values = Int64.min...Int64.max
        private var statuses: [(type: OrderStatusType, allowed: [UInt8])] = []
        private let pointers: [PointerTable]
        private var unit: Int32?
        private var isEmpty = false

        init(_ query: OrderQuery, _ pointers: [OrderPointer], _ columns: OrderColumns, _ book: StatusBook) {
            self.pointers = pointers.map(PointerTable.init)
            dates = Self.range(query.dateFrom?.milliseconds, query.dateTo?.milliseconds, &isEmpty)
            updates = Self.range(query.updatedFrom?.milliseconds, nil, &isEmpty)
            values = Self.range(query.totalFrom?.tenThousandths, query.totalTo?.tenThousandths, &isEmpty)
            for (type, codes) in query.statusCodes {
                var allowed = [UInt8](repeating: 0, count: Int(UInt16.max) + 1)
                for code in codes {
                    guard let status = book.status(type, code: code),
                        let number = columns.statusNumbers.existing(status.id)
                    else { continue }
                    allowed[Int(UInt16(clamping: number))] = 1
                }
                statuses.append((type, allowed))
            }
            if let unit = query.unit {
                self.unit = columns.unitNumbers.existing(unit)
                isEmpty = isEmpty || self.unit == nil
            }
        }

        private static func range(_ low: Int64?, _ high: Int64?, _ isEmpty: inout Bool) -> ClosedRange<Int64> {
            let (low, high) = (low ?? .min, high ?? .max)
            guard low <= high else {
                isEmpty = true
                return 0...0
            }
            return low...high
        }

        /// 1 for each row that matches; nil when none can.
        func mask(of chunk: OrderChunk) -> [UInt8]? {
            guard !isEmpty, dates.overlaps(chunk.dateRange), updates.overlaps(chunk.updateRange),
                values.overlaps(chunk.valueRange), var mask = pointedMask(of: chunk)
            else { return nil }
            Self.narrow(&mask, chunk.dates, to: dates, known: chunk.dateRange)
            Self.narrow(&mask, chunk.updates, to: updates, known: chunk.updateRange)
            Self.narrow(&mask, chunk.values, to: values, known: chunk.valueRange)
            for (type, allowed) in statuses {
                let numbers = chunk.statuses(of: type)
                for index in 0..<mask.count { mask[index] &= allowed[Int(numbers[index])] }
            }
            if let unit {
                for index in 0..<mask.count { mask[index] &= chunk.units[index] == unit ? 1 : 0 }
            }
            return mask
        }

        private func pointedMask(of chunk: OrderChunk) -> [UInt8]? {
            guard let first = pointers.first else { return [UInt8](repeating: 1, count: chunk.count) }
            guard var mask = first.mask(of: chunk) else { return nil }
            for pointer in pointers.dropFirst() {
                guard let narrower = pointer.mask(of: chunk) else { return nil }
                for index in 0..<mask.count { mask[index] &= narrower[index] }
            }
            return mask
        }

        private static func narrow(
            _ mask: inout [UInt8], _ column: [Int64], to range: ClosedRange<Int64>, known: ClosedRange<Int64>
        ) {
            guard range.lowerBound > known.lowerBound || range.upperBound < known.upperBound else { return }
            let (low, high) = (range.lowerBound, range.upperBound)
            for index in 0..<mask.count {
                mask[index] &= (column[index] >= low ? 1 : 0) & (column[index] <= high ? 1 : 0)
            }
        }
    }
}

extension OrderChunk: SortedChunk {
    func numbers(_ key: OrderSortKey) -> [Int64] {
        switch key {
        case .date: dates
        case .updatedAt: updates
        case .total: values
        case .number: []
        }
    }

    func texts(_ key: OrderSortKey) -> [String] { key == .number ? numbers : [] }

    func range(_ key: OrderSortKey) -> ClosedRange<Int64>? {
        switch key {
        case .date: dateRange
        case .updatedAt: updateRange
        case .total: valueRange
        case .number: nil
        }
    }
}
