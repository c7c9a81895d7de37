import Domain
import TestSupport
import Testing

struct SearchTermsTests {
    @Test(arguments: [
        ("João", "joao"), ("ÅNGSTRÖM", "angstrom"), ("ＡＢＣ", "abc"), ("Straße", "strasse"), ("plain", "plain"), ("", ""),
        (String(repeating: "x", count: 100), String(repeating: "x", count: 64)),
    ])
    func `texts are folded`(text: String, folded: String) {
        #expect(SearchTerms.fold(text) == folded)
    }

    @Test func `words are split at spaces and commas`() {
        #expect(SearchTerms.words(" Ana  Maria,Silva\tCosta ana ") == ["ana", "maria", "silva", "costa"])
    }

    @Test func `a customer is found by name, email, phone with and without plus, and identifier`() {
        var customer = Customer(id: Customer.ID(rawValue: 1), externalID: "C-1", createdAt: StillClock.usual)
        _ = customer.apply(
            .sample(
                "C-1", email: "Ana@Example.com", phone: "+351912345678", firstName: "Ana María",
                lastName: "Silva"),
            now: StillClock.usual
        )
        #expect(
            customer.searchTerms == [
                "c-1", "ana", "maria", "silva", "ana@example.com", "+351912345678", "351912345678", "~876543219153",
            ]
        )
    }
}
