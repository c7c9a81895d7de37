import Domain
import Testing

@testable import Segmentation

struct CustomerNumbersTests {
    @Test func `customers are found while they are there, and come back as others`() {
        var index = SegmentIndex(ConditionRegistry(.empty), StatusBook())
        var chance = Chance(seed: 8)
        var there: [Int64: Int] = [:]
        var given = 0
        for _ in 0..<20_000 {
            // Identifiers of the same millisecond, and some of a few years.
            let id = Int64(chance.below(40)) << 40 | Int64(chance.below(100)) << 12
            if there[id] != nil, chance.below(3) == 0 {
                index.remove(Customer.ID(rawValue: id))
                there[id] = nil
            } else {
                if there[id] == nil {
                    there[id] = given
                    given += 1
                }
                index.put(Customer(id: .init(rawValue: id), externalID: "c", createdAt: Instant(milliseconds: 0)))
            }
        }
        #expect(index.customerCount == there.count)
        #expect(index.numberCount == given)
        for low in 0..<100 {
            for high in 0..<40 {
                let id = Int64(high) << 40 | Int64(low) << 12
                #expect(index.number(of: .init(rawValue: id)) == there[id])
            }
        }
    }
}
