import Foundation
import Templating
import Testing

/// What templates print, by tables.
struct LanguageTests {
    @Test(arguments: [
        ("Hi {{ customer.first_name }}!", "Hi Ana!"),
        ("{{customer.orders.last.delivery.city}}", "Évora"),
        ("{{ order.lines.first.name }} {{ order.lines.last.cnt }} {{ order.lines.length }}", "Tea & Cup 1 2"),
        ("{{ order.lines[1].name }} {{ order.tags.0 }} {{ order.tags[9] }}", "Pot red "),
        (#"{{ event.context.page.title }} {{ event.context["odd key"] }}"#, "Tea odd"),
        (#"{{ voucher:"spring" }}"#, "SPRING-1"),
        ("{# nothing {{ x }} #}a{# b #}", "a"),
        (#"{{ "a\"b" }} {{ 'it' }} {{ 12.50 }} {{ -3 }} {{ true }}"#, #"a"b it 12.5 -3 true"#),
        ("{{ order.total }} {{ order.weight }} {{ order.is_gift }}", "42.99 2.5 true"),
        ("{{ order.date }} {{ order.day }}", "2026-11-21 12:00 2026-11-21"),
        ("{{ now | date:\"Y\" }}", "2026"),
        ("a {{- \" b \" -}} c", "a b c"),
        ("a\n  {%- if true -%}\n  b\n{%- endif %}\nc", "ab\nc"),
        ("{{ \"}}\" }}{{ '{{' }}", "}}{{"),
        ("{ {a} }}", "{ {a} }}"),
    ]) func `values are printed`(template: String, expected: String) throws {
        let rendering = try rendering(template)
        #expect(rendering.text == expected)
        #expect(rendering.end == .whole)
    }

    @Test(arguments: [
        (#"customer.first_name == "Ana""#, true), (#"customer.first_name != "Ana""#, false),
        ("customer.orders.count > 1", true), ("customer.orders.count >= 2 and order.is_gift", true),
        ("customer.orders.count < 2 or not order.is_gift", false), ("not (true and false)", true),
        (#""blue" in order.tags"#, true), (#""pink" in order.tags"#, false), (#""pink" not in order.tags"#, true),
        (#""na" in customer.first_name"#, true), (#"order.total == 42.99"#, true), (#"order.total > "42.5""#, true),
        (#"order.date > "2026-11-21T11:59:00Z""#, true), (#"order.date == "2026-11-21""#, true),
        (#"order.day < "2026-12-01""#, true), ("now >= order.date", true),
        ("customer.nothing", false), (#"customer.nothing == """#, true), ("customer.nothing == false", false),
        ("customer.nothing > 1", false), ("customer.empty", false), ("order.tags", true), ("0", false),
        ("order.tags | length > 2", true), (#"customer.first_name | upper == "ANA""#, true),
        ("customer", true), ("customer == customer", false), ("true == true", true), (#""1" == 1"#, true),
        (#""a" < "b""#, true), ("customer.containers.cart.lines", false), ("true or true and false", true),
        ("not customer.nothing and true", true), ("(customer.nothing or order.is_gift) and true", true),
    ]) func `conditions hold or not`(condition: String, expected: Bool) throws {
        let rendering = try rendering("{% if \(condition) %}yes{% else %}no{% endif %}")
        #expect(rendering.text == (expected ? "yes" : "no"))
        // Who asks whether something is there is not told that it is not.
        #expect(rendering.warnings.isEmpty)
    }

    @Test(arguments: [
        (1, "one"), (2, "two"), (3, "many"),
    ]) func `the first arm that holds is printed`(count: Int64, expected: String) throws {
        let text = "{% if n == 1 %}one{% elif n == 2 %}two{% elseif n == 2 %}never{% else %}many{% endif %}"
        #expect(
            try rendering(text, values: ["n": .number(TemplateNumber(count: count, places: 0))] as TemplateFields).text
                == expected)
    }

    @Test(arguments: [
        (
            "{% for line in order.lines %}{{ loop.index }}. {{ line.name }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1. Tea & Cup, 2. Pot"
        ),
        (
            "{% for t in order.tags %}{% if loop.first %}[{% endif %}{{ t }}/{{ loop.length }}{% if loop.last %}]{% endif %}{% endfor %}",
            "[red/3blue/3green/3]"
        ),
        ("{% for x in customer.containers.cart.lines %}a{% empty %}none{% endfor %}", "none"),
        ("{% for x in customer.nothing %}a{% else %}none{% endfor %}", "none"),
        (
            "{% for a in order.tags %}{% for b in order.tags | first:2 %}{{ a | first }}{{ b | first }}{{ loop.index }} {% endfor %}{{ loop.index }};{% endfor %}",
            "rr1 rb2 1;br1 bb2 2;gr1 gb2 3;"
        ),
        ("{% for order in order.lines %}{{ order.name }};{% endfor %}{{ order.number }}", "Tea & Cup;Pot;T-17"),
    ]) func `loops go over lists`(template: String, expected: String) throws {
        #expect(try rendering(template).text == expected)
    }

    @Test func `stop ends the text with its reason and place`() throws {
        let rendering = try rendering("a\n{% if not order.nothing %}{% stop \"no lines\" %}{% endif %}b")
        #expect(rendering.end == .stopped(reason: "no lines", TemplatePosition(line: 2, column: 35)))
    }

    @Test func `blocks are put in, with what is around them`() throws {
        let blocks = ["line": "{{ line.name }}{% include \"end\" %}", "end": ";", "unused": "{{"]
        #expect(
            try rendering("{% for line in order.lines %}{% include \"line\" %}{% endfor %}", blocks: blocks).text
                == "Tea & Cup;Pot;")
    }

    @Test func `what is missing is empty, and warned about once with its place`() throws {
        let text =
            "{{ customer.middle_name }}\n{{ event.gone | upper }}{{ x | default:\"y\" }}{% for a in order.tags %}{{ a.b }}{% endfor %}"
        let rendering = try rendering(text)
        #expect(rendering.text == "\ny")
        #expect(rendering.warnings.map(\.subject) == ["customer.middle_name", "event.gone", "a.b"])
        #expect(rendering.warnings.map(\.reason) == [.missing, .missing, .missing])
        #expect(rendering.warnings.map(\.position.line) == [1, 2, 2])
        #expect(rendering.warnings.first?.position.column == 4)
    }

    @Test(arguments: [
        (
            "{% for x in customer.containers.cart.lines %}{% endfor %}", TemplateWarning.Reason.emptyLoop,
            "customer.containers.cart.lines"
        ),
        ("{{ customer }}", .unfitting, "customer"), ("{{ order.tags }}", .unfitting, "order.tags"),
        ("{{ customer.first_name | money }}", .unfitting, "money"), ("{{ order.number | date }}", .unfitting, "date"),
        ("{% for x in order.number %}{% endfor %}", .unfitting, "order.number"),
        ("{{ voucher:\"none\" }}", .missing, "voucher:\"none\""),
    ]) func `what does not fit is warned about`(template: String, reason: TemplateWarning.Reason, subject: String)
        throws
    {
        let warnings = try rendering(template).warnings
        #expect(warnings.map(\.reason) == [reason])
        #expect(warnings.map(\.subject) == [subject])
    }
}
