import Testing

@testable import Segmentation

/// Columns answer with the values that were put in, however they came to be packed.
struct ColumnTests {
    /// Values that need up to so many bits, some of them missing where `gaps` says so.
    private static func values(_ bits: Int, gaps: Int, count: Int = 1100) -> [Int64] {
        var chance = Chance(seed: UInt64(bits))
        return (0..<count).map { row in
            if gaps > 0, chance.below(gaps) == 0 { return Column.missing }
            // Blocks are of different widths.
            let bits = max(1, bits - row / 512)
            return Int64(truncatingIfNeeded: chance.next() >> UInt64(64 - bits)) / 4 - 7
        }
    }

    @Test(arguments: [1, 3, 5, 8, 9, 12, 16, 17, 23, 31, 33, 40, 57, 63, 64], [0, 1, 4])
    func `packed values are read as they were, one by one, all, and by a mask`(_ bits: Int, _ gaps: Int) {
        let values = Self.values(bits, gaps: gaps)
        let column = Column(packing: values)
        #expect(column.values == values)
        #expect(values.indices.allSatisfy { column[$0] == values[$0] })
        var chance = Chance(seed: 5)
        let rows = 100..<1070
        let mask = rows.map { _ in UInt8(chance.below(3) == 0 ? 1 : 0) }
        var found: [Int: Int64] = [:]
        column.each(mask, rows) { found[$0] = $1 }
        let wanted = mask.indices.filter { mask[$0] != 0 && values[$0 + 100] != Column.missing }
        #expect(found == Dictionary(uniqueKeysWithValues: wanted.map { ($0, values[$0 + 100]) }))
    }

    @Test(arguments: [1, 3, 5, 8, 9, 12, 16, 17, 23, 31, 33, 40, 57, 63, 64], [0, 1, 4])
    func `tests hold for packed values as for each alone`(_ bits: Int, _ gaps: Int) {
        let values = Self.values(bits, gaps: gaps)
        let present = values.filter { $0 != Column.missing }.sorted()
        let middle = present.count / 2
        let bounds: [Int64] =
            [.min, .max, 0] + [0, middle, present.count - 1].filter(present.indices.contains).map { present[$0] }
        for column in [Column(packing: values), Column(packing: values, hasRoom: true)] {
            for low in bounds {
                for high in bounds where low <= high {
                    for isDenied in [false, true] {
                        var test = CellTest()
                        (test.ranges, test.isDenied) = (
                            [max(low, Column.missing + 1)...max(high, Column.missing + 1)], isDenied
                        )
                        var mask = [UInt8](repeating: 3, count: 800)
                        column.fill(&mask, 257..<1057, test)
                        #expect(mask == values[257..<1057].map { test.holds($0) ? 1 : 0 })
                    }
                }
            }
        }
    }

    @Test func `cells change in place, or the column becomes wider`() {
        var values = Self.values(12, gaps: 5)
        var (tight, roomy) = (Column(packing: values), Column(packing: values, hasRoom: true))
        var chance = Chance(seed: 9)
        for place in 0..<400 {
            let row = chance.below(values.count)
            values[row] = chance.below(4) == 0 ? Column.missing : Int64(chance.below(place < 300 ? 60 : 1 << 40))
            tight.set(row, values[row])
            roomy.set(row, values[row])
        }
        #expect(tight.values == values)
        #expect(roomy.values == values)
    }

    @Test func `ends that are beginnings further on are linked, and others kept`() {
        let from = (0..<1300).map { Int64($0 * 1000) }
        var chance = Chance(seed: 3)
        let until = from.indices.map { row -> Int64 in
            switch chance.below(4) {
            case 0: Column.missing
            case 1: Int64(chance.below(1 << 30))
            default: from[min(row + 1 + chance.below(40), 1299)]
            }
        }
        let column = Column(until, linkedTo: Column(packing: from))
        #expect(column.width == .linked)
        #expect(column.values == until)
        var mask = [UInt8](repeating: 0, count: 1300)
        var test = CellTest()
        (test.ranges, test.isDenied) = ([(Column.missing + 1)...Int64.max], true)
        column.fill(&mask, 0..<1300, test)
        #expect(mask == until.map { $0 == Column.missing ? 1 : 0 })
    }

    @Test func `values close to another column's are kept as differences, and equal ones as that column`() throws {
        var chance = Chance(seed: 4)
        let prices = (0..<1300).map { _ in chance.below(9) == 0 ? Column.missing : Int64(chance.below(1 << 20)) * 100 }
        let paid = prices.map { price in
            switch chance.below(6) {
            case 0: Column.missing
            case 1 where price != Column.missing: price + Int64(chance.below(200)) * 100 - 10_000
            default: price == Column.missing && chance.below(2) == 0 ? 500 : price
            }
        }
        let columns = [Column(packing: (0..<1300).map { $0 * 100 }), Column(packing: prices)]
        var column = Column(packing: paid, beside: columns)
        #expect(column.width == .near)
        #expect(column.byteCount < Column(packing: paid).byteCount)
        #expect(column.values == paid)
        #expect(paid.indices.allSatisfy { column[$0] == paid[$0] })
        let rows = 100..<1270
        for (range, isDenied) in [
            (0...500_000, false), (-999...Int64.max, true), ((Column.missing + 1)...Int64.max, false),
        ] {
            var test = CellTest()
            (test.ranges, test.isDenied) = ([range], isDenied)
            var mask = [UInt8](repeating: 3, count: rows.count)
            column.fill(&mask, rows, test)
            #expect(mask == paid[rows].map { test.holds($0) ? 1 : 0 })
        }
        column.set(7, 1 << 50)
        #expect(column.values == paid[..<7] + [1 << 50] + paid[8...])
        let same = Column(packing: prices, beside: columns)
        #expect(same.width == .word && same.values == prices && (columns + [same]).byteCount == columns.byteCount)
    }

    @Test func `differences that are too large to be told from none are not kept`() {
        let others = (0..<600).map { Int64($0) * 10_000_000_000 }
        let values = others.map { $0 == 0 ? 0 : $0 &+ .min }
        let column = Column(packing: values, beside: [Column(packing: others)])
        #expect(column.values == values)
    }
}
