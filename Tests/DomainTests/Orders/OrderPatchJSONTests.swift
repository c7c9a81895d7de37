import Domain
import Foundation
import TestSupport
import Testing

struct OrderPatchJSONTests {
    private static let reading = ReadingContext(zone: TimeZone(identifier: "Europe/Lisbon") ?? .gmt)

    private func decode(_ text: String) throws -> OrderPatch {
        try JSONReader.read(Array(text.utf8)) { try OrderPatch.decode(&$0, Self.reading) }
    }

    /// What is wrong, as `pointer code`, below `/data/attributes`.
    private func faults(_ text: String) -> [String] {
        do {
            _ = try decode(text)
            return []
        } catch let faults as Faults {
            return faults.all.map { "\($0.pointer.replacing("/data/attributes", with: "")) \($0.code)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: [
        (#"{}"#, ["/external_id required"]),
        (#"[]"#, [" not_an_object"]),
        (#""x""#, [" not_an_object"]),
        (#"{"external_id":""}"#, ["/external_id required"]),
        (#"{"external_id":null}"#, ["/external_id required"]),
        (#"{"external_id":7}"#, ["/external_id not_a_string"]),
        (#"{"external_id":"a\tb"}"#, ["/external_id control_character"]),
        (#"{"external_id":"1","client_external_id":null}"#, ["/client_external_id required"]),
        (#"{"external_id":"1","wrong":1}"#, ["/wrong unknown_attribute"]),
        (#"{"external_id":"1","a/b~c":1}"#, ["/a~1b~0c unknown_attribute"]),
        (
            #"{"external_id":"1","payment":{"wrong":1,"total":"5"}}"#,
            ["/payment/wrong unknown_attribute", "/payment/total not_a_number"]
        ),
        (#"{"external_id":"1","delivery":[]}"#, ["/delivery not_an_object"]),
        (#"{"external_id":"1","delivery":"x"}"#, ["/delivery not_an_object"]),
        (#"{"external_id":"1","items":{}}"#, ["/items not_a_list"]),
        (#"{"external_id":"1","items":[1]}"#, ["/items/0 not_an_object"]),
        (
            #"{"external_id":"1","items":[{"external_id":"a"},{"external_id":"a"}]}"#,
            ["/items/1/external_id duplicate_line"]
        ),
        (#"{"external_id":"1","items":[{"external_id":"2"},{}]}"#, ["/items/1/external_id duplicate_line"]),
        (
            #"{"external_id":"1","items":[{"cnt":-1,"quantity":-0.5,"weight":1}]}"#,
            ["/items/0/cnt negative", "/items/0/quantity negative", "/items/0/weight unknown_attribute"]
        ),
        (#"{"external_id":"1","items_cnt":-1}"#, ["/items_cnt negative"]),
        (#"{"external_id":"1","items_cnt":0.0000001}"#, ["/items_cnt too_precise"]),
        (#"{"external_id":"1","items_sum":"12"}"#, ["/items_sum not_a_number"]),
        (#"{"external_id":"1","items_sum":true}"#, ["/items_sum not_a_number"]),
        (#"{"external_id":"1","items_sum":{}}"#, ["/items_sum not_a_number"]),
        (#"{"external_id":"1","items_sum":1e400}"#, ["/items_sum out_of_range"]),
        (#"{"external_id":"1","items_sum":123456789012345678901234567890}"#, ["/items_sum out_of_range"]),
        (#"{"external_id":"1","items_sum":0.30000000000000004}"#, ["/items_sum too_precise"]),
        (#"{"external_id":"1","date":"2023-02-30"}"#, ["/date not_a_date_time"]),
        (#"{"external_id":"1","date":"2023-02-30 10:00:00"}"#, ["/date not_a_date_time"]),
        (#"{"external_id":"1","date":1700000000}"#, ["/date not_a_string"]),
        (#"{"external_id":"1","delivery":{"date":"2023-02-30"}}"#, ["/delivery/date not_a_date"]),
        (#"{"external_id":"1","delivery":{"date":"30.02.2023"}}"#, ["/delivery/date not_a_date"]),
        (#"{"external_id":"1","number":5}"#, ["/number not_a_string"]),
        (#"{"external_id":"1","actions":["a","b,c"]}"#, ["/actions comma_in_list"]),
        (#"{"external_id":"1","actions":[1]}"#, ["/actions not_a_string"]),
        (#"{"external_id":"1","metadata":[]}"#, ["/metadata not_an_object"]),
        (#"{"external_id":"1","number":"a","number":"a"}"#, ["/number duplicate_key"]),
        (#"{"external_id":"1","external_id":"2"}"#, ["/external_id duplicate_key"]),
        (#"{"external_id":"1","payment":{"total":1,"total":2}}"#, ["/payment/total duplicate_key"]),
        (#"{"external_id":"1","items":[{"cnt":1,"cnt":1}]}"#, ["/items/0/cnt duplicate_key"]),
        (#"{"external_id":"1","updated_at":"now"}"#, ["/updated_at not_a_date_time"]),
        (
            #"{"number":1,"items_sum":"x","date":"y","bad":0}"#,
            [
                "/number not_a_string", "/items_sum not_a_number", "/date not_a_date_time", "/bad unknown_attribute",
                "/external_id required",
            ]
        ),
    ])
    func `everything wrong is named at once, with its place`(text: String, expected: [String]) {
        #expect(faults(text) == expected)
    }

    @Test func `texts have their limits in characters, not bytes`() {
        let (short, long) = (String(repeating: "é", count: 255), String(repeating: "é", count: 256))
        #expect(faults(#"{"external_id":"\#(short)"}"#) == [])
        #expect(faults(#"{"external_id":"\#(long)"}"#) == ["/external_id too_long"])
        #expect(
            faults(#"{"external_id":"1","delivery":{"note":"\#(String(repeating: "x", count: 4001))"}}"#) == [
                "/delivery/note too_long"
            ])
        #expect(
            faults(#"{"external_id":"1","metadata":{"k":"\#(String(repeating: "x", count: 16 * 1024))"}}"#) == [
                "/metadata too_long"
            ])
        #expect(
            faults(#"{"external_id":"1","metadata":{"k":"\#(String(repeating: "x", count: 16 * 1024 - 8))"}}"#) == [])
    }

    @Test func `an order has at most a thousand lines`() {
        let lines = (0...1000).map { #"{"external_id":"\#($0)"}"# }
        #expect(faults(#"{"external_id":"1","items":[\#(lines.joined(separator: ","))]}"#) == ["/items too_many"])
        #expect(faults(#"{"external_id":"1","items":[\#(lines.dropLast().joined(separator: ","))]}"#) == [])
    }

    @Test func `absent leaves, null and the empty text clear`() throws {
        let patch = try decode(
            #"{"external_id":"1","number":"","items_sum":null,"items_cnt":"","metadata":null,"status_code":null,"delivery":{"city":"","status_code":""}}"#
        )
        #expect(patch.customerExternalID == .keep)
        #expect(patch.date == .keep)
        #expect(patch.lines == nil)
        #expect(patch.metadata == .clear)
        #expect(patch.statuses == [.general: .clear, .delivery: .clear])
        #expect(patch.fields.entries.map(\.field) == [.number, .itemsSum, .itemsCount, .deliveryCity])
        #expect(patch.fields.entries.allSatisfy { $0.value == nil })
    }

    @Test func `a block that is null clears each of its keys`() throws {
        let patch = try decode(#"{"external_id":"1","payment":null}"#)
        #expect(patch.statuses == [.payment: .clear])
        #expect(
            Set(patch.fields.entries.map(\.field)) == Set(OrderField.allCases.filter { $0.path.hasPrefix("payment.") }))
    }

    @Test func `values keep their exact amounts, times their zone, lists their commas`() throws {
        let patch = try decode(
            #"""
            {"external_id":"1","date":"2020-07-03 17:30:22","items_sum":200.3,"items_cnt":1e0,"actions":["two","for","one"],
             "updated_at":"2020-07-03T17:30:22Z","metadata":{"a":[1.50,"x"]},
             "items":[{"product_external_id":"789","quantity":0.25,"sum":119.99},{"external_id":"x"}]}
            """#
        )
        #expect(patch.date == .set(Instant(milliseconds: 1_593_793_822_000)))
        #expect(patch.reportedAt == Instant(milliseconds: 1_593_797_422_000))
        #expect(patch.metadata == .set(#"{"a":[1.50,"x"]}"#))
        var values = FieldValues<OrderField>()
        patch.fields.apply(to: &values)
        #expect(values.money(.itemsSum) == Money(tenThousandths: 2_003_000))
        #expect(values.quantity(.itemsCount) == .units(1))
        #expect(values.text(.actions) == "two,for,one")
        let lines = try #require(patch.lines)
        #expect(lines.map(\.externalID) == ["1", "x"])
        var line = FieldValues<LineField>()
        lines[0].fields.apply(to: &line)
        #expect(line.quantity(.weight) == Quantity(millionths: 250_000))
        #expect(line.money(.sum) == Money(tenThousandths: 1_199_900))
        #expect(line.text(.product) == "789")
    }

    @Test(arguments: [
        (#"{"status_code":"a"}"#, [OrderStatusType.general: Patch.set("a")], []),
        (#"{"delivery.status_code":"b","payment.status_code":""}"#, [.delivery: .set("b"), .payment: .clear], []),
        (
            #"{"delivery":{"status_code":"b"},"payment":{"status_code":null}}"#,
            [.delivery: .set("b"), .payment: .clear], []
        ),
        (#"{}"#, [:], ["/status_code required"]),
        (#"5"#, [:], [" not_an_object"]),
        (#"{"status_code":5}"#, [:], ["/status_code not_a_string"]),
        (#"{"number":"1"}"#, [:], ["/number unknown_attribute"]),
        (#"{"delivery":{"city":"x"}}"#, [:], ["/delivery/city unknown_attribute"]),
        (#"{"delivery":{"status_code":"b"},"delivery.status_code":"b"}"#, [:], ["/delivery/status_code duplicate_key"]),
        (
            #"{"status_code":"a","date":"2020-01-01T00:00:00Z","date":"2021-01-01T00:00:00Z"}"#, [:],
            ["/date duplicate_key"]
        ),
        (#"{"status_code":"a","date":"never"}"#, [:], ["/date not_a_date_time"]),
    ])
    func `statuses are named flat or in their blocks`(
        text: String, statuses: [OrderStatusType: Patch<String>], expected: [String]
    ) throws {
        do {
            let patch = try JSONReader.read(Array(text.utf8)) { try StatusPatch.decode(&$0, Self.reading) }
            #expect(patch.statuses == statuses)
            #expect(expected.isEmpty)
        } catch let faults as Faults {
            #expect(faults.all.map { "\($0.pointer.replacing("/data/attributes", with: "")) \($0.code)" } == expected)
        }
    }
}
