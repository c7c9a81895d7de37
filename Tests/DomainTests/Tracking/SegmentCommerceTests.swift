import Domain
import Foundation
import Testing

/// The e-commerce events of the Segment convention, version 2, as its documentation writes them.
struct SegmentCommerceTests {
    private static let statuses = StatusBook(statuses: [
        OrderStatus.named("cancelled", .general), OrderStatus.named("refunded", .payment),
    ])

    private func calls(_ event: String, _ properties: String, statuses: StatusBook = statuses) throws -> [TrackedCall] {
        let body = """
            {"batch":[{"type":"track","event":"\(event)","messageId":"m","userId":"724","properties":\(properties)}]}
            """
        let reading = TrackedReading(
            receivedAt: TrackedReading.sample.receivedAt, context: TrackedReading.sample.context, statuses: statuses
        )
        return try SegmentConvention.messages(in: body, reading).map { try $0.get().call }
    }

    @Test(arguments: [
        ("Product Viewed", #"{"product_id":"507f1","sku":"45790-32"}"#, "product_viewed", "507f1"),
        ("Product Clicked", #"{"sku":"45790-32"}"#, "product_clicked", "45790-32"),
        ("product_viewed", #"{"product":"42"}"#, "product_viewed", "42"),
        ("Product List Viewed", #"{"list_id":"hot","category":"Deals"}"#, "category_viewed", "Deals"),
        ("Products Searched", #"{"query":"blue roses"}"#, "product_searched", "blue roses"),
        ("Checkout Started", #"{"order_id":"50314b8e","value":30}"#, "checkout_started", "50314b8e"),
        ("Signed Up", "{}", "registered", nil),
        ("Signed In", "{}", "logged_in", nil),
        ("Coupon Applied", #"{"coupon_id":"may"}"#, "coupon_applied", nil),
        ("Promotion Viewed", #"{"promotion_id":"p"}"#, "promotion_viewed", nil),
        ("message_opened", #"{"message":"msg-1"}"#, "message_opened", "msg-1"),
        ("push_token_registered", #"{"token":"00ff","platform":"apns"}"#, "push_token_registered", "apns"),
    ])
    func `what was seen is kept under our name`(
        _ event: String, _ properties: String, _ name: String, _ subject: String?
    ) throws {
        #expect(
            try calls(event, properties) == [
                .event(TrackedEventCall(name, subject: subject, context: properties))
            ]
        )
    }

    @Test func `products are added to the cart and removed, with all that is said of them`() throws {
        let product = #"{"product_id":"507f1","sku":"G-32","price":18.99,"quantity":2,"name":"Monopoly"}"#
        let line = ContainerLinePatch(
            product: "507f1", quantity: Quantity(millionths: 2_000_000), price: Money(tenThousandths: 189_900),
            context: product
        )
        #expect(try calls("Product Added", product) == [.container(code: "cart", .add(line))])
        #expect(try calls("Product Removed", product) == [.container(code: "cart", .remove(product: "507f1"))])
        #expect(try calls("Product Added to Wishlist", product) == [.container(code: "wishlist", .add(line))])
        #expect(
            try calls("Product Removed from Wishlist", product) == [
                .container(code: "wishlist", .remove(product: "507f1"))
            ]
        )
        #expect(throws: TrackedRefusal.self) { try calls("Product Added", #"{"price":1}"#) }
    }

    @Test func `a cart that is viewed is what is in the cart`() throws {
        let properties = #"{"cart_id":"d9","products":[{"product_id":"1","quantity":1},{"sku":"2"},{"name":"?"}]}"#
        #expect(
            try calls("Cart Viewed", properties) == [
                .event(TrackedEventCall("cart_viewed", context: properties)),
                .container(
                    code: "cart",
                    .replace([
                        ContainerLinePatch(
                            product: "1", quantity: Quantity(millionths: 1_000_000),
                            context: #"{"product_id":"1","quantity":1}"#
                        ),
                        ContainerLinePatch(product: "2", context: #"{"sku":"2"}"#),
                    ])
                ),
            ]
        )
        #expect(try calls("Cart Viewed", "{}") == [.event(TrackedEventCall("cart_viewed", context: "{}"))])
    }

    @Test func `a completed order is registered with its lines and sums`() throws {
        let properties = """
            {"checkout_id":"fksdj","order_id":"50314b8e","affiliation":"Google Store","total":30,"subtotal":22.5,\
            "revenue":25,"shipping":3,"tax":2,"discount":2.5,"coupon":"hasbros","currency":"USD","products":[\
            {"product_id":"507f1","sku":"45790-32","name":"Monopoly","price":19,"quantity":1,"category":"Games"},\
            {"product_id":"505bd","price":"3","quantity":2}]}
            """
        guard case .order(let order, let event)? = try calls("Order Completed", properties).first else {
            Issue.record("It is no order.")
            return
        }
        #expect(event == TrackedEventCall("order_completed", subject: "50314b8e", context: properties))
        #expect(order.externalID == "50314b8e")
        #expect(order.customerExternalID == .set("724"))
        #expect(order.date == .set(TrackedReading.sample.receivedAt))
        #expect(order.metadata == .set(#"{"currency":"USD"}"#))
        var values = FieldValues<OrderField>()
        order.fields.apply(to: &values)
        #expect(values.money(.paymentTotal) == Money(tenThousandths: 300_000))
        #expect(values.money(.itemsSum) == Money(tenThousandths: 225_000))
        #expect(values.money(.paymentDelivery) == Money(tenThousandths: 30_000))
        #expect(values.money(.paymentDiscount) == Money(tenThousandths: 25_000))
        #expect(values.quantity(.itemsCount) == Quantity(millionths: 3_000_000))
        #expect(values.text(.actions) == "hasbros")
        #expect(values.text(.unit) == "Google Store")
        #expect(order.lines?.map(\.externalID) == ["1", "2"])
        var line = FieldValues<LineField>()
        order.lines?.last?.fields.apply(to: &line)
        #expect(line.text(.product) == "505bd")
        #expect(line.money(.sum) == Money(tenThousandths: 60_000))
    }

    @Test func `an updated order says only what is said`() throws {
        guard case .order(let order, let event)? = try calls("Order Updated", #"{"order_id":7,"total":9}"#).first else {
            Issue.record("It is no order.")
            return
        }
        #expect((order.externalID, event.name) == ("7", "order_updated"))
        #expect(order.date == .keep)
        #expect(order.lines == nil)
        #expect(order.fields.entries.map(\.field) == [.paymentTotal])
        #expect(
            try calls("Order Completed", "{}") == [.event(TrackedEventCall("order_completed", context: "{}"))]
        )
    }

    @Test func `a refund and a cancellation change the status where the project has one`() throws {
        func status(_ event: String, _ properties: String) throws -> [OrderStatusType: Patch<String>]? {
            guard case .order(let order, _)? = try calls(event, properties).first else { return nil }
            #expect(order.customerExternalID == .keep)
            return order.statuses
        }
        #expect(try status("Order Refunded", #"{"order_id":"7","total":30}"#) == [.payment: .set("refunded")])
        #expect(try status("Order Cancelled", #"{"order_id":"7"}"#) == [.general: .set("cancelled")])
        // There is no status for a part of it.
        #expect(try status("Order Refunded", #"{"order_id":"7","products":[{"product_id":"1"}]}"#) == nil)
        #expect(
            try calls("Order Cancelled", #"{"order_id":"7"}"#, statuses: StatusBook()) == [
                .event(TrackedEventCall("order_cancelled", subject: "7", context: #"{"order_id":"7"}"#))
            ]
        )
    }

    @Test(arguments: [
        (
            "container_item_added", #"{"container":"cart","line":{"product":"42","quantity":2,"price":9.99}}"#,
            ContainerChange.add(
                ContainerLinePatch(
                    product: "42", quantity: Quantity(millionths: 2_000_000), price: Money(tenThousandths: 99_900)
                )
            )
        ),
        ("container_item_removed", #"{"container":"cart","line":{"product":"42"}}"#, .remove(product: "42")),
        (
            "container_item_changed", #"{"container":"cart","line":{"product":"42"}}"#,
            .set(ContainerLinePatch(product: "42"))
        ),
        (
            "container_set", #"{"container":"cart","lines":[{"product":"42"}]}"#,
            .replace([ContainerLinePatch(product: "42")])
        ),
        ("container_cleared", #"{"container":"cart"}"#, .clear),
    ])
    func `what ReorderClient tells of containers is done`(
        _ event: String, _ properties: String, _ change: ContainerChange
    ) throws {
        #expect(try calls(event, properties) == [.container(code: "cart", change)])
    }

    @Test func `what ReorderClient tells of an order has the attributes of the API`() throws {
        let properties = #"{"order":{"external_id":"1050","items_sum":19.98}}"#
        guard case .order(let order, let event)? = try calls("order_completed", properties).first else {
            Issue.record("It is no order.")
            return
        }
        #expect((order.externalID, event.subject) == ("1050", "1050"))
        #expect(throws: TrackedRefusal.self) { try calls("order_completed", #"{"order":{"items_sum":19.98}}"#) }
    }
}

extension OrderStatus {
    fileprivate static func named(_ code: String, _ type: OrderStatusType) -> OrderStatus {
        OrderStatus(id: .init(rawValue: Int64(code.utf8.count)), type: type, code: code, name: code)
    }
}
