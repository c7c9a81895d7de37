import Domain
import Testing

@testable import Segmentation

struct RFMTests {
    @Test(arguments: 1...10)
    func `customers of the base, and of a segment, are counted by scores of their own`(seed: Int) {
        var shop = Shop(seed: UInt64(seed + 3000), customers: 80)
        for _ in 0..<40 { shop.change() }
        #expect(shop.index.rfm() == shop.reference.rfm(), "\(seed)")
        for _ in 0..<10 {
            let tree = shop.world.tree()
            let set = shop.index.customers(fulfilling: tree, shop.question)
            var part = shop.reference
            let members = shop.reference.customers(fulfilling: tree)
            part.people = part.people.filter { members.contains($0.key) }
            #expect(shop.index.rfm(of: set) == part.rfm(), "\(seed): \(tree.text)")
        }
    }

    @Test func `cells of two scores add up all that were spent`() {
        let shop = Shop(seed: 31, customers: 80)
        let matrix = shop.index.rfm()
        let cells = (1...5).flatMap { recency in (1...5).map { matrix[recency, $0] } }
        #expect(cells.reduce(0) { $0 + $1.customers } == matrix.all.customers)
        #expect(cells.reduce(Int128(0)) { $0 + $1.revenue.tenThousandths } == matrix.all.revenue.tenThousandths)
        #expect(RFMMatrix()[1, 1].averageMonetary == nil)
        #expect((1...5).allSatisfy { matrix[$0, $0].averageMonetary.map { (1...5).contains($0) } ?? true })
    }

    @Test func `who was erased is nobody, whatever becomes of the orders`() {
        var shop = Shop(seed: 32, customers: 20)
        let erased = shop.reference.people.keys.sorted()[3]
        let orders = shop.reference.people[erased]?.orders ?? []
        shop.reference.people[erased] = nil
        shop.index.remove(erased)
        for order in orders { shop.index.put(order, stays: [], replacing: (erased, order.id)) }
        shop.index.put(shop.world.receipt(erased), replacing: nil)
        #expect(shop.index.customers(fulfilling: .all([]), shop.question).count == 19)
        #expect(shop.index.customerCount == 19)
        #expect(shop.index.rfm() == shop.reference.rfm())
    }
}

extension ConditionReference {
    func rfm() -> RFMMatrix {
        let scores = RFMScore.allCases.map { self.scores($0) }
        var matrix = RFMMatrix()
        for (id, person) in people {
            let orders = person.orders.filter { book.includes($0.statuses) }
            guard !orders.isEmpty else { continue }
            matrix.add(
                scores.map { Int($0[id] ?? 0) }, orders: Int64(orders.count),
                revenue: orders.reduce(0) { $0 + $1.value.tenThousandths })
        }
        return matrix
    }
}
