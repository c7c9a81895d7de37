import Database
import Domain
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

/// Bad input gets the clear answer of the spec; nothing crashes, nothing is half stored.
struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var path = "/api/orders"
        var bytes: [UInt8]
        var status: Int
        /// The problem's code, or `pointer code` of its errors below the attributes.
        var says: [String]

        init(_ name: String, _ body: String, _ status: Int, _ says: String...) {
            (self.name, bytes, self.status, self.says) = (name, Array(body.utf8), status, says)
        }

        init(_ name: String, bytes: [UInt8], _ status: Int, _ says: String...) {
            (self.name, self.bytes, self.status, self.says) = (name, bytes, status, says)
        }

        var testDescription: String { name }
    }

    private static func order(_ rest: String, id: String = "o-9", customer: String = "c-1") -> String {
        envelope(#"{"external_id":"\#(id)","client_external_id":"\#(customer)"\#(rest.isEmpty ? "" : ",")\#(rest)}"#)
    }

    private static let malformed: [Case] = [
        Case("nothing", "", 400, "malformed_json"), Case("space", "  \n", 400, "malformed_json"),
        Case("half an object", #"{"data":{"attributes":{"external_id":"1""#, 400, "malformed_json"),
        Case("something after", order("") + "x", 400, "malformed_json"),
        Case("two documents", order("") + order(""), 400, "malformed_json"),
        Case("a comma too much", order(#""number":"1","#), 400, "malformed_json"),
        Case("single quotes", "{'data':{}}", 400, "malformed_json"),
        Case("NaN", order(#""items_sum":NaN"#), 400, "malformed_json"),
        Case("Infinity", order(#""items_sum":-Infinity"#), 400, "malformed_json"),
        Case("a leading zero", order(#""items_sum":012"#), 400, "malformed_json"),
        Case("a plus", order(#""items_sum":+1"#), 400, "malformed_json"),
        Case("a lone surrogate", order(#""number":"\ud800""#), 400, "malformed_json"),
        Case("a low surrogate", order(#""number":"\udc00x""#), 400, "malformed_json"),
        Case("U+0000", order(#""number":"\u0000""#), 400, "malformed_json"),
        Case("a raw control character", order("\"number\":\"\u{1}\""), 400, "malformed_json"),
        Case(
            "not UTF-8", bytes: Array(order(#""number":""#).utf8.dropLast(2)) + [0xff, 0x22, 0x7d, 0x7d, 0x7d], 400,
            "malformed_json"),
        Case(
            "UTF-16", bytes: Array(order("").utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }), 400,
            "malformed_json"),
        Case("a byte order mark", bytes: [0xef, 0xbb, 0xbf] + Array(order("").utf8), 400, "malformed_json"),
        Case("nested 100,000 deep", String(repeating: "[", count: 100_000), 400, "wrong_envelope"),
        Case(
            "metadata nested too deep",
            order(
                #""metadata":"# + String(repeating: #"{"a":"#, count: 100) + "1" + String(repeating: "}", count: 100)),
            400, "malformed_json"),
        Case("a number", "5", 400, "wrong_envelope"), Case("null", "null", 400, "wrong_envelope"),
        Case("a list", "[]", 400, "wrong_envelope"),
        Case("an empty object", "{}", 400, "wrong_envelope"),
        Case("no attributes", #"{"data":{}}"#, 400, "wrong_envelope"),
        Case("data is text", #"{"data":"x"}"#, 400, "wrong_envelope"),
        Case("data is null", #"{"data":null}"#, 400, "wrong_envelope"),
        Case("no envelope", #"{"external_id":"o-9","client_external_id":"c-1"}"#, 400, "wrong_envelope"),
        Case("a key beside data", #"{"data":{"attributes":{}},"extra":1}"#, 400, "wrong_envelope"),
        Case("a key beside attributes", #"{"data":{"attributes":{},"extra":1}}"#, 400, "wrong_envelope"),
        Case("data twice", #"{"data":{"attributes":{}},"data":{"attributes":{}}}"#, 400, "wrong_envelope"),
        Case("attributes twice", #"{"data":{"attributes":{},"attributes":{}}}"#, 400, "wrong_envelope"),
        Case("meta is text", envelope("{}", meta: "\"x\""), 400, "wrong_envelope"),
        Case("an unknown meta", envelope("{}", meta: #"{"x":1}"#), 400, "wrong_envelope"),
        Case("skip_triggers is text", envelope("{}", meta: #"{"skip_triggers":"yes"}"#), 400, "wrong_envelope"),
        Case("a list of lists", #"{"data":[[]]}"#, 400, "wrong_envelope"),
    ]

    private static let refused: [Case] = [
        Case("attributes are a list", envelope("[]"), 422, " not_an_object"),
        Case("no id", envelope(#"{"client_external_id":"c-1"}"#), 422, "/external_id required"),
        Case(
            "an id of 300 characters", order("", id: String(repeating: "x", count: 300)), 422, "/external_id too_long"),
        Case("an id of 300 emoji", order("", id: String(repeating: "😀", count: 300)), 422, "/external_id too_long"),
        Case("an id with a control character", order("", id: #"a\u0007b"#), 422, "/external_id control_character"),
        Case("an id with a line break", order("", id: #"a\nb"#), 422, "/external_id control_character"),
        Case(
            "an id that is a number", envelope(#"{"external_id":9,"client_external_id":"c-1"}"#), 422,
            "/external_id not_a_string"),
        Case("an unknown customer", order("", customer: "nobody"), 422, "/client_external_id unknown_customer"),
        Case("no customer", envelope(#"{"external_id":"o-9"}"#), 422, "/client_external_id required"),
        Case(
            "a customer of 300 characters", order("", customer: String(repeating: "x", count: 300)), 422,
            "/client_external_id too_long"),
        Case("an unknown status", order(#""status_code":"nope""#), 422, "/status_code unknown_status"),
        Case(
            "a status of another type", order(#""payment":{"status_code":"completed"}"#), 422,
            "/payment/status_code unknown_status"),
        Case(
            "several unknown statuses",
            order(#""status_code":"x","delivery":{"status_code":"y"},"payment":{"status_code":"z"}"#), 422,
            "/status_code unknown_status", "/delivery/status_code unknown_status", "/payment/status_code unknown_status"
        ),
        Case("an unknown attribute", order(#""colour":"red""#), 422, "/colour unknown_attribute"),
        Case(
            "unknown attributes everywhere", order(#""a":1,"delivery":{"b":1},"payment":{"c":1},"items":[{"d":1}]"#),
            422,
            "/a unknown_attribute", "/delivery/b unknown_attribute", "/payment/c unknown_attribute",
            "/items/0/d unknown_attribute"),
        Case("1e400", order(#""items_sum":1e400"#), 422, "/items_sum out_of_range"),
        Case("-1e400", order(#""payment":{"total":-1e400}"#), 422, "/payment/total out_of_range"),
        Case("30 digits", order(#""items_sum":123456789012345678901234567890"#), 422, "/items_sum out_of_range"),
        Case("five decimals", order(#""items_sum":1.00001"#), 422, "/items_sum too_precise"),
        Case("the sum of 0.1 and 0.2", order(#""items_sum":0.30000000000000004"#), 422, "/items_sum too_precise"),
        Case("money in quotes", order(#""items_sum":"12.50""#), 422, "/items_sum not_a_number"),
        Case("money is true", order(#""items_sum":true"#), 422, "/items_sum not_a_number"),
        Case("money is a list", order(#""items_sum":[1]"#), 422, "/items_sum not_a_number"),
        Case("a negative count", order(#""items_cnt":-1"#), 422, "/items_cnt negative"),
        Case(
            "a negative quantity and weight", order(#""items":[{"cnt":-1,"quantity":-0.001}]"#), 422,
            "/items/0/cnt negative", "/items/0/quantity negative"),
        Case("2023-02-30", order(#""date":"2023-02-30 10:00:00""#), 422, "/date not_a_date_time"),
        Case("a date alone", order(#""date":"2023-02-03""#), 422, "/date not_a_date_time"),
        Case("a timestamp", order(#""date":1688400000"#), 422, "/date not_a_string"),
        Case("25 o'clock", order(#""date":"2023-02-03T25:00:00Z""#), 422, "/date not_a_date_time"),
        Case("a day that is none", order(#""delivery":{"date":"2023-02-30"}"#), 422, "/delivery/date not_a_date"),
        Case("a key twice", order(#""number":"1","number":"2""#), 422, "/number duplicate_key"),
        Case("a key twice, once escaped", order(#""number":"1","n\u0075mber":"2""#), 422, "/number duplicate_key"),
        Case(
            "two lines with one id", order(#""items":[{"external_id":"a"},{"external_id":"a"}]"#), 422,
            "/items/1/external_id duplicate_line"),
        Case("lines are an object", order(#""items":{}"#), 422, "/items not_a_list"),
        Case("a line is a number", order(#""items":[5]"#), 422, "/items/0 not_an_object"),
        Case(
            "too many lines",
            order(#""items":[\#((0...1000).map { #"{"external_id":"\#($0)"}"# }.joined(separator: ","))]"#), 422,
            "/items too_many"),
        Case("metadata is text", order(#""metadata":"x""#), 422, "/metadata not_an_object"),
        Case(
            "metadata of 17 KB", order(#""metadata":{"k":"\#(String(repeating: "x", count: 17_000))"}"#), 422,
            "/metadata too_long"),
        Case(
            "text is a number", order(#""number":7,"unit":[],"card":{}"#), 422, "/number not_a_string",
            "/unit not_a_string", "/card not_a_string"),
        Case(
            "everything at once",
            envelope(#"{"client_external_id":5,"date":"x","items_sum":"y","items":[{"cnt":-1}],"z":0}"#), 422,
            "/client_external_id not_a_string", "/date not_a_date_time", "/items_sum not_a_number",
            "/items/0/cnt negative", "/z unknown_attribute", "/external_id required"),
    ]

    /// Everything that is kept of orders, and what hangs on them.
    private static func kept(_ services: Services) throws -> [Int64] {
        try services.engine.read { tx in
            try ["orders", "order_key", "order_line", "order_change", "event", "customer", "order_status", "product"]
                .map { table in
                    try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)")) { $0.integer(0) } ?? -1
                }
        }
    }

    @Test(arguments: malformed + refused)
    func `bad orders get a clear answer, and nothing is stored`(sent: Case) async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        try await withAPI(services) { api in
            let before = try Self.kept(services)
            let answer = try await api.send(.post, sent.path, bytes: sent.bytes)
            #expect(answer.status == sent.status, "\(answer.text)")
            #expect(answer.header("Content-Type") == "application/problem+json")
            let problem = try answer.json()
            #expect(problem["status"]?.number == Double(sent.status))
            #expect(problem["instance"]?.text == sent.path)
            #expect(problem["title"]?.text?.isEmpty == false)
            #expect(problem["detail"]?.text?.isEmpty == false)
            #expect(problem["request_id"]?.text == answer.header("X-Request-ID"))
            let said =
                sent.status == 422
                ? try answer.errors().map { $0.replacing("/data/attributes", with: "") } : [try answer.code() ?? ""]
            #expect(said == sent.says)
            #expect(try Self.kept(services) == before)
            #expect(services.orders.count == 0)
            // The server goes on.
            #expect(try await api.post("/api/orders", Self.order("")).status == 201)
        }
    }

    private static let others: [(String, String, [String])] = [
        (
            "/api/customers",
            #"{"external_id":"x","email":"nobody","phone":"0912","birth_date":"2001-02-29","consents":{"email":"maybe"},"time_zone":"Mars/Base","registered_at":"x","wrong":1}"#,
            [
                "email not_an_email", "phone not_a_phone", "birth_date not_a_date", "consents/email not_a_choice",
                "time_zone not_a_time_zone", "registered_at not_a_date_time", "wrong unknown_attribute",
            ]
        ),
        (
            "/api/customers", #"{"external_id":"x","external_id":"y","consents":5}"#,
            ["external_id duplicate_key", "consents not_an_object"]
        ),
        ("/api/customers", #"{"email":"a@b.c"}"#, ["external_id required"]),
        (
            "/api/products",
            #"{"external_id":"x","price":-1,"stock":-1,"url":"javascript:alert(1)","image_url":"ftp://x","name":7}"#,
            ["price negative", "stock negative", "url not_a_url", "image_url not_a_url", "name not_a_string"]
        ),
        (
            "/api/order-statuses", #"{"type":"weird","code":"a b","name":"","color":"rainbow","archived":1,"wrong":1}"#,
            [
                "type not_a_choice", "color not_a_choice", "archived not_a_boolean", "wrong unknown_attribute",
                "code not_a_code",
            ]
        ),
        ("/api/order-statuses", #"{"name":"x"}"#, ["type required"]),
        ("/api/order-statuses", #"{"type":"general"}"#, ["code required", "name required"]),
        ("/api/order-statuses", "[]", [" not_an_object"]), ("/api/customers", "5", [" not_an_object"]),
        ("/api/products", "null", [" not_an_object"]),
    ]

    @Test(arguments: others)
    func `so do bad customers, products and statuses`(path: String, attributes: String, says: [String]) async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            let before = try Self.kept(services)
            let answer = try await api.post(path, envelope(attributes))
            #expect(answer.status == 422, "\(answer.text)")
            #expect(
                try answer.errors().map {
                    $0.replacing("/data/attributes/", with: "").replacing("/data/attributes", with: "")
                } == says)
            #expect(try Self.kept(services) == before)
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    func `a body that says to be something else is not taken`(type: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.post("/api/orders", Self.order(""), headers: ["Content-Type": type])
            #expect(answer.status == 415)
            #expect(try answer.code() == "not_json")
        }
    }

    @Test func `a body that is too large is not taken`() async throws {
        var settings = WebSettings()
        settings.maxBodyBytes = 10_000
        let services = try await Services.test()
        try await withAPI(services, settings: settings) { api in
            let answer = try await api.post(
                "/api/orders", Self.order(#""metadata":{"k":"\#(String(repeating: "x", count: 10_000))"}"#))
            #expect(answer.status == 413)
            #expect(try answer.code() == "body_too_large")
        }
    }

    @Test func `long and strange texts are kept as they came`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        try await withAPI(services) { api in
            let id = String(repeating: "é", count: 250) + "/😀%"
            let answer = try await api.post(
                "/api/orders", Self.order(#""number":"<b>\"&\\u2028","metadata":{"漢":[1e400,-0]}"#, id: id))
            #expect(answer.status == 201)
            let link = try #require(answer.header("Location"))
            let order = try await api.get(link)
            #expect(order.text.contains(#""id":"\#(id)""#))
            #expect(order.text.contains(#""metadata":{"漢":[1e400,-0]}"#))
        }
    }
}
