import Domain

extension SegmentIndex {
    /// Computes everybody's scores: five groups of equal size of those with an included order, ties by identifier.
    package mutating func refreshScores() {
        guard !hasScores else { return }
        for (score, values) in zip(RFMScore.allCases, scores(of: nil)) { setScores(score, values) }
        noteScores()
    }

    /// Customers by their scores, which are computed among the customers of a set; nil for all.
    package func rfm(of set: CustomerSet? = nil) -> RFMMatrix {
        var matrix = RFMMatrix()
        guard let total = layout.place(.customer, .orders(.total)), let count = layout.place(.customer, .orders(.count))
        else { return matrix }
        let scores = scores(of: set)
        for number in 0..<numberCount where scores[0][number] != Column.missing {
            let (shard, row) = (shards[number / Shard.size].shard, number % Shard.size)
            matrix.add(
                scores.map { Int($0[number]) }, orders: shard.columns[count][row], revenue: shard.columns[total][row])
        }
        return matrix
    }

    /// The scores of a set's customers, or of all, by their numbers, `missing` for none; in the order of `RFMScore.allCases`.
    private func scores(of set: CustomerSet?) -> [[Int64]] {
        RFMScore.allCases.map { score in
            switch score {
            case .recency: scores(of: set, by: .lastDate)
            case .frequency: scores(of: set, by: .count)
            case .monetary: scores(of: set, by: .total)
            }
        }
    }

    private func scores(of set: CustomerSet?, by metric: CustomerMetric) -> [Int64] {
        var scores = [Int64](repeating: Column.missing, count: numberCount)
        guard let value = layout.place(.customer, .orders(metric)), let count = layout.place(.customer, .orders(.count))
        else { return scores }
        var ranked: [(value: Int64, id: Int64, number: Int)] = []
        for (index, box) in shards.enumerated() {
            let shard = box.shard
            for customer in 0..<shard.count where shard.alive[customer] != 0 && shard.columns[count][customer] > 0 {
                let number = index * Shard.size + customer
                guard set.map({ $0[number] }) ?? true else { continue }
                ranked.append((shard.columns[value][customer], shard.ids[customer], number))
            }
        }
        ranked.sort { ($0.value, $0.id) < ($1.value, $1.id) }
        for (rank, entry) in ranked.enumerated() { scores[entry.number] = Int64(rank * 5 / ranked.count + 1) }
        return scores
    }
}

/// How many customers have which scores, and what they spent; those without an included order have none.
package struct RFMMatrix: Hashable, Sendable {
    /// Customers of the same scores, or of the same two of them.
    package struct Cell: Hashable, Sendable {
        package var customers = 0
        /// Their included orders, and what those are worth.
        package var orders: Int64 = 0
        package var revenue = MoneySum.zero
        fileprivate var monetarySum = 0

        /// The mean of the customers' monetary scores; none without customers.
        package var averageMonetary: Double? { customers == 0 ? nil : Double(monetarySum) / Double(customers) }

        fileprivate mutating func add(_ other: Cell) {
            customers += other.customers
            orders += other.orders
            revenue.tenThousandths += other.revenue.tenThousandths
            monetarySum += other.monetarySum
        }
    }

    private var cells = [Cell](repeating: Cell(), count: 125)

    package init() {}

    /// The customers of three scores, each from 1 to 5.
    package subscript(recency: Int, frequency: Int, monetary: Int) -> Cell {
        cells[place([recency, frequency, monetary])]
    }

    /// The customers of two scores, whatever they spent.
    package subscript(recency: Int, frequency: Int) -> Cell {
        (1...5).reduce(into: Cell()) { $0.add(self[recency, frequency, $1]) }
    }

    /// All customers that have scores.
    package var all: Cell { cells.reduce(into: Cell()) { $0.add($1) } }

    private func place(_ scores: [Int]) -> Int { scores.reduce(0) { $0 * 5 + $1 - 1 } }

    mutating func add(_ scores: [Int], orders: Int64, revenue: Int64) {
        let customer = Cell(
            customers: 1, orders: orders, revenue: MoneySum(tenThousandths: Int128(revenue)), monetarySum: scores[2])
        cells[place(scores)].add(customer)
    }
}
