import Domain
import Testing

struct ConditionWordsTests {
    static let cases: [(String, String)] = [
        (#"{"all":[]}"#, "everybody"),
        (#"{"field":"orders.count","op":"gte","value":1}"#, "number of orders at least 1"),
        (#"{"field":"customer.city","op":"in","value":["Porto","Braga"]}"#, "city “Porto” or “Braga”"),
        (#"{"not":{"field":"customer.email","op":"is_set"}}"#, "not (email is known)"),
        (
            #"{"orders":{"where":{"all":[{"field":"status","op":"in","value":["completed"]},{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}}]},"have":{"measure":"count","op":"gte","value":3}}}"#,
            "at least 3 orders with status completed and date in the last 30 days"
        ),
        (#"{"orders":{"have":{"exactly":0}}}"#, "no order"),
        (
            #"{"orders":{"pick":"last","where":{"field":"value","op":"gt","value":20}}}"#,
            "the last order is one with value more than 20"
        ),
        (
            #"{"orders":{"have":{"measure":"median","field":"value","op":"lt","value":9.5},"where":{"field":"gift","op":"yes"}}}"#,
            "the median value of orders with gift is yes less than 9.5"
        ),
        (
            #"{"all":[{"segment":"vip"},{"any":[{"field":"rfm.r","op":"eq","value":5},{"field":"customer.birth_date","op":"anniversary_in","value":{"n":1,"unit":"week"}}]}]}"#,
            "in segment “vip” and (recency score is 5 or birth date has its anniversary in the next 1 week)"
        ),
        (
            #"{"orders":{"where":{"history":{"where":{"all":[{"field":"status","op":"in","value":["new"]},{"field":"stayed","op":"gt","value":{"n":3,"unit":"day"}}]}}}}}"#,
            "at least 1 order with at least 1 status it was in with order status it was in new and stayed more than 3 days"
        ),
        (
            #"{"events":{"where":{"all":[{"field":"name","op":"eq","value":"product_viewed"},{"field":"date","op":"in_last","value":{"n":7,"unit":"day"}},{"field":"context.color","op":"eq","value":"red"}]},"have":{"measure":"count","op":"gte","value":3}}}"#,
            "product viewed at least 3 times in the last 7 days with context color is “red”"
        ),
        (
            #"{"events":{"where":{"field":"name","op":"eq","value":"quiz_finished"},"have":{"exactly":0}}}"#,
            "quiz finished never"
        ),
        (
            #"{"containers":{"where":{"all":[{"field":"code","op":"eq","value":"cart"},{"field":"abandoned","op":"yes"},{"lines":{"where":{"field":"product.category","op":"eq","value":"tea"}}}]}}}"#,
            "whose cart is abandoned and holds at least 1 line with category is “tea”"
        ),
        (
            #"{"containers":{"where":{"field":"total","op":"gt","value":20},"have":{"exactly":0}}}"#,
            "no container with total value more than 20"
        ),
    ]

    @Test(arguments: cases)
    func `a tree is told in words`(text: String, words: String) throws {
        let context = ConditionContext.sample()
        #expect(ConditionWords(statuses: context.statuses).text(try Condition.parse(text, context)) == words)
    }
}
