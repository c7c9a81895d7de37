import Domain
import Foundation
import Testing

struct TrackerBodyTests {
    private static let visitor = "2f1c0000000000000000000000000000"

    private func read(_ events: String, sent: Int64 = 1_767_225_600_000) -> [Result<TrackedMessage, TrackedRefusal>] {
        TrackerBody.messages(in: #"{"sent":\#(sent),"source":"online_store","events":[\#(events)]}"#, .sample)
    }

    private func one(_ members: String) throws -> TrackedMessage {
        let event = """
            {"id":"0mjukv2o0000f3a91c5d2e8b7604","visitor":"\(Self.visitor)","session":"9b04d1c2aa63f0e7",\
            "time":1767225599000,\(members)}
            """
        return try #require(read(event).first).get()
    }

    @Test func `who, when and where are read of every event`() throws {
        let message = try one(#""type":"page","url":"https://shop.example/?a=1","title":"Larkspur","referrer":"""#)
        #expect(message.id == "0mjukv2o0000f3a91c5d2e8b7604")
        #expect(message.visitor == Self.visitor)
        #expect(message.session == "9b04d1c2aa63f0e7")
        #expect(message.customer == nil)
        #expect(message.page == TrackedPage(url: "https://shop.example/?a=1", title: "Larkspur", referrer: nil))
    }

    @Test(arguments: [
        (#""type":"visit""#, TrackedCall.event(TrackedEventCall("site_visited"))),
        (#""type":"page","context":{"a": [1]}"#, .event(TrackedEventCall("page_viewed", context: #"{"a": [1]}"#))),
        (#""type":"view","product":"42""#, .event(TrackedEventCall("product_viewed", subject: "42"))),
        (#""type":"view","product":42"#, .event(TrackedEventCall("product_viewed", subject: "42"))),
        (#""type":"view","category":"boots""#, .event(TrackedEventCall("category_viewed", subject: "boots"))),
        (#""type":"view","query":"red boots""#, .event(TrackedEventCall("product_searched", subject: "red boots"))),
        (#""type":"event","name":"Gift Wrapped""#, .event(TrackedEventCall("gift_wrapped"))),
        (#""type":"event","name":"checkout_started""#, .event(TrackedEventCall("checkout_started"))),
        (#""type":"event","name":"logged_out""#, .logout),
        (#""type":"logout""#, .logout),
        (
            #""type":"container","action":"add","container":"cart","line":{"product":"42","quantity":2,"price":9.99}"#,
            .container(
                code: "cart",
                .add(
                    ContainerLinePatch(
                        product: "42", quantity: Quantity(millionths: 2_000_000), price: Money(tenThousandths: 99_900)
                    )
                )
            )
        ),
        (
            #""type":"container","action":"remove","container":"cart","line":{"product":7,"quantity":1}"#,
            .container(code: "cart", .remove(product: "7"))
        ),
        (
            #""type":"container","action":"set","container":"favourites","line":{"product":"7","context":{"size":"M"}}"#,
            .container(code: "favourites", .set(ContainerLinePatch(product: "7", context: #"{"size":"M"}"#)))
        ),
        (
            #""type":"container","action":"set","container":"cart","lines":[{"product":"1"},{"product":"2"}]"#,
            .container(
                code: "cart", .replace([ContainerLinePatch(product: "1"), ContainerLinePatch(product: "2")])
            )
        ),
        (#""type":"container","action":"set","container":"cart","lines":[]"#, .container(code: "cart", .replace([]))),
        (#""type":"container","action":"clear","container":"cart""#, .container(code: "cart", .clear)),
    ])
    func `each type of event is its call`(_ members: String, _ call: TrackedCall) throws {
        #expect(try one(members).call == call)
    }

    @Test func `an order has the attributes of the API, and is kept in its event`() throws {
        let order = #"{"external_id":"1050","items_sum":19.98,"items":[{"product_external_id":"42","cnt":2}]}"#
        let message = try one(#""type":"order","order":\#(order)"#)
        guard case .order(let patch, let event) = message.call else {
            Issue.record("\(message.call)")
            return
        }
        #expect(patch.externalID == "1050")
        #expect(patch.lines?.count == 1)
        #expect(event == TrackedEventCall("order_completed", subject: "1050", context: order))
    }

    @Test func `whoever is identified is known by external_id, and a wrong value costs nothing else`() throws {
        let message = try one(
            #""type":"identify","customer":{"external_id":724,"email":"Ana@Example.com","phone":"none","shoe":43}"#
        )
        #expect(message.customer == "724")
        guard case .identify(let patch?) = message.call else {
            Issue.record("\(message.call)")
            return
        }
        #expect(patch.externalID == "724")
        #expect(patch.fields.entries.map(\.field) == [.email])
        #expect(patch.fields.entries.first?.value == .text("ana@example.com"))
    }

    @Test(arguments: [
        (#""type":"view""#, "required"), (#""type":"dance""#, "unknown_type"), (#""a":1"#, "unknown_type"),
        (#""type":"event""#, "required"), (#""type":"event","name":"  !""#, "required"),
        (#""type":"identify""#, "required"), (#""type":"identify","customer":{"email":"a@b.example"}"#, "required"),
        (#""type":"identify","customer":{"external_id":"undefined"}"#, "required"),
        (#""type":"order""#, "required"), (#""type":"order","order":{"items_sum":1}"#, "required"),
        (#""type":"order","order":{"external_id":"1","items_sum":"x"}"#, "not_a_number"),
        (#""type":"container","action":"add","line":{"product":"1"}"#, "required"),
        (#""type":"container","action":"add","container":"cart","line":{}"#, "required"),
        (#""type":"container","action":"burn","container":"cart","line":{"product":"1"}"#, "unknown_action"),
    ])
    func `what cannot be taken says why, and which event it was`(_ members: String, _ code: String) throws {
        let event = #"{"id":"e1","visitor":"v","time":1767225599000,\#(members)}"#
        guard case .failure(let refusal)? = read(event).first else {
            Issue.record("It was taken.")
            return
        }
        #expect(refusal.code == code)
        #expect(refusal.messageID == "e1")
        #expect(refusal.sample == event)
    }

    @Test func `one bad event does not cost the others`() {
        let good = #"{"id":"a","visitor":"v","type":"page"}"#
        let results = read("\(good),7,{},[\(good)],\(good)")
        #expect(results.map { (try? $0.get()) != nil } == [true, false, false, false, true])
    }

    @Test(arguments: [
        // The browser's clock is an hour slow, an hour fast, right, and said nothing.
        (1_767_222_000_000, #""time":1767221990000"#, -10_000),
        (1_767_229_200_000, #""time":1767229190000"#, -10_000),
        (1_767_225_600_000, #""time":1767225600000"#, 0),
        (1_767_225_600_000, #""time":null"#, 0),
        // Later than it was sent is as it came.
        (1_767_225_600_000, #""time":1767225700000"#, 0),
        (1_767_225_600_000, #""time":-5"#, 0),
        (1_767_225_600_000, #""time":99999999999999999999"#, 0),
        (1_767_225_600_000, #""time":1767225590000.75"#, -10_000),
    ])
    func `a wrong clock is corrected by what it shows when it sends`(sent: Int, time: String, difference: Int) throws {
        let result = try #require(
            read(#"{"id":"a","visitor":"v","type":"page",\#(time)}"#, sent: Int64(sent)).first
        )
        let arrival = TrackedReading.sample.receivedAt.milliseconds
        #expect(try result.get().time.milliseconds == arrival + Int64(difference))
    }

    @Test func `a context has 32 KB at most`() throws {
        let long = #"{"a":"\#(String(repeating: "x", count: 32_768))"}"#
        let results = read(#"{"id":"a","visitor":"v","type":"event","name":"e","context":\#(long)}"#)
        guard case .failure(let refusal)? = results.first else {
            Issue.record("It was taken.")
            return
        }
        #expect(refusal.code == "too_long")
    }

    @Test func `texts are cut and cleaned before they are shown`() throws {
        let message = try one(
            ##""type":"page","title":"<script>\u0007x</script>","url":"\##(String(repeating: "u", count: 3000))""##)
        #expect(message.page?.title == "<script> x</script>")
        #expect(message.page?.url?.count == 2000)
    }
}

extension TrackedReading {
    /// A body that came at the beginning of 2026.
    static let sample = TrackedReading(
        receivedAt: Instant(milliseconds: 1_767_225_600_000), context: ReadingContext(zone: .gmt)
    )
}
