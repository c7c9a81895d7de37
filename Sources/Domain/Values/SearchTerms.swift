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
}

extension Customer {
    /// What the customer is found by: words of the name, the email and its name part, the phone, the identifier.
    package var searchTerms: Set<String> {
        var terms: Set<String> = [SearchTerms.fold(externalID)]
        for field in [CustomerField.firstName, .middleName, .lastName] {
            terms.formUnion(fields.text(field).map(SearchTerms.words) ?? [])
        }
        if let email = fields.text(.email) { terms.insert(SearchTerms.fold(email)) }
        if let phone = fields.text(.phone) {
            terms.insert(phone)
            terms.insert(String(phone.dropFirst()))
        }
        return terms
    }
}
