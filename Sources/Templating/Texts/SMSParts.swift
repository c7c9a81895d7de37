/// How many parts a text is sent and paid in as SMS, and what makes it so many.
///
/// GSM 03.38: 160 characters of the basic alphabet in one part, 153 in each of several; those of its extension count
/// twice and are not divided. One character beyond makes all of it UCS-2: 70 units of 16 bits, 67 in each of several; what
/// takes two units is not divided either.
package struct SMSParts: Hashable, Sendable {
    package enum Alphabet: String, Hashable, Sendable {
        case gsm7 = "gsm-7"
        case ucs2 = "ucs-2"
    }

    /// A character that makes the text longer than its letters.
    package struct Costly: Hashable, Sendable {
        package var character: String
        /// How often it occurs.
        package var count: Int
        /// What could stand in its place and costs less; nil where nothing looks like it.
        package var suggestion: String?
    }

    package var alphabet: Alphabet
    package var parts: Int
    /// Units used: septets, or pairs of bytes.
    package var units: Int
    /// Units free in the last part.
    package var left: Int
    /// Characters that no part of GSM-7 can hold, in the order of the text: each forces UCS-2.
    package var forcing: [Costly]
    /// Characters of the extension, which count twice, where the text is GSM-7.
    package var doubled: [Costly]
    /// The parts if all that forces UCS-2 were replaced as suggested; nil where something can't be.
    package var partsAfterSuggestions: Int?

    package init(_ text: String) {
        self.init(text, suggests: true)
    }

    private init(_ text: String, suggests: Bool) {
        let scalars = text.unicodeScalars
        forcing = Self.costly(scalars.filter { GSM7.septets($0) == nil })
        alphabet = forcing.isEmpty ? .gsm7 : .ucs2
        doubled = forcing.isEmpty ? Self.costly(scalars.filter { GSM7.septets($0) == 2 }) : []
        let sizes = scalars.lazy.map { [alphabet] in alphabet == .gsm7 ? GSM7.septets($0) ?? 1 : UTF16.width($0) }
        let (whole, part) = alphabet == .gsm7 ? (160, 153) : (70, 67)
        units = sizes.reduce(0, +)
        if units <= whole {
            (parts, left) = (text.isEmpty ? 0 : 1, whole - units)
        } else {
            var used = 0
            parts = 1
            for size in sizes {
                if used + size > part { (parts, used) = (parts + 1, 0) }
                used += size
            }
            left = part - used
        }
        guard suggests, alphabet == .ucs2, let simpler = GSM7.replacing(text) else { return }
        partsAfterSuggestions = Self(simpler, suggests: false).parts
    }

    private static func costly(_ scalars: some Sequence<Unicode.Scalar>) -> [Costly] {
        var (order, counts) = ([Unicode.Scalar](), [Unicode.Scalar: Int]())
        for scalar in scalars {
            if counts[scalar] == nil { order.append(scalar) }
            counts[scalar, default: 0] += 1
        }
        return order.map {
            Costly(character: String($0), count: counts[$0] ?? 0, suggestion: GSM7.lookalike($0))
        }
    }
}

extension SMSParts {
    /// The text with what looks like it in GSM-7; nil where something in it has nothing that does.
    package static func simplified(_ text: String) -> String? { GSM7.replacing(text) }
}
