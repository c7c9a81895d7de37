import Domain
import Testing

struct ConditionParsingTests {
    /// Trees as people write them, each with how it is written back; nil where it stays the same.
    static let taken: [(String, String?)] = [
        (#"{"all":[]}"#, nil),
        (#"{"any":[{"segment":"vip"},{"not":{"field":"customer.email","op":"is_set"}}]}"#, nil),
        (
            #"{ "op" : "gte", "value" : 1.0, "field" : "orders.count" }"#,
            #"{"field":"orders.count","op":"gte","value":1}"#
        ),
        (
            #"{"field":"orders.total","op":"between","value":[1e2,100.50]}"#,
            #"{"field":"orders.total","op":"between","value":[100,100.5]}"#
        ),
        (#"{"field":"customer.city","op":"in","value":["Porto","Braga"]}"#, nil),
        (#"{"field":"customer.tier","op":"not_in","value":["gold"]}"#, nil),
        (#"{"field":"customer.birth_date","op":"anniversary_in","value":{"n":7,"unit":"day"}}"#, nil),
        (#"{"field":"customer.registered_at","op":"this","value":{"unit":"month"}}"#, nil),
        (
            #"{"field":"customer.registered_at","op":"previous","value":{"unit":"week"}}"#,
            #"{"field":"customer.registered_at","op":"previous","value":{"n":1,"unit":"week"}}"#
        ),
        (#"{"field":"customer.registered_at","op":"before","value":"2026-01-31"}"#, nil),
        (
            #"{"field":"customer.registered_at","op":"after","value":"2026-01-31T10:00:00+01:00"}"#,
            #"{"field":"customer.registered_at","op":"after","value":"2026-01-31T09:00:00.000Z"}"#
        ),
        (#"{"field":"last_order.payment.status","op":"in","value":["paid"]}"#, nil),
        (#"{"orders":{}}"#, nil),
        (#"{"orders":{"have":{"measure":"count","op":"gte","value":1}}}"#, #"{"orders":{}}"#),
        (#"{"orders":{"have":{"measure":"count","op":"eq","value":0}}}"#, #"{"orders":{"have":{"exactly":0}}}"#),
        (
            #"{"orders":{"have":{"field":"value","measure":"median","op":"gt","value":20.5},"pick":"last","where":{"field":"gift","op":"yes"}}}"#,
            nil
        ),
        (
            #"{"orders":{"where":{"all":[{"field":"status","op":"in","value":["completed"]},{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}},{"lines":{"where":{"field":"product_external_id","op":"eq","value":"789"}}}]}}}"#,
            nil
        ),
        (
            #"{"orders":{"where":{"history":{"where":{"all":[{"field":"status","op":"in","value":["new"]},{"field":"stayed","op":"gt","value":{"n":3,"unit":"day"}}]}}}}}"#,
            nil
        ),
        (
            #"{"lines":{"have":{"field":"size","measure":"avg","op":"lt","value":2.5},"where":{"field":"product.material","op":"contains","value":"silk"}}}"#,
            nil
        ),
        (#"{"receipts":{"where":{"lines":{"where":{"field":"product.category","op":"eq","value":"tea"}}}}}"#, nil),
        (#"{"orders":{"where":{"field":"pickup_at","op":"gte","value":"18:30"}}}"#, nil),
        (#"{"field":"rfm.r","op":"gte","value":4}"#, nil),
    ]

    @Test(arguments: taken)
    func `a tree is written back in the same words`(text: String, canonical: String?) throws {
        let condition = try Condition.parse(text, .sample())
        #expect(condition.text == canonical ?? text)
        #expect(try Condition.parse(condition.text, .sample()) == condition)
    }

    static let refused: [(String, [String])] = [
        ("[]", [" not_an_object"]),
        ("{}", [" required"]),
        (#"{"every":[]}"#, ["/every unknown_block"]),
        (#"{"messages":{}}"#, ["/messages unknown_block"]),
        (#"{"events":{"where":{"field":"context.","op":"eq","value":"1"}}}"#, ["/events/where/field required"]),
        (#"{"events":{"where":{"field":"context.a..b","op":"eq","value":"1"}}}"#, ["/events/where/field invalid"]),
        (#"{"field":"context.a","op":"eq","value":"1"}"#, ["/field unknown_field"]),
        (#"{"all":{}}"#, ["/all not_a_list"]),
        (#"{"all":[],"any":[]}"#, ["/any unknown_attribute"]),
        (
            #"{"all":[{"field":"x","op":"eq","value":1},{"field":"customer.city","op":"gt","value":"a"}]}"#,
            ["/all/0/field unknown_field", "/all/1/op unknown_operator"]
        ),
        (#"{"field":"orders.attributed_count","op":"eq","value":1}"#, ["/field unknown_field"]),
        (#"{"field":"customer.city"}"#, ["/op required"]),
        (#"{"field":"customer.city","op":"eq"}"#, ["/value required"]),
        (#"{"field":"customer.city","op":"eq","value":3}"#, ["/value not_a_string"]),
        (#"{"field":"customer.city","op":"is_set","value":3}"#, ["/value not_here"]),
        (#"{"field":"customer.city","op":"in","value":["a",3]}"#, ["/value/1 not_a_string"]),
        (#"{"field":"customer.city","op":"eq","value":"a","extra~/":1}"#, ["/extra~0~1 unknown_attribute"]),
        (#"{"field":"customer.city","field":"customer.city","op":"is_set"}"#, ["/field duplicate_key"]),
        (#"{"field":"customer.tier","op":"in","value":["tin"]}"#, ["/value/0 not_a_choice"]),
        (#"{"field":"orders.count","op":"eq","value":1.5}"#, ["/value not_an_integer"]),
        (#"{"field":"orders.total","op":"eq","value":"1"}"#, ["/value not_a_number"]),
        (#"{"field":"orders.total","op":"eq","value":1.00001}"#, ["/value too_precise"]),
        (#"{"field":"orders.total","op":"between","value":[2,1]}"#, ["/value not_a_range"]),
        (#"{"field":"orders.last_date","op":"on","value":"2026-02-29"}"#, ["/value not_a_date"]),
        (#"{"field":"orders.last_date","op":"in_last","value":{"n":0,"unit":"day"}}"#, ["/value/n out_of_range"]),
        (#"{"field":"orders.last_date","op":"in_last","value":{"n":1,"unit":"days"}}"#, ["/value/unit not_a_choice"]),
        (#"{"field":"orders.last_date","op":"in_last","value":{"unit":"day"}}"#, ["/value/n required"]),
        (#"{"field":"orders.last_date","op":"this","value":{"n":1,"unit":"day"}}"#, ["/value/n unknown_attribute"]),
        (
            #"{"field":"orders.last_date","op":"anniversary_in","value":{"n":1,"unit":"hour"}}"#,
            ["/value/unit not_a_choice"]
        ),
        (#"{"segment":"nobody"}"#, ["/segment unknown_segment"]),
        (#"{"orders":{"where":{"segment":"vip"}}}"#, ["/orders/where/segment not_here"]),
        (#"{"orders":{"where":{"field":"customer.city","op":"is_set"}}}"#, ["/orders/where/field unknown_field"]),
        (
            #"{"orders":{"where":{"field":"status","op":"in","value":["gone"]}}}"#,
            ["/orders/where/value/0 unknown_status"]
        ),
        (
            #"{"orders":{"have":{"measure":"sum","op":"gt","value":1},"pick":"middle","if":1}}"#,
            ["/orders/have/field required", "/orders/pick not_a_choice", "/orders/if unknown_attribute"]
        ),
        (
            #"{"orders":{"have":{"measure":"sum","field":"status","op":"gt","value":1}}}"#,
            ["/orders/have/field not_a_number"]
        ),
        (#"{"orders":{"have":{"exactly":-1.5}}}"#, ["/orders/have/exactly not_an_integer"]),
        (#"{"lines":{"where":{"lines":{}}}}"#, ["/lines/where/lines unknown_block"]),
        (
            #"{"orders":{"where":{"history":{"where":{"field":"stayed","op":"gt","value":{"n":1,"unit":"month"}}}}}}"#,
            ["/orders/where/history/where/value/unit not_a_choice"]
        ),
    ]

    @Test(arguments: refused)
    func `each fault is told with its place`(text: String, faults: [String]) throws {
        #expect(try Condition.faults(text) == faults)
    }

    @Test func `groups and blocks nest eight deep`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"not":"#, count: depth) + #"{"field":"customer.city","op":"is_set"}"#
                + String(repeating: "}", count: depth)
        }
        #expect(try Condition.faults(nested(8)) == [])
        #expect(try Condition.faults(nested(9)) == ["/not/not/not/not/not/not/not/not too_deep"])
        let block = #"{"orders":{"where":{"lines":{"where":{"field":"sum","op":"is_set"}}}}}"#
        let six = String(repeating: #"{"all":["#, count: 6) + block + String(repeating: "]}", count: 6)
        #expect(try Condition.faults(six) == [])
        #expect(try Condition.faults(#"{"all":[\#(six)]}"#).map { $0.hasSuffix("too_deep") } == [true])
    }

    @Test func `a tree has a hundred conditions at most`() throws {
        let one = #"{"field":"customer.city","op":"is_set"}"#
        func tree(_ count: Int) -> String {
            #"{"all":["# + Array(repeating: one, count: count).joined(separator: ",") + "]}"
        }
        #expect(try Condition.faults(tree(100)) == [])
        #expect(try Condition.faults(tree(101)) == ["/all/100 too_many"])
    }

    @Test func `segments that name each other in a circle are found`() throws {
        let trees: [String: Condition] = ["b": .segment("c"), "c": .all([.not(.segment("a"))]), "d": .segment("d2")]
        #expect(
            Condition.any([.segment("d"), .segment("b")]).circle(through: "a") { trees[$0] } == ["a", "b", "c", "a"])
        #expect(Condition.segment("d").circle(through: "a") { trees[$0] } == nil)
        #expect(Condition.segment("a").circle(through: "a") { trees[$0] } == ["a", "a"])
    }

    @Test func `every field has operators, and every operator belongs to a field`() {
        let context = ConditionContext.sample()
        var unused = Set(ConditionOperator.allCases)
        for field in context.registry.fields {
            #expect(!field.type.operators.isEmpty, "\(field.code)")
            unused.subtract(field.type.operators)
            #expect(context.registry.field(field.scope, code: field.code)?.source == field.source, "\(field.code)")
        }
        #expect(unused.isEmpty)
    }
}
