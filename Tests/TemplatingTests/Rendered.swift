import Templating
import Testing

/// A shop's values as messages see them, small enough to know by heart.
let shop: TemplateFields = [
    "customer": [
        "first_name": "Ana", "last_name": "d'Ávila <b>", "email": "ana@shop.test", "phone": "+351 912", "empty": "",
        "orders": [
            "count": 2, "total": .money(tenThousandths: 1_234_567_891),
            "last": ["number": "T-17", "delivery": ["city": "Évora"]],
        ],
        "containers": ["cart": ["lines": []]],
    ],
    "order": [
        "number": "T-17", "total": .money(tenThousandths: 429_900), "date": .instant(milliseconds: 1_795_262_400_000),
        "day": .day(20_778), "weight": .number(TemplateNumber(count: 2500, places: 3)), "is_gift": true,
        "previous_status": "new",
        "lines": [
            [
                "name": "Tea & Cup", "cnt": 2, "price": .money(tenThousandths: 99_500),
                "url": "https://shop.test/p?id=1&v=2",
            ],
            ["name": "Pot", "cnt": 1, "price": .money(tenThousandths: 230_900), "url": "javascript:alert(1)"],
        ],
        "tags": ["red", "blue", "green"],
    ],
    "event": [
        "name": "viewed", "context": ["page": ["title": "Tea"], "odd key": "odd", "at": "2026-11-21T12:00:00Z"],
    ],
    "links": ["unsubscribe": "https://shop.test/u?t=a%20b&x=1"],
]

/// Values with a macro that takes an argument.
final class Vouchers: TemplateRecord {
    func value(_ name: String) -> TemplateValue { shop.value(name) }

    func call(_ macro: String, _ argument: String) -> TemplateValue {
        macro == "voucher" && argument == "spring" ? "SPRING-1" : .missing
    }
}

let noon = TemplateSettings(now: 1_795_262_400_000)

func rendering(
    _ text: String, _ kind: TemplateKind = .text, blocks: [String: String] = [:],
    values: any TemplateRecord = Vouchers(), _ settings: TemplateSettings = noon
) throws -> Rendering {
    try Template(text, as: kind, blocks: blocks).render(values, settings)
}

/// The faults of a template; none where it has none.
func faults(_ text: String, _ kind: TemplateKind = .text, blocks: [String: String] = [:]) -> [TemplateFault] {
    do throws(TemplateFaults) {
        _ = try Template(text, as: kind, blocks: blocks)
        return []
    } catch {
        return error.all
    }
}
