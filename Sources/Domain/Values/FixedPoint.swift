/// An amount in the project's currency, counted in ten-thousandths (spec README, "Conventions").
package struct Money: Hashable, Comparable, Sendable {
    package static let zero = Money(tenThousandths: 0)

    package var tenThousandths: Int64

    package init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    package static func < (left: Self, right: Self) -> Bool { left.tenThousandths < right.tenThousandths }
}

/// A count or a weight, counted in millionths (spec README, "Conventions").
package struct Quantity: Hashable, Comparable, Sendable {
    package static let zero = Quantity(millionths: 0)

    package var millionths: Int64

    package init(millionths: Int64) { self.millionths = millionths }

    package static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }
}

/// Reads and writes decimals as whole counts of a unit; no binary float is ever between.
package enum FixedPoint {
    /// Decimals of a `Money`.
    package static let moneyPlaces = 4
    /// Decimals of a `Quantity`.
    package static let quantityPlaces = 6
    /// The largest magnitude of a `Money` taken, in units: nine thousand such amounts still add up within 64 bits.
    package static let moneyLimit: Int64 = 100_000_000_000
    /// The same of a `Quantity`.
    package static let quantityLimit: Int64 = 1_000_000_000

    /// Why a text is not a decimal that can be kept.
    package enum Refusal: Error, Hashable, Sendable {
        case notANumber
        case tooPrecise
        case outOfRange
    }

    /// Parses a JSON-style decimal (`-12.50`, `1e3`) into a count of units of `10⁻ᵖˡᵃᶜᵉˢ`.
    package static func parse(_ text: some Collection<UInt8>, places: Int) throws(Refusal) -> Int64 {
        var index = text.startIndex
        let end = text.endIndex
        var negative = false
        if index < end, text[index] == UInt8(ascii: "-") {
            negative = true
            index = text.index(after: index)
        }
        // Digits are gathered without leading zeros; `exponent` is the power of ten they are to be multiplied by.
        var digits: Int64 = 0
        var digitCount = 0
        var exponent = 0
        var sawDigit = false
        var inFraction = false
        var trailingZeros = 0
        scan: while index < end {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                sawDigit = true
                if inFraction { exponent -= 1 }
                if byte == UInt8(ascii: "0") {
                    // Zeros are held back: at the end of a fraction they mean nothing.
                    trailingZeros += digits == 0 ? 0 : 1
                } else {
                    guard digitCount + trailingZeros < 18 else { throw inFraction ? .tooPrecise : .outOfRange }
                    for _ in 0..<trailingZeros { digits *= 10 }
                    digitCount += trailingZeros + 1
                    trailingZeros = 0
                    digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
                }
            case UInt8(ascii: ".") where !inFraction && sawDigit:
                inFraction = true
                sawDigit = false
            case UInt8(ascii: "e") where sawDigit, UInt8(ascii: "E") where sawDigit:
                break scan
            default:
                throw .notANumber
            }
            index = text.index(after: index)
        }
        guard sawDigit else { throw .notANumber }
        exponent += trailingZeros
        if index < end {
            exponent += try parseExponent(text[text.index(after: index)...])
        }
        guard digits != 0 else { return 0 }
        var shift = exponent + places
        while shift > 0 {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .outOfRange }
            digits = product
            shift -= 1
        }
        while shift < 0 {
            guard digits % 10 == 0 else { throw .tooPrecise }
            digits /= 10
            shift += 1
        }
        guard digits <= largest(places: places) else { throw .outOfRange }
        return negative ? -digits : digits
    }

    /// The largest magnitude taken, in units of `10⁻ᵖˡᵃᶜᵉˢ`.
    static func largest(places: Int) -> Int64 {
        var count = places == quantityPlaces ? quantityLimit : moneyLimit
        for _ in 0..<places { count *= 10 }
        return count
    }

    private static func parseExponent(_ text: some Collection<UInt8>) throws(Refusal) -> Int {
        var value = 0
        var negative = false
        var sawDigit = false
        for (offset, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "+") where offset == 0: continue
            case UInt8(ascii: "-") where offset == 0: negative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                sawDigit = true
                // A longer exponent is out of range whatever follows.
                value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 10_000)
            default: throw .notANumber
            }
        }
        guard sawDigit else { throw .notANumber }
        return negative ? -value : value
    }

    /// Writes a count of `10⁻ᵖˡᵃᶜᵉˢ` units as the shortest decimal: `12.5`, `-0.05`, `3`.
    package static func text(_ count: Int64, places: Int) -> String {
        var bytes: [UInt8] = []
        append(count, places: places, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same as bytes: answers hold many numbers, and a string of each would cost more than all else of them.
    package static func append(_ count: Int64, places: Int, to bytes: inout [UInt8]) {
        // Twenty digits, a point and a sign are the most; they are written from the last to the first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
            var (start, rest) = (text.count, count.magnitude)
            func put(_ byte: UInt8) {
                start -= 1
                text[start] = byte
            }
            func putDigit() {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            }
            for _ in 0..<places {
                if start < text.count || rest % 10 != 0 { putDigit() } else { rest /= 10 }
            }
            if start < text.count { put(UInt8(ascii: ".")) }
            repeat { putDigit() } while rest > 0
            if count < 0 { put(UInt8(ascii: "-")) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
    }
}

extension Money: CustomStringConvertible {
    package init(parsing text: some Collection<UInt8>) throws(FixedPoint.Refusal) {
        self.init(tenThousandths: try FixedPoint.parse(text, places: FixedPoint.moneyPlaces))
    }

    package var description: String { FixedPoint.text(tenThousandths, places: FixedPoint.moneyPlaces) }
}

extension Quantity: CustomStringConvertible {
    package init(parsing text: some Collection<UInt8>) throws(FixedPoint.Refusal) {
        self.init(millionths: try FixedPoint.parse(text, places: FixedPoint.quantityPlaces))
    }

    package var description: String { FixedPoint.text(millionths, places: FixedPoint.quantityPlaces) }
}
