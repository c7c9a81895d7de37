import Templating
import Testing

/// What a template uses is known before it is rendered.
struct CheckTests {
    private let schema = TemplateSchema.record([
        "customer": .record([
            "first_name": .value,
            "orders": .record(["count": .value, "last": .record(["lines": .list(of: .record(["name": .value]))])]),
        ]),
        "order": .record([
            "number": .value, "lines": .list(of: .record(["product": .record(["name": .value]), "cnt": .value])),
        ]),
        "event": .record(["name": .value, "context": .anything]),
    ])

    @Test func `variables are listed with what they are used for`() throws {
        let text = """
            {{ customer.first_name | default:customer.nick }}{% if order.number == "1" %}{{ order.number }}{% endif %}
            {% for line in order.lines | first:3 %}{{ line.product.name }}{{ loop.index }}{% for x in line.x %}{{ x }}{% endfor %}{% endfor %}
            {{ voucher:"spring" }}{{ order.lines[0].cnt }}{{ now }}
            """
        let template = try Template(text, as: .text)
        #expect(
            template.uses.map { $0.path.joined(separator: ".") } == [
                "customer.first_name", "customer.nick", "order.number", "order.number", "order.lines",
                "order.lines.[].product.name",
                "order.lines.[].x", "order.lines.[].x.[]", "order.lines.[].cnt",
            ])
        #expect(
            template.uses.map(\.purpose) == [
                .printed, .printed, .asked, .printed, .looped, .printed, .looped, .printed, .printed,
            ])
        #expect(template.uses.map(\.isOptional) == [true, false, true, false, false, false, false, false, false])
        #expect(template.calls.map(\.argument) == ["spring"])
    }

    @Test(arguments: [
        (
            "{{ customer.first_nme }}", TemplateFinding.Reason.unknownVariable, "customer.first_nme",
            "customer.first_name"
        ),
        ("{{ custmer.first_name }}", .unknownVariable, "custmer.first_name", "customer.first_name"),
        ("{{ order.zzz }}", .unknownVariable, "order.zzz", ""),
        ("{% if ordr.number %}x{% endif %}", .unknownVariable, "ordr.number", "order.number"),
        ("{% for l in order.lines %}{{ l.product.nmae }}{% endfor %}", .unknownVariable, "l.product.nmae", "name"),
        ("{% for l in order.number %}x{% endfor %}", .wrongShape, "order.number", ""),
        ("{{ order.number.x }}", .wrongShape, "order.number.x", ""),
        ("{{ customer }}", .wrongShape, "customer", ""),
        ("{{ order.lines.name }}", .wrongShape, "order.lines.name", ""),
        ("{% if order %}{% endif %}", .emptyBranch, "if", ""),
        ("{% for l in order.lines %}{% endfor %}", .emptyBranch, "for", ""),
        ("{% if order %}x{% else %}{% endif %}", .emptyBranch, "else", ""),
    ]) func `what reads wrong is found`(
        text: String, reason: TemplateFinding.Reason, subject: String, suggestion: String
    ) throws {
        let findings = try Template(text, as: .text).findings(against: schema)
        #expect(findings.map(\.reason) == [reason])
        #expect(findings.first?.subject == subject)
        #expect(findings.first?.suggestion ?? "" == suggestion)
    }

    @Test(arguments: [
        "{{ event.context.any.thing }}{% for x in event.context.list %}{{ x.y }}{% endfor %}",
        "{{ customer.orders.last.lines.first.name }}",
        "{{ order.lines | length }}{{ order.lines.length }}{{ now }}{% for l in order.lines %}{{ loop.index }}{{ l.cnt }}{% endfor %}",
    ]) func `what is known is not found`(text: String) throws {
        #expect(try Template(text, as: .text).findings(against: schema).isEmpty)
    }
}
