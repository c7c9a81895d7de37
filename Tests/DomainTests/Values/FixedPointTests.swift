import Domain
import TestSupport
import Testing

struct FixedPointTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("-0.0", 0), ("0.0000", 0), ("1", 10_000), ("-1", -10_000), ("12.5", 125_000),
        ("24.87", 248_700), ("200.3", 2_003_000), ("0.0001", 1), ("-0.0001", -1), ("1e-4", 1), ("1E-4", 1),
        ("1e+2", 1_000_000),
        ("1e2", 1_000_000), ("0.01e2", 10_000), ("100e-2", 10_000), ("1.00000", 10_000),
        ("1.10000000000000000000000", 11_000),
        ("1000000000000000e-12", 10_000_000), ("0e999999999999", 0), ("0.00000000000000000000", 0),
        ("99999999999.9999", 999_999_999_999_999),
    ])
    func `money is read exactly`(text: String, tenThousandths: Int64) throws {
        #expect(try Money(parsing: text.utf8).tenThousandths == tenThousandths)
    }

    @Test(arguments: [
        ("", FixedPoint.Refusal.notANumber), ("-", .notANumber), (".", .notANumber), ("1.", .notANumber),
        (".5", .notANumber),
        ("+1", .notANumber), ("1e", .notANumber), ("1e+", .notANumber), ("1e1.5", .notANumber), ("1,5", .notANumber),
        (" 1", .notANumber), ("1 ", .notANumber), ("NaN", .notANumber), ("Infinity", .notANumber),
        ("0x10", .notANumber),
        ("١٢", .notANumber), ("1.00001", .tooPrecise), ("1e-5", .tooPrecise), ("0.30000000000000004", .tooPrecise),
        ("1e-400", .tooPrecise), ("1e400", .outOfRange), ("1e99999999999999999999", .outOfRange),
        ("-1e400", .outOfRange), ("123456789012345678901234567890", .outOfRange),
        ("100000000001", .outOfRange), ("-100000000001", .outOfRange), ("9223372036854775808", .outOfRange),
        ("10000000000000000000000000001", .outOfRange),
    ])
    func `what money cannot keep exactly is refused`(text: String, refusal: FixedPoint.Refusal) {
        #expect(throws: refusal) { try Money(parsing: text.utf8) }
    }

    @Test(arguments: [("0.000001", 1), ("1e-6", 1), ("1000000000", 1_000_000_000_000_000), ("2.5", 2_500_000)])
    func `quantities have six places`(text: String, millionths: Int64) throws {
        #expect(try Quantity(parsing: text.utf8).millionths == millionths)
    }

    @Test(arguments: [("0.0000001", FixedPoint.Refusal.tooPrecise), ("1000000001", .outOfRange)])
    func `quantities have their limits too`(text: String, refusal: FixedPoint.Refusal) {
        #expect(throws: refusal) { try Quantity(parsing: text.utf8) }
    }

    @Test(arguments: [
        (0, "0"), (1, "0.0001"), (-1, "-0.0001"), (10, "0.001"), (10_000, "1"), (-10_000, "-1"), (125_000, "12.5"),
        (-500, "-0.05"), (100_000, "10"), (Int64.max, "922337203685477.5807"), (Int64.min, "-922337203685477.5808"),
    ])
    func `money is written as the shortest decimal`(tenThousandths: Int64, text: String) {
        #expect(Money(tenThousandths: tenThousandths).description == text)
    }

    @Test(arguments: [1, 2, 3])
    func `every amount reads back as it was written`(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<2_000 {
            let digits = chance.int(1...15)
            var count: Int64 = 0
            for _ in 0..<digits { count = count * 10 + Int64(chance.int(0...9)) }
            let money = Money(tenThousandths: chance.happens(50) ? -count : count)
            #expect(try Money(parsing: money.description.utf8) == money)
            #expect(try Money(parsing: "\(money.tenThousandths)e-4".utf8) == money)
        }
    }
}
