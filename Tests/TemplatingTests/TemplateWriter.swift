import TestSupport

/// Writes random templates by the grammar, most of them right.
struct TemplateWriter {
    var chance: Chance
    private var depth = 0
    private var comparesTexts = true
    private var loops: [String] = []

    static let blocks = [
        "one": "[{{ a }}]", "two": "{% include \"one\" %}{% for x in b %}{{ x.c }}{% endfor %}",
        "link": "<a href=\"{{ a }}\">{{ b.c }}</a>",
    ]

    init(chance: Chance) { self.chance = chance }

    mutating func template() -> String { parts { $0.text() } }

    /// HTML with values in all kinds of places, right and wrong ones.
    ///
    /// Its conditions ask only what is the same for all texts that are not empty.
    mutating func html() -> String {
        comparesTexts = false
        return parts { $0.markup() }
    }

    private mutating func parts(_ text: (inout Self) -> String) -> String {
        depth += 1
        defer { depth -= 1 }
        return (0..<chance.int(0...(depth > 3 ? 2 : 6) - 1)).map { _ in part(text) }.joined()
    }

    private mutating func part(_ text: (inout Self) -> String) -> String {
        switch chance.int(0...(depth > 4 ? 5 : 10) - 1) {
        case 0...2: return text(&self)
        case 3, 4: return print()
        case 5, 6:
            let elif = chance.happens(30) ? "{% elif \(condition()) %}\(parts(text))" : ""
            let otherwise = chance.happens(50) ? "{% else %}\(parts(text))" : ""
            return "{% if \(condition()) %}\(parts(text))\(elif)\(otherwise){% endif %}"
        case 7, 8:
            let (variable, list) = (chance.pick(["x", "y", "line"]), value())
            loops.append(variable)
            let body = parts(text)
            loops.removeLast()
            return
                "{%- for \(variable) in \(list) %}\(body)\(chance.happens(30) ? "{% empty %}\(parts(text))" : ""){% endfor -%}"
        default:
            return chance.pick([
                "{# note #}", "{% include \"one\" %}", "{% include \"two\" %}", "{% include \"link\" %}",
                "{% if not a %}{% stop \"no\" %}{% endif %}",
            ])
        }
    }

    mutating func print() -> String { "{{ \(value())\(chance.happens(10) ? " | breaks" : "") }}" }

    private mutating func text() -> String {
        chance.pick(["a ", "\n", "é", "\"", "{", "}", "<p>", "{\"k\": ", "https://", "?q=", "\\", "[", "1,"])
    }

    private mutating func markup() -> String {
        let value = print()
        let name = chance.pick(["href", "src", "title", "style", "class", "alt", "background", "srcset", "action"])
        let quote = chance.pick(["\"", "\"", "'"])
        let lead = chance.pick([
            "", "", "https://a.test/", "https://a.test/?q=", "mailto:", "x", "/", "#", "https:", " ",
        ])
        let tag = chance.pick(["p", "a", "img", "td", "div", "style", "title", "textarea"])
        let ends = ["style", "title", "textarea"].contains(tag) ? "</\(tag)>" : ""
        switch chance.int(0...11) {
        case 0...3: return "<\(tag) \(name)=\(quote)\(lead)\(value)\(chance.happens(30) ? print() : "")\(quote)>\(ends)"
        case 4, 5: return "<\(tag)>\(value)\(ends)\(ends.isEmpty && chance.happens(50) ? "</\(tag)>" : "")"
        case 6: return "<\(tag) {% if \(condition()) %}\(name)=\(quote)\(value)\(quote){% endif %}>\(ends)"
        case 7: return "<!-- \(value) -->"
        case 8: return "<!--[if mso]><a href=\(quote)\(value)\(quote)>\(value)</a><![endif]-->"
        case 9:
            return chance.pick([
                "<br>", "text & more", "<script>var a = '<p>'</script>", "<!doctype html>", "a < b", "<p class=x>",
                "</p >",
            ])
        default:
            return
                "<a href=\(quote){% if \(condition()) %}\(lead)\(value){% else %}\(value){% endif %}\(value)\(quote)>\(value)</a>"
        }
    }

    private mutating func condition() -> String {
        depth += 1
        defer { depth -= 1 }
        switch chance.int(0...(depth > 6 ? 3 : 7) - 1) {
        case 0, 1: return value()
        case 2 where comparesTexts:
            return "\(value()) \(chance.pick(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])) \(value())"
        case 2, 3: return "not \(condition())"
        case 4: return "(\(condition()))"
        case 5: return "\(condition()) and \(condition())"
        default: return "\(condition()) or \(condition())"
        }
    }

    private mutating func value() -> String {
        let root = chance.pick(
            [
                "a", "b", "c", "customer.x", "event[\"odd key\"]", "a.b.first", "b.length", "now", "\"text\"", "12.5",
                "0", "true", "v:\"w\"",
            ] + loops + (loops.isEmpty ? [] : ["loop.index", "loop.last"]))
        return root + (0..<chance.int(0...2)).map { _ in " | " + filter() }.joined()
    }

    private mutating func filter() -> String {
        chance.pick([
            "date:\"d.m.Y H:i\"", "date", "money", "number:2", "number", "round:1", "default:\"x\"", "default:a",
            "upper", "lower", "capitalize",
            "trim", "truncate:5", "join:\", \"", "first", "last", "first:2", "last:1", "length", "url",
            "plural:\"a,b\"", "replace:\"a\",\"bb\"", "add_days:40",
        ])
    }
}
