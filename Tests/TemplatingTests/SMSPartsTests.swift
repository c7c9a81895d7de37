import Templating
import Testing

/// Parts of SMS are counted as networks count them.
struct SMSPartsTests {
    @Test(arguments: [
        (0, 0, 160), (1, 1, 159), (160, 1, 0), (161, 2, 145), (306, 2, 0), (307, 3, 152), (459, 3, 0),
    ]) func `GSM-7 has 160 characters, or 153 in each of several`(count: Int, parts: Int, left: Int) {
        let sms = SMSParts(String(repeating: "a", count: count))
        #expect(sms.alphabet == .gsm7)
        #expect((sms.parts, sms.left, sms.units) == (parts, left, count))
    }

    @Test(arguments: [
        (70, 1, 0), (71, 2, 63), (134, 2, 0), (135, 3, 66), (201, 3, 0),
    ]) func `UCS-2 has 70 characters, or 67 in each of several`(count: Int, parts: Int, left: Int) {
        let sms = SMSParts(String(repeating: "ж", count: count))
        #expect(sms.alphabet == .ucs2)
        #expect((sms.parts, sms.left, sms.units) == (parts, left, count))
    }

    @Test func `an escaped character counts twice and is not divided`() {
        #expect(SMSParts(String(repeating: "€", count: 80)).parts == 1)
        // 152 septets, then a pair that does not fit into the one that is left.
        let sms = SMSParts(String(repeating: "a", count: 152) + "€" + String(repeating: "a", count: 151))
        #expect((sms.parts, sms.units, sms.left) == (2, 305, 0))
        let over = SMSParts(String(repeating: "a", count: 152) + "€" + String(repeating: "a", count: 152))
        #expect((over.parts, over.units, over.left) == (3, 306, 152))
        #expect(over.doubled.map(\.character) == ["€"])
    }

    @Test func `a pair of surrogates is not divided`() {
        #expect(SMSParts(String(repeating: "😀", count: 35)).parts == 1)
        let sms = SMSParts(String(repeating: "ж", count: 66) + "😀" + String(repeating: "ж", count: 65))
        #expect((sms.parts, sms.units, sms.left) == (2, 133, 0))
        let over = SMSParts(String(repeating: "ж", count: 66) + "😀" + String(repeating: "ж", count: 66))
        #expect((over.parts, over.units) == (3, 134))
    }

    @Test func `what forces UCS-2 is named, with what looks like it`() {
        let sms = SMSParts("“Olá” – it’s 5 °C…" + String(repeating: "x", count: 60))
        #expect(sms.alphabet == .ucs2)
        #expect(sms.forcing.map(\.character) == ["“", "á", "”", "–", "’", "°", "…"])
        #expect(sms.forcing.map(\.suggestion) == ["\"", "a", "\"", "-", "'", "o", "..."])
        #expect((sms.parts, sms.partsAfterSuggestions) == (2, 1))
        #expect(SMSParts.simplified("“Olá” – it’s") == "\"Ola\" - it's")
    }

    @Test(
        arguments: [
            ("Привет", nil), ("日本", nil), ("ok 👍🏽", nil), ("e\u{301}\u{a0}a\u{200b}b", "é ab"), ("ΑΒΓ", "ABΓ"),
            ("ç Ç ł", "c Ç l"),
        ] as [(String, String?)]) func `a text is simplified wholly or not at all`(text: String, expected: String?)
    {
        #expect(SMSParts.simplified(text) == expected)
        #expect((SMSParts(text).partsAfterSuggestions == nil) == (expected == nil))
    }

    @Test func `all of the alphabet is of it`() {
        let basic =
            "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
        #expect(basic.unicodeScalars.count == 127)
        #expect(SMSParts(basic.replacing("\r", with: "")).units == 126)
        #expect(SMSParts("\u{c}^{}\\[~]|€").units == 20)
    }
}
