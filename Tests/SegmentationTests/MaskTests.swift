import Testing

@testable import Segmentation

struct MaskTests {
    @Test(arguments: [0, 1, 7, 8, 9, 31, 64, 1000, 5000], [1, 3, 40, 900])
    func `ones are found in their order, however few there are`(count: Int, every: Int) {
        var chance = Chance(seed: UInt64(count + every))
        var mask = (0..<count + 20).map { _ in UInt8(chance.below(every) == 0 ? 1 : 0) }
        let ones = mask.indices.filter { $0 < count && mask[$0] == 1 }
        var found: [Int] = []
        Mask.each(mask, count) { found.append($0) }
        #expect(found == ones)
        #expect(Mask.ones(mask, count) == ones.count)
        let rest = mask[count...]
        Mask.restrict(&mask, count) { $0 % 3 == 0 }
        #expect(mask.indices.filter { $0 < count && mask[$0] == 1 } == ones.filter { $0 % 3 == 0 })
        #expect(mask[count...] == rest)
    }
}
