import Foundation
import Templating
import Testing

/// Subjects, addresses and JSON are made safe too; plain texts are left as they are.
struct OtherKindTests {
    private static let values: TemplateFields = [
        "evil": "a\r\nBcc: x\"\\</script>\u{1}", "n": .number(TemplateNumber(count: 125, places: 2)), "yes": true,
        "m": .money(tenThousandths: 429_900),
        "list": ["a", 1, [true]], "rec": ["a": 1], "at": .instant(milliseconds: 1_795_262_400_000), "day": .day(20_778),
    ]

    @Test(arguments: [
        (TemplateKind.text, "{{ evil }}", "a\r\nBcc: x\"\\</script>\u{1}"),
        (.line, "{{ evil }}", "a  Bcc: x\"\\</script> "),
        (
            .url, "https://x.test/{{ n }}?q={{ evil }}",
            "https://x.test/1.25?q=a%0D%0ABcc%3A%20x%22%5C%3C%2Fscript%3E%01"
        ),
        (.url, "{{ evil }}", "#"), (.json, "{\"a\": \"x{{ n }}\"}", "{\"a\": \"x1.25\"}"),
        (
            .json, "[{{ evil }}, \"{{ evil }}\"]",
            #"["a\r\nBcc: x\"\\\u003C/script\u003E\u0001", "a\r\nBcc: x\"\\\u003C/script\u003E\u0001"]"#
        ),
        (
            .json, "[{{ n }},{{ yes }},{{ m }},{{ none }},{{ at }},{{ day }},{{ list }},{{ rec }}]",
            #"[1.25,true,42.99,null,"2026-11-21T12:00:00Z","2026-11-21",["a",1,[true]],null]"#
        ),
        (
            .json, #"{"a\"{{ n }}": {{ m | money }}, "b": "{{ at | date:"d.m." }}"}"#,
            #"{"a\"1.25": "€42.99", "b": "21.11."}"#
        ),
    ]) func `values stay what they are`(kind: TemplateKind, template: String, expected: String) throws {
        let text = try Template(template, as: kind).render(Self.values, noon).text
        #expect(text == expected)
        if kind == .json { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }

    @Test(arguments: [
        (TemplateKind.json, "{\"a", "text of the JSON has no end"), (.json, "\"\\{{ n }}\"", "right behind a \\"),
        (.json, "{% if yes %}\"{% endif %}{{ n }}", "different places"), (.url, "data:{{ n }}", "begins with data:"),
    ]) func `what can't be made safe is refused`(kind: TemplateKind, template: String, message: String) {
        let found = faults(template, kind)
        #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.description))")
    }
}
