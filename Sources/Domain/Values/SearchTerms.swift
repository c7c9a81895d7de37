import Foundation

/// Texts as they are searched: without accents, case or punctuation at their ends.
package enum SearchTerms {
    /// The longest term that is kept; a longer word is found by its beginning.
    package static let lengthLimit = 64

    /// One text, folded.
    package static func fold(_ text: String) -> String {
        // Most texts are plain: Foundation's folding is slow, so it is asked only where it is needed.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        let folded =
            isPlain
            ? text.lowercased()
            : text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
                .lowercased()
        return String(folded.prefix(lengthLimit))
    }

    /// The folded words of a text, each once.
    package static func words(_ text: String) -> [String] {
        var seen: Set<Substring> = []
        return fold(text).split { $0.isWhitespace || $0 == "," }.filter { seen.insert($0).inserted }.map(String.init)
    }

    /// The ways in which a text that somebody typed can be meant; in each, all beginnings must match.
    ///
    /// Beside its words it can be a telephone number, with or without the country, however it is spaced.
    package static func meanings(_ text: String) -> [[String]] {
        let words = words(text)
        guard !words.isEmpty else { return [] }
        return [words] + phoneTerms(text).map { [$0] }.filter { $0 != words }
    }

    /// Fewest digits of a number that is looked for by its end: shorter ones would find half of everybody.
    private static let shortestEnd = 6

    private static func phoneTerms(_ text: String) -> [String] {
        // A zero in brackets is dialled within the country only.
        let plain = text.replacing("(0)", with: "")
        guard plain.unicodeScalars.allSatisfy({ isDigit($0) || phoneMarks.contains($0) }) else { return [] }
        let digits = String(String.UnicodeScalarView(plain.unicodeScalars.filter(isDigit)))
        guard digits.utf8.count >= 3 else { return [] }
        let international = digits.hasPrefix("00") ? String(digits.dropFirst(2)) : digits
        let national = digits.drop { $0 == "0" }
        return national.utf8.count < shortestEnd ? [international] : [international, end(of: String(national))]
    }

    /// What finds a number by its last digits: the digits turned round, so that its end is a beginning.
    static func end(of digits: String) -> String { "~" + String(digits.reversed()) }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// What stands between the digits of a number: spaces, dashes of all kinds, brackets, dots, slashes.
    private static let phoneMarks: Set<Unicode.Scalar> = [
        "+", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}", "(", ")", "[", "]", ".", "/", " ",
        "\u{a0}", "\u{202f}",
    ]
}

extension Customer {
    /// What the customer is found by: words of the name, the email and its name part, the phone and its end, the
    /// identifier.
    package var searchTerms: Set<String> {
        var terms: Set<String> = [SearchTerms.fold(externalID)]
        for field in [CustomerField.firstName, .middleName, .lastName] {
            terms.formUnion(fields.text(field).map(SearchTerms.words) ?? [])
        }
        if let email = fields.text(.email) { terms.insert(SearchTerms.fold(email)) }
        if let phone = fields.text(.phone) {
            terms.insert(phone)
            terms.insert(String(phone.dropFirst()))
            terms.insert(SearchTerms.end(of: String(phone.dropFirst())))
        }
        return terms
    }
}
