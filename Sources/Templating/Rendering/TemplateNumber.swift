/// A decimal: a whole count of units of `10⁻ᵖˡᵃᶜᵉˢ`.
///
/// No binary float is ever between.
package struct TemplateNumber: Sendable {
    package var count: Int64
    /// Decimals, 0 to 18.
    package var places: Int

    package init(count: Int64, places: Int) {
        self.count = count
        self.places = min(max(places, 0), 18)
    }

    package init(_ whole: Int) { self.init(count: Int64(whole), places: 0) }

    /// Reads `-12.50`; nil for all else, also for what has more than 18 digits.
    package init?(parsing text: some Collection<UInt8>) {
        guard text.count <= 20 else { return nil }
        var (count, places, digits, isNegative, sawPoint) = (Int64(0), 0, 0, false, false)
        for (offset, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where offset == 0: isNegative = true
            case UInt8(ascii: ".") where digits > 0 && !sawPoint: sawPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                guard digits <= 18 else { return nil }
                count = count * 10 + Int64(byte - UInt8(ascii: "0"))
                if sawPoint { places += 1 }
            default: return nil
            }
        }
        guard digits > 0, !sawPoint || places > 0 else { return nil }
        self.init(count: isNegative ? -count : count, places: places)
    }

    /// The count in units of another size; halves go away from zero.
    func count(places wanted: Int) -> Int128 {
        guard wanted < places else { return Int128(count) * Self.power(wanted - places) }
        // Nearly all divide within 64 bits.
        if let divisor = Int64(exactly: Self.power(places - wanted)) {
            let (quotient, rest) = count.quotientAndRemainder(dividingBy: divisor)
            return Int128(
                rest.magnitude >= divisor.magnitude - rest.magnitude ? quotient + (count < 0 ? -1 : 1) : quotient)
        }
        let divisor = Self.power(places - wanted)
        let (quotient, rest) = Int128(count).quotientAndRemainder(dividingBy: divisor)
        return rest.magnitude * 2 >= divisor.magnitude ? quotient + (count < 0 ? -1 : 1) : quotient
    }

    private static let small: [Int64] = (0...18).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }

    static func power(_ exponent: Int) -> Int128 {
        let exponent = max(0, exponent)
        return exponent <= 18 ? Int128(small[exponent]) : Int128(small[18]) * power(exponent - 18)
    }

    /// The whole part, for what counts things; nil where it is not whole.
    var whole: Int? {
        let power = Self.power(places)
        return Int128(count) % power == 0 ? Int(exactly: Int128(count) / power) : nil
    }

    /// Appends the shortest decimal with at least as many places: `12.5`, `12.50`, `-0.05`.
    func append(atLeast least: Int = 0, to bytes: inout [UInt8]) {
        var (count, places) = (count, places)
        while places > least, count % 10 == 0 { (count, places) = (count / 10, places - 1) }
        let shown = max(places, least)
        let units = TemplateNumber(count: count, places: places).count(places: shown)
        Self.append(units, places: shown, point: ".", group: "", to: &bytes)
    }

    /// Appends units of `10⁻ᵖˡᵃᶜᵉˢ` with the signs that a reader is used to.
    static func append(_ units: Int128, places: Int, point: String, group: String, to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
            var length = 0
            func put(_ digit: UInt8) {
                digits[length] = UInt8(ascii: "0") + digit
                length += 1
            }
            // Small numbers, which nearly all are, need no wide division.
            if var rest = UInt64(exactly: units.magnitude) {
                repeat {
                    put(UInt8(truncatingIfNeeded: rest % 10))
                    rest /= 10
                } while rest > 0
            } else {
                var rest = units.magnitude
                repeat {
                    put(UInt8(truncatingIfNeeded: rest % 10))
                    rest /= 10
                } while rest > 0 && length < 40
            }
            while length <= places { put(0) }
            for index in stride(from: length - 1, through: 0, by: -1) {
                bytes.append(digits[index])
                let left = index - places
                if left == 0, places > 0 { bytes.append(contentsOf: point.utf8) }
                if left > 0, left % 3 == 0 { bytes.append(contentsOf: group.utf8) }
            }
        }
    }

    static func == (left: Self, right: Self) -> Bool { compare(left, right) == 0 }

    /// Negative, zero or positive, as the left one is less, equal or greater.
    static func compare(_ left: Self, _ right: Self) -> Int {
        let places = max(left.places, right.places)
        let (first, second) = (left.count(places: places), right.count(places: places))
        return first < second ? -1 : first > second ? 1 : 0
    }
}
