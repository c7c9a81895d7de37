import Domain
import Foundation

/// All that segments ask about customers, in memory, column by column (ARCHITECTURE.md, "Segments").
///
/// The database stays the truth: the index is built from it, or from a snapshot, and told of each commit in the order of commits. It
/// is a value: a copy is what was true then, whatever comes after, and costs little.
package struct SegmentIndex: Sendable {
    var layout: Layout
    var dictionaries = Dictionaries()
    var places: FigurePlaces
    /// Customers in the order in which they came.
    var shards: [ShardBox] = []
    var numbers = CustomerNumbers()
    package internal(set) var book: StatusBook
    var catalogue = Catalogue()
    /// The statuses that there are have small numbers, from 1 on: their identifiers are as large as any.
    var statusNumbers: [Int64: Int64] = [:]
    var statusIDs: [Int64] = []
    /// Whether much is put at once: figures are computed when all is there.
    var isLoading = false
    /// Whether scores are of what is true now.
    var hasScores = false

    package init(_ registry: ConditionRegistry, _ book: StatusBook) {
        layout = Layout(registry)
        places = FigurePlaces(layout)
        self.book = book
        number(book)
    }

    /// Puts an index together that was taken apart.
    init(
        _ registry: ConditionRegistry, _ book: StatusBook, _ dictionaries: Dictionaries, _ statusIDs: [Int64],
        _ shards: [Shard]
    ) {
        self.init(registry, StatusBook())
        for id in statusIDs { _ = number(ofStatus: id) }
        self.book = book
        number(book)
        self.dictionaries = dictionaries
        self.shards = shards.map(ShardBox.init)
        for (index, shard) in shards.enumerated() {
            for customer in 0..<shard.count where shard.alive[customer] != 0 {
                numbers.insert(index * Shard.size + customer, in: self.shards)
            }
        }
    }

    /// How many customers there are.
    package var customerCount: Int { numbers.count }

    /// How many numbers customers have had; those of customers that are gone are not given again.
    var numberCount: Int { shards.last.map { (shards.count - 1) * Shard.size + $0.shard.count } ?? 0 }

    func number(of customer: Customer.ID) -> Int? { numbers.number(of: customer.rawValue, in: shards) }

    func customer(_ number: Int) -> Customer.ID { Customer.ID(rawValue: shards.id(number)) }

    /// Changes the shard of a customer's number, which is copied first where somebody else looks at it.
    mutating func change<Result>(_ number: Int, _ body: (inout Shard, Int) -> Result) -> Result {
        let index = number / Shard.size
        if !isKnownUniquelyReferenced(&shards[index]) { shards[index] = ShardBox(shards[index].shard) }
        return body(&shards[index].shard, number % Shard.size)
    }

    mutating func numbered(_ customer: Customer.ID) -> Int {
        if let number = number(of: customer) { return number }
        if shards.last.map({ $0.shard.count == Shard.size }) ?? true { shards.append(ShardBox(Shard(layout))) }
        let number = (shards.count - 1) * Shard.size + shards[shards.count - 1].shard.count
        let places = places
        change(number) { shard, _ in
            let customer = shard.add(customer.rawValue)
            shard.refigureOrders(customer, places)
            shard.refigureReceipts(customer, places)
        }
        numbers.insert(number, in: shards)
        hasScores = false
        return number
    }
}

/// A shard that several values of the index may share.
///
/// Unchecked, and safe: `SegmentIndex.change` is the only place that writes, and it writes only into a box that nothing else refers
/// to, else into a copy. A reader on another thread holds an index of its own, and so a reference to each box that it looks at.
final class ShardBox: @unchecked Sendable {
    var shard: Shard

    init(_ shard: Shard) { self.shard = shard }
}

/// Gives back to the system what was needed only for a while: much of it lies between what stays, and allocators keep it.
func releaseMemory() {
    #if os(Linux)
    // The module has not got it; another library than glibc's needs none.
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
    #endif
}
