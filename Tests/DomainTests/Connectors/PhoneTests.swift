import Domain
import Testing

struct PhoneTests {
    @Test(
        arguments: [
            ("+351 912 000 111", nil, "+351912000111"), ("00351 912-000-111", nil, "+351912000111"),
            ("+44 (0)20 7946 0018", nil, "+442079460018"), ("(415) 555-0123", "US", "+14155550123"),
            (" +1.415.555.0123 ", "CA", "+14155550123"),
        ] as [(String, String?, String)])
    func `a number that says its country is kept in one form`(text: String, country: String?, expected: String) {
        #expect(Phone.e164(text, country: country) == expected)
    }

    @Test(arguments: [
        "912 000 111", "0912000111", "+", "+0123456789", "+12345", "+1234567890123456", "call me", "+351 912 x 4", "",
    ])
    func `one that does not is no number`(text: String) {
        #expect(Phone.e164(text) == nil)
    }

    @Test func `ten digits say their country only where it numbers so`() {
        #expect(Phone.e164("4155550123") == nil)
        #expect(Phone.e164("4155550123", country: "PT") == nil)
    }
}
