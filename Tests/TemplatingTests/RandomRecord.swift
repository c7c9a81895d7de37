import Templating
import TestSupport

/// A record that has something under any name: the same for the same seed and name, whatever letters it is made of.
final class RandomRecord: TemplateRecord {
    enum Alphabet { case any, harmless, evil }

    private let seed: UInt64
    private let depth: Int
    private let alphabet: Alphabet

    init(seed: UInt64, depth: Int, alphabet: Alphabet = .any) {
        (self.seed, self.depth, self.alphabet) = (seed, depth, alphabet)
    }

    func value(_ name: String) -> TemplateValue {
        value(name.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }

    func call(_ macro: String, _ argument: String) -> TemplateValue { value(macro + argument) }

    static let evil = [
        "\"><script>alert(1)</script>", "' onload='x", "javascript:alert(1)", " JaVaScript:x", "java\nscript:x",
        "data:text/html,<b>", "--><b>", "</style><b>",
        "</title><b>", "</textarea>", "{{ a }}", "expression(1)", "url(javascript:x)", "red;}b{c:d", "\u{0}<b>",
        "<![endif]--><b>", "`x`=", "&#106;avascript:x",
        "//evil.test", "a b", "%22%3E", "\u{2028}<", "vbscript:x", "x:y", ":", "script:alert(1)",
        "https://ok.test/?a=1&b=\"",
    ]

    private func value(_ seed: UInt64) -> TemplateValue {
        var chance = Chance(seed: seed)
        switch chance.int(0...(depth > 3 ? 8 : 12) - 1) {
        case 0 where alphabet == .any: return .missing
        case 1 where alphabet == .any: return .flag(chance.happens(50))
        case 2 where alphabet == .any:
            return .number(
                TemplateNumber(
                    count: Int64(bitPattern: chance.next() >> UInt64(chance.int(0...63))), places: chance.int(0...18)))
        case 3 where alphabet == .any:
            return .money(tenThousandths: Int64(bitPattern: chance.next() >> UInt64(chance.int(0...63))))
        case 4 where alphabet == .any:
            return .instant(milliseconds: Int64(bitPattern: chance.next() >> UInt64(chance.int(0...63))))
        case 5 where alphabet == .any: return .day(Int64(bitPattern: chance.next() >> UInt64(chance.int(0...63))))
        case 0...7: return .text(text(&chance))
        case 8, 9: return .list((0..<chance.int(0...3)).map { _ in value(chance.next()) })
        default: return .record(RandomRecord(seed: chance.next(), depth: depth + 1, alphabet: alphabet))
        }
    }

    private func text(_ chance: inout Chance) -> String {
        let (index, wide) = (chance.int(0...Self.evil.count - 1), chance.happens(50))
        switch alphabet {
        case .harmless: return "w"
        case .evil: return Self.evil[index]
        case .any:
            return wide
                ? Self.evil[index]
                : String(
                    String.UnicodeScalarView(
                        (0..<chance.int(0...11)).compactMap { _ in UnicodeScalar(UInt32(chance.int(0...0x10_ffff))) }))
        }
    }
}
