import Dispatch
import Domain
import Foundation
import Synchronization

/// What a question is asked with.
package struct SegmentQuestion: Sendable {
    package var now: Instant
    package var calendar: ShopCalendar
    /// What the segments are that trees name.
    package var segments: @Sendable (String) -> SegmentContent?

    package init(
        now: Instant, calendar: ShopCalendar, segments: @escaping @Sendable (String) -> SegmentContent? = { _ in nil }
    ) {
        (self.now, self.calendar, self.segments) = (now, calendar, segments)
    }
}

extension SegmentIndex {
    /// The customers that fulfil a tree.
    ///
    /// - Parameter workers: How many threads go through the shards; one processor is the writer's.
    package func customers(
        fulfilling condition: Condition, _ question: SegmentQuestion, workers: Int = SegmentIndex.standardWorkers
    ) -> CustomerSet {
        let program = Compiler.compile(condition, self, question.calendar, at: question.now, question.segments)
        guard program.usesScores, !hasScores else { return customers(fulfilling: program, workers: workers) }
        var scored = self
        scored.refreshScores()
        return scored.customers(fulfilling: program, workers: workers)
    }

    package static var standardWorkers: Int { max(1, ProcessInfo.processInfo.activeProcessorCount - 1) }

    func customers(fulfilling program: Program, workers: Int) -> CustomerSet {
        let shards = shards
        guard workers > 1, shards.count > 1 else {
            return CustomerSet(words: shards.flatMap { CustomerSet.words(of: ShardRun(program, $0.shard).mask()) })
        }
        let next = Atomic<Int>(0)
        let found = Mutex<[[UInt64]]>(Array(repeating: [], count: shards.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < shards.count else { return }
                let words = CustomerSet.words(of: ShardRun(program, shards[index].shard).mask())
                found.withLock { $0[index] = words }
            }
        }
        return CustomerSet(words: found.withLock { $0.flatMap { $0 } })
    }

    /// The identifiers of a set's customers, in the order in which they came.
    package func ids(of set: CustomerSet) -> [Customer.ID] { set.numbers.map(customer) }

    /// What a set's customers are and spent, beside all customers.
    package struct Summary: Hashable, Sendable {
        package var count = 0
        /// How many customers there are.
        package var base = 0
        /// Included orders of the set, and what they are worth; the same of all customers.
        package var orders: Int64 = 0
        package var revenue = MoneySum.zero
        package var allRevenue = MoneySum.zero

        /// Mean order value, cut to a ten-thousandth; none without orders.
        package var averageOrderValue: MoneySum? {
            orders == 0 ? nil : MoneySum(tenThousandths: revenue.tenThousandths / Int128(orders))
        }
    }

    /// Sums up a set.
    package func summary(of set: CustomerSet) -> Summary {
        var summary = Summary(count: set.count, base: customerCount)
        guard let total = layout.place(.customer, .orders(.total)), let count = layout.place(.customer, .orders(.count))
        else { return summary }
        for (index, box) in shards.enumerated() {
            let shard = box.shard
            for customer in 0..<shard.count where shard.alive[customer] != 0 {
                let value = Int128(shard.columns[total][customer])
                summary.allRevenue.tenThousandths += value
                guard set[index * Shard.size + customer] else { continue }
                summary.revenue.tenThousandths += value
                summary.orders += shard.columns[count][customer]
            }
        }
        return summary
    }
}

extension SegmentIndex {
    /// Whose some orders are; those that are not there are not answered.
    package func owners(ofOrders ids: Set<Int64>) -> [Int64: Customer.ID] { owners(of: ids) { $0[.orders] } }

    package func owners(ofReceipts ids: Set<Int64>) -> [Int64: Customer.ID] { owners(of: ids) { $0[.receipts] } }

    private func owners(of wanted: Set<Int64>, _ table: (Shard) -> RecordTable) -> [Int64: Customer.ID] {
        var owners: [Int64: Customer.ID] = [:]
        guard !wanted.isEmpty else { return owners }
        for box in shards {
            let table = table(box.shard)
            for part in [table.base, table.tail] {
                for (row, id) in part.ids.values.enumerated() where wanted.contains(id) && part.alive[row] != 0 {
                    owners[id] = Customer.ID(rawValue: box.shard.ids[Int(part.customers[row])])
                }
            }
        }
        return owners
    }
}
