/// Orders as WooCommerce's webhooks describe them (`order.created`, `order.updated`, `order.restored`).
///
/// Each message tells the whole order. Amounts of lines are without tax beside the tax; here they are with it, as the
/// order's total is. Refunds are told as sums, not by line: they lower the order's value, and lines stay as bought.
package enum WooOrder {
    /// - Parameter prefix: Stands before the shop's own numbers.
    /// - Throws: `Faults` when the message names no order.
    package static func read(_ json: ShopJSON, prefix: String) throws(Faults) -> ShopOrder {
        guard let number = json["id"].identifier, json["line_items"] != .null || json["status"].text != nil else {
            throw Faults("/id", "required", "The message names no order: is it of another topic?")
        }
        let customer = customer(json, order: number, prefix: prefix)
        var order = OrderPatch(externalID: prefix + number)
        order.customerExternalID = .set(customer.externalID)
        if let date = json["date_created_gmt"].instant { order.date = .set(date) }
        order.reportedAt = json["date_modified_gmt"].instant
        let lines = ShopifyOrder.unique(json["line_items"].list.prefix(OrderLinePatch.limit).compactMap(line))
        order.lines = lines
        fields(json, lines, &order.fields)
        order.metadata = .set(metadata(json))
        var found = ShopOrder(order: order, customer: customer)
        found.statuses = statuses(json)
        return found
    }

    // MARK: Fields

    private static func fields(_ json: ShopJSON, _ lines: [OrderLinePatch], _ fields: inout FieldPatch<OrderField>) {
        let refunded = refunded(json)
        fields.take(.number, json["number"].identifier)
        fields.take(.itemsCount, lines.count { $0.count }.map(Quantity.init(millionths:)))
        fields.take(.itemsSum, lines.sum.map { max($0 - refunded, .zero) })
        fields.take(.unit, json["created_via"].text)
        fields.take(.actions, json["coupon_lines"].list.compactMap { $0["code"].text }.joined(separator: ",").nonEmpty)
        let address = json["shipping"]["city"].text == nil ? json["billing"] : json["shipping"]
        fields.take(.deliveryType, json["shipping_lines"].list.first?["method_title"].text)
        fields.take(.deliveryCountry, address["country"].text)
        fields.take(.deliveryCity, address["city"].text)
        let parts = ["address_1", "address_2", "postcode", "state"].compactMap { address[$0].text }
        fields.take(.deliveryAddress, parts.joined(separator: ", ").nonEmpty)
        fields.take(.deliveryNote, json["customer_note"].text)
        fields.take(.paymentType, json["payment_method_title"].text)
        fields.take(.paymentProvider, json["payment_method"].text)
        fields.take(.paymentTotal, json["total"].money.map { $0 - refunded })
        fields.take(.paymentDelivery, taxed(json, "shipping_total", "shipping_tax"))
        fields.take(.paymentDiscount, taxed(json, "discount_total", "discount_tax"))
    }

    private static func line(_ item: ShopJSON) -> OrderLinePatch? {
        guard let id = item["id"].identifier, let count = item["quantity"].quantity else { return nil }
        let full = taxed(item, "subtotal", "subtotal_tax") ?? .zero
        let sum = taxed(item, "total", "total_tax") ?? .zero
        var line = OrderLinePatch(externalID: id)
        line.fields.take(.product, item["product_id"].identifier ?? item["sku"].text)
        line.fields.take(.count, count)
        line.fields.take(.price, count > .zero ? full.share(.one, of: count) : item["price"].money)
        line.fields.take(.discount, full - sum)
        line.fields.take(.sum, sum)
        return line
    }

    private static func taxed(_ json: ShopJSON, _ amount: String, _ tax: String) -> Money? {
        json[amount].money.map { Money.sum([$0, json[tax].money ?? .zero]) }
    }

    /// What was paid back in all, as an amount above zero.
    private static func refunded(_ json: ShopJSON) -> Money {
        Money.sum(
            json["refunds"].list.compactMap { refund in
                refund["total"].money.map { Money(tenThousandths: abs($0.tenThousandths)) }
            }
        )
    }

    private static func metadata(_ json: ShopJSON) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("currency", json["currency"].text)
            writer.array("refunds") { writer in
                for refund in json["refunds"].list { if let id = refund["id"].identifier { writer.value(id) } }
            }
            writer.field("source", "woocommerce")
            writer.field("transaction", json["transaction_id"].text)
        }
        return writer.text
    }

    // MARK: Statuses

    private static func statuses(_ json: ShopJSON) -> [ShopStatus] {
        guard let word = json["status"].text else { return [] }
        let total = json["total"].money ?? .zero
        let refunded = refunded(json)
        let payment: String =
            if word == "refunded" || (refunded > .zero && refunded >= total) {
                "refunded"
            } else if refunded > .zero {
                "partially_refunded"
            } else if word == "failed" {
                "failed"
            } else {
                json["date_paid_gmt"].text ?? json["date_paid"].text == nil ? "unpaid" : "paid"
            }
        return [ShopStatus(.status, word), ShopStatus(.payment, payment)]
    }

    // MARK: Customer

    private static func customer(_ json: ShopJSON, order: String, prefix: String) -> CustomerPatch {
        let billing = json["billing"]
        let email = billing["email"].text
        let phone = billing["phone"].text.flatMap { Phone.e164($0, country: billing["country"].text) }
        let guest = email.map { "guest:\($0.lowercased())" } ?? phone.map { "guest:\($0)" } ?? "guest:order-\(order)"
        var patch = CustomerPatch(externalID: prefix + String((json["customer_id"].identifier ?? guest).prefix(200)))
        patch.fields.takeIfSaid(.email, email)
        patch.fields.takeIfSaid(.phone, phone)
        patch.fields.takeIfSaid(.firstName, billing["first_name"].text)
        patch.fields.takeIfSaid(.lastName, billing["last_name"].text)
        patch.fields.takeIfSaid(.country, billing["country"].text)
        patch.fields.takeIfSaid(.city, billing["city"].text)
        return patch
    }
}

extension Quantity {
    fileprivate static let one = Quantity(millionths: 1_000_000)
}
