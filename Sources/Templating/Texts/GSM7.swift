import Foundation

/// The alphabet of SMS (3GPP TS 23.038, 6.2.1), and what stands for characters that it has not.
enum GSM7 {
    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("\u{c}^{}\\[~]|€".unicodeScalars)

    /// How many septets a character takes; nil where there is none for it.
    static func septets(_ scalar: Unicode.Scalar) -> Int? {
        basic.contains(scalar) ? 1 : extended.contains(scalar) ? 2 : nil
    }

    /// Pairs of what is not of the alphabet and what is; spaces of all kinds, and what shows nothing, are below.
    private static let lookalikes: [Unicode.Scalar: String] = {
        let pairs = [
            "‘’‚‛′`´ʼ": "'", "“”„‟″«»": "\"", "‐‑‒–—―−": "-", "…": "...", "•·∙": "-", "×": "x", "™": "TM", "®": "(R)",
            "©": "(C)",
            "№": "No", "‹": "<", "›": ">", "⁄": "/", "¢": "c", "°": "o", "½": "1/2", "¼": "1/4", "¾": "3/4",
            "áâãāăą": "a", "ÁÀÂÃĀĂĄ": "A", "çćĉċč": "c", "ĆĈĊČ": "C", "ďđ": "d", "ĎĐ": "D", "êëēĕėęě": "e",
            "ÈÊËĒĔĖĘĚ": "E",
            "ĝğġģ": "g", "ĜĞĠĢ": "G", "ĥħ": "h", "ĤĦ": "H", "íîïĩīĭįı": "i", "ÍÌÎÏĨĪĬĮİ": "I", "ĵ": "j", "Ĵ": "J",
            "ķ": "k", "Ķ": "K",
            "ĺļľłŀ": "l", "ĹĻĽŁĿ": "L", "ńņňŉ": "n", "ŃŅŇ": "N", "óôõōŏő": "o", "ÓÒÔÕŌŎŐ": "O", "œ": "oe", "Œ": "OE",
            "ŕŗř": "r", "ŔŖŘ": "R", "śŝşšș": "s", "ŚŜŞŠȘ": "S", "ţťŧț": "t", "ŢŤŦȚ": "T", "úûũūŭůűų": "u",
            "ÚÙÛŨŪŬŮŰŲ": "U",
            "ŵ": "w", "Ŵ": "W", "ýÿŷ": "y", "ÝŸŶ": "Y", "źżž": "z", "ŹŻŽ": "Z", "ð": "d", "Ð": "D", "þ": "th",
            "Þ": "Th",
            // Capitals of Greek that are drawn like Latin ones.
            "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O",
            "Ρ": "P", "Τ": "T",
            "Υ": "Y", "Χ": "X",
        ]
        var table: [Unicode.Scalar: String] = [:]
        for (scalars, plain) in pairs {
            for scalar in scalars.unicodeScalars where septets(scalar) == nil { table[scalar] = plain }
        }
        return table
    }()

    static func lookalike(_ scalar: Unicode.Scalar) -> String? {
        if let plain = lookalikes[scalar] { return plain }
        switch scalar.properties.generalCategory {
        case .spaceSeparator: return " "
        case .lineSeparator, .paragraphSeparator: return "\n"
        // Joiners, marks of direction, variation selectors, accents written apart: nothing is missed without them.
        case .format, .nonspacingMark, .control: return scalar == "\t" ? " " : ""
        default: return nil
        }
    }

    /// The text in this alphabet; nil where a character has nothing that looks like it, for one is as dear as many.
    static func replacing(_ text: String) -> String? {
        var result = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if septets(scalar) != nil {
                result.append(scalar)
            } else if let plain = lookalike(scalar) {
                result.append(contentsOf: plain.unicodeScalars)
            } else {
                return nil
            }
        }
        return String(result)
    }
}
