/// What amounts add up to, exactly, however many and large they are.
package struct MoneySum: Hashable, Sendable {
    package static let zero = MoneySum(tenThousandths: 0)

    package var tenThousandths: Int128

    package init(tenThousandths: Int128) { self.tenThousandths = tenThousandths }

    package init(_ money: Money) { tenThousandths = Int128(money.tenThousandths) }

    package static func += (left: inout Self, right: Self) { left.tenThousandths += right.tenThousandths }

    /// Adds numbers of 64 bits in a loop that has neither branches nor wide numbers.
    ///
    /// Halves are summed apart, which holds for two thousand million numbers.
    package struct Adder {
        private var high: Int64 = 0
        private var low: Int64 = 0

        package init() {}

        /// - Parameter mask: All ones to add the number, zero to leave it.
        package mutating func add(_ number: Int64, mask: Int64) {
            high &+= (number >> 32) & mask
            low &+= number & mask & 0xffff_ffff
        }

        package var sum: MoneySum { MoneySum(tenThousandths: Int128(high) << 32 + Int128(low)) }
    }

    /// The mean of `count` amounts, to the nearest multiple of `unit` ten-thousandths; halves go away from zero.
    package func mean(of count: Int, unit: Int64) -> MoneySum {
        let divisor = Int128(count) * Int128(unit)
        let (quotient, rest) = tenThousandths.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
        let units = Int128(quotient) + (rest * 2 >= divisor.magnitude ? 1 : 0)
        return MoneySum(tenThousandths: (tenThousandths < 0 ? -units : units) * Int128(unit))
    }
}

extension MoneySum: CustomStringConvertible {
    package var description: String {
        let unit: UInt128 = 10_000
        let (whole, rest) = tenThousandths.magnitude.quotientAndRemainder(dividingBy: unit)
        let sign = tenThousandths < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var fraction = String(rest + unit).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}
