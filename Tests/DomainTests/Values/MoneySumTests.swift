import Domain
import Testing

struct MoneySumTests {
    @Test(arguments: [
        ([], "0"), ([1], "0.0001"), ([-1], "-0.0001"), ([12_345, 5], "1.235"), ([-10_000, 4_000], "-0.6"),
        ([Int64.max, .max, .max], "2767011611056432.7421"), ([Int64.min, .min], "-1844674407370955.1616"),
        ([Int64.max, .min], "-0.0001"), ([4_294_967_296, -4_294_967_297], "-0.0001"),
    ])
    func `numbers of 64 bits add up exactly`(numbers: [Int64], text: String) {
        var adder = MoneySum.Adder()
        for number in numbers {
            adder.add(number, mask: -1)
            adder.add(number, mask: 0)
        }
        #expect(adder.sum.description == text)
    }

    @Test(
        arguments: [
            (10_000, 3, 100, "0.33"), (20_000, 3, 100, "0.67"), (-20_000, 3, 100, "-0.67"), (150, 1, 100, "0.02"),
            (-150, 1, 100, "-0.02"), (10_000, 3, 10_000, "0"), (0, 5, 100, "0"),
            (9_007_199_254_740_993, 1, 1, "900719925474.0993"),
        ] as [(Int128, Int, Int64, String)])
    func `a mean goes to the nearest coin, and halves away from zero`(
        sum: Int128, count: Int, unit: Int64, text: String
    ) {
        #expect(MoneySum(tenThousandths: sum).mean(of: count, unit: unit).description == text)
    }
}
