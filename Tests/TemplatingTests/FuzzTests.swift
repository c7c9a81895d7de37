import Templating
import TestSupport
import Testing

/// Whatever the template and whatever the values: it ends, within its limits, and what it makes is inert.
struct FuzzTests {
    @Test(arguments: UInt64(1)...8) func `random templates neither hang nor crash nor exceed`(seed: UInt64) {
        var chance = Chance(seed: seed)
        var compiled = 0
        for round in 0..<100 {
            var writer = TemplateWriter(chance: chance)
            var text = writer.template()
            chance = writer.chance
            if round % 2 == 1 { text = mutated(text, &chance) }
            for kind in TemplateKind.allCases {
                guard let template = try? Template(text, as: kind, blocks: TemplateWriter.blocks) else { continue }
                compiled += 1
                _ = template.findings(against: .record(["a": .value, "b": .list(of: .value)]))
                var settings = noon
                (settings.limits.turns, settings.limits.bytes) = (200, 20_000)
                let rendering = template.render(RandomRecord(seed: chance.next(), depth: 0), settings)
                if case .exceeded = rendering.end { continue }
                #expect(rendering.bytes.count <= 20_000)
                #expect(String(validating: rendering.bytes, as: UTF8.self) != nil, "\(kind): \(text.debugDescription)")
            }
        }
        #expect(compiled > 50)
    }

    @Test(arguments: UInt64(1)...8) func `data never leaves its place in HTML`(seed: UInt64) throws {
        var chance = Chance(seed: seed &+ 1000)
        var compared = 0
        for _ in 0..<150 {
            var writer = TemplateWriter(chance: chance)
            let text = writer.html()
            chance = writer.chance
            guard let template = try? Template(text, as: .html, blocks: TemplateWriter.blocks) else { continue }
            // The same ways through the template, once with harmless letters and once with whatever breaks out.
            let seed = chance.next()
            let harmless = template.render(RandomRecord(seed: seed, depth: 0, alphabet: .harmless), noon)
            let evil = template.render(RandomRecord(seed: seed, depth: 0, alphabet: .evil), noon)
            guard harmless.end == .whole, evil.end == .whole else { continue }
            compared += 1
            let (tame, wild) = (skeleton(harmless.text), skeleton(evil.text))
            // Line ends of data are allowed to become `<br>`.
            #expect(tame.filter { $0 != "<br >" } == wild.filter { $0 != "<br >" }, "\(text)\n\(evil.text)")
            for url in addresses(evil.text) {
                let scheme = url.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.split(
                    separator: ":", omittingEmptySubsequences: false)
                let isKnown = scheme.count < 2 || ["https", "http", "mailto", "tel"].contains(scheme[0].lowercased())
                #expect(isKnown, "\(url) in \(text)")
            }
        }
        #expect(compared > 25)
    }

    @Test(arguments: UInt64(1)...6) func `any bytes become text, parts of SMS and nothing worse`(seed: UInt64) {
        var chance = Chance(seed: seed &+ 2000)
        for _ in 0..<100 {
            var writer = TemplateWriter(chance: chance)
            let html = mutated(writer.html(), &chance)
            chance = writer.chance
            let text = PlainText(html: html).text
            #expect(text.utf8.count <= html.utf8.count * 4 + 100, "\(html)")
            let sms = SMSParts(text)
            let (whole, part) = sms.alphabet == .gsm7 ? (160, 153) : (70, 67)
            #expect(sms.parts <= 1 ? sms.units + sms.left == whole : sms.units + sms.left <= sms.parts * part)
            #expect(sms.units > (sms.parts - 1) * (part - 1) || sms.parts <= 1)
        }
    }

    private func mutated(_ text: String, _ chance: inout Chance) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<chance.int(0...5) where !bytes.isEmpty {
            let place = chance.int(0...bytes.count - 1)
            switch chance.int(0...3) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
            case 2: bytes[place] = chance.pick(Array("{}%#|\"'-.<>:()[]&\\".utf8))
            default:
                let end = min(bytes.count, place + chance.int(0...19))
                bytes.insert(contentsOf: bytes[place..<end], at: chance.int(0...bytes.count - 1))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
