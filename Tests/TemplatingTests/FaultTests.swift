import Templating
import Testing

/// What is wrong with a template is told with its place and its mend, all at once.
struct FaultTests {
    @Test(arguments: [
        ("a {{ x", 1, 3, "This {{ is not closed.", "}}"), ("{% if x %}", 1, 4, "{% if %} is not closed.", "endif"),
        ("{% for x in y %}\n{% if a %}{% endfor %}", 2, 4, "{% if %} is not closed before {% endfor %}", "endif"),
        ("{{ }}", 1, 4, "There is nothing between the braces.", "customer.first_name"),
        ("é{{ a b }}", 1, 7, "b stands behind a whole expression.", "|"),
        ("{% if a = 1 %}{% endif %}", 1, 9, "A single = compares", "=="),
        ("{{ a | uper }}", 1, 8, "There is no filter uper.", "upper"),
        ("{{ a | raw }}", 1, 8, "There is no filter raw.", "block"),
        ("{{ a | escape }}", 1, 8, "There is no filter escape.", "already"),
        ("{{ a | number:\"x\" }}", 1, 8, "does not take this", "number:2"),
        ("{{ a | date:\"dd.mm.yyyy QQ\" }}", 1, 8, "does not take this", "Q is no letter"),
        ("{% iff a %}", 1, 4, "There is no tag iff.", "if"),
        ("{% endif %}", 1, 4, "{% endif %} has no beginning.", "out"),
        ("{% stop %}", 1, 9, "This stop has no reason.", "stop \""),
        ("{% for order.lines %}{% endfor %}", 1, 13, "does not say over what", "in"),
        ("{% include \"foter\" %}", 1, 4, "There is no block foter.", "footer"),
        ("{% include footer %}", 1, 12, "does not name a block", "\""),
        ("{% include \"self\" %}", 1, 4, "includes itself: self, self", "out"),
        ("{# open", 1, 1, "This {# is not closed.", "CSS"), ("{{ “a” }}", 1, 4, "“ is no quote", "\""),
        ("{{ a && b }}", 1, 6, "&& does not fit", ""),
        ("{% if a && b %}{% endif %}", 1, 9, "&& is not of the language.", "and"),
        ("{{ a == b }}", 1, 6, "== does not fit here.", ""),
        ("{{ loop.count }}{% for x in y %}{{ loop.count }}{% endfor %}", 1, 36, "loop.count", "loop.index"),
        ("{% else if x %}", 1, 4, "has no beginning", ""),
        ("{% if a %}{% else if b %}{% endif %}", 1, 14, "takes nothing", "elif"),
        ("{{ voucher:spring }}", 1, 12, "has no \"text\"", "voucher:\"spring\""),
        ("{{ a. }}", 1, 7, "A name is missing", ""),
        ("{{ 1234567890123456789 }}", 1, 4, "too many digits", "Eighteen"),
        ("{{ \"a }}", 1, 1, "This {{ is not closed.", "quote"),
        ("{{ a | upper | breaks }}", 1, 4, "breaks has a meaning only", "out"),
        ("{% for now in x %}{% endfor %}", 1, 8, "now has a meaning", "name"),
    ]) func `a fault has its place, what is wrong, and the mend`(
        text: String, line: Int, column: Int, message: String, mend: String
    ) throws {
        let blocks = ["footer": "bye", "self": "{% include \"self\" %}"]
        let found = faults(text, blocks: blocks)
        let fault = try #require(found.first { $0.message.contains(message) }, "\(found.map(\.description))")
        #expect(fault.position.line == line, "\(fault)")
        if fault.position.block == nil { #expect(fault.position.column == column, "\(fault)") }
        #expect(fault.mend.contains(mend), "\(fault)")
        #expect(!fault.mend.isEmpty)
    }

    @Test func `all faults are told, in the order of the text`() {
        let text = "{{ a | upperr }}\n{% if x = 1 %}{% endif %}\n{% unknown %}\n{{ b c }}"
        #expect(faults(text).map(\.position.line) == [1, 2, 3, 4])
    }

    @Test func `a fault in a block names the block`() {
        let found = faults("{% include \"a\" %}", blocks: ["a": "x\n{{ | }}"])
        #expect(found.map(\.position) == [TemplatePosition(line: 2, column: 4, block: "a")])
    }

    @Test(arguments: [
        ("{% if a %}", 40, "{% endif %}"), ("{{ (", 1, ""),
        ("{{ " + String(repeating: "(", count: 40) + "a", 1, String(repeating: ")", count: 40) + " }}"),
        ("{{ a" + String(repeating: ".b", count: 40) + " }}", 1, ""),
        ("{{ a" + String(repeating: " | upper", count: 40) + " }}", 1, ""),
        ("{{a}}", 51_000, ""), ("aaaaaaaa", 80_000, ""),
        ("{% if " + String(repeating: "not ", count: 600), 1, "a %}{% endif %}"),
        ("{% if a" + String(repeating: " and a", count: 600), 1, " %}{% endif %}"),
        ("{#", 200_000, ""), (#"{{\""#, 120_000, ""), ("{{ \"", 100_000, ""), ("{% if a", 50_000, ""),
        ("{% else %}", 40_000, ""), ("{%", 200_000, ""),
    ]) func `what is too deep, too large or never closed is refused at once`(unit: String, count: Int, end: String) {
        let text = String(repeating: unit, count: count) + String(repeating: end, count: count)
        let found = faults(text)
        #expect(!found.isEmpty)
        #expect(found.count <= 41)
    }

    @Test func `blocks that multiply one another are refused`() {
        var blocks: [String: String] = ["0": "x{{ a }}"]
        for level in 1...9 { blocks["\(level)"] = String(repeating: "{% include \"\(level - 1)\" %}", count: 100) }
        #expect(faults("{% include \"9\" %}", blocks: blocks).contains { $0.message.contains("too large") })
        for level in 10...14 { blocks["\(level)"] = "{% include \"\(level - 1)\" %}" }
        #expect(faults("{% include \"14\" %}", blocks: blocks).contains { $0.message.contains("deep") })
    }
}
