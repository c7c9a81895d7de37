/// Orders as Shopify's webhooks describe them (`orders/create`, `orders/updated`, `orders/paid`, `orders/cancelled`).
///
/// Each message tells the whole order, refunds included: quantities and sums are those that are left after them.
package enum ShopifyOrder {
    /// - Parameter prefix: Stands before the shop's own numbers.
    /// - Throws: `Faults` when the message names no order.
    package static func read(_ json: ShopJSON, prefix: String) throws(Faults) -> ShopOrder {
        guard let number = json["id"].identifier else {
            throw Faults("/id", "required", "The message names no order: is it of another topic?")
        }
        let (customer, customerID) = customer(json, order: number, prefix: prefix)
        var order = OrderPatch(externalID: prefix + number)
        order.customerExternalID = .set(customerID)
        if let date = json["created_at"].instant ?? json["processed_at"].instant { order.date = .set(date) }
        order.reportedAt = json["updated_at"].instant
        let lines = json["line_items"].list.prefix(OrderLinePatch.limit).compactMap { line($0, of: json) }
        order.lines = unique(lines)
        fields(json, lines, &order.fields)
        order.metadata = .set(metadata(json))
        var found = ShopOrder(order: order, customer: customer)
        found.statuses = statuses(json)
        return found
    }

    // MARK: Fields

    private static func fields(_ json: ShopJSON, _ lines: [OrderLinePatch], _ fields: inout FieldPatch<OrderField>) {
        let refunded = refundedMoney(json)
        fields.take(.number, json["name"].text ?? json["order_number"].identifier)
        fields.take(.itemsCount, lines.count { $0.count }.map(Quantity.init(millionths:)))
        fields.take(.itemsSum, json["current_subtotal_price"].money ?? lines.sum)
        fields.take(.unit, json["source_name"].text)
        fields.take(
            .actions, json["discount_codes"].list.compactMap { $0["code"].text }.joined(separator: ",").nonEmpty)
        let address = json["shipping_address"].isObject ? json["shipping_address"] : json["billing_address"]
        let shipping = json["shipping_lines"].list
        fields.take(.deliveryType, shipping.first?["title"].text)
        let fulfillments = json["fulfillments"].list.filter { $0["status"].text != "cancelled" }
        fields.take(.deliveryProvider, fulfillments.last?["tracking_company"].text)
        fields.take(.deliveryCountry, address["country"].text ?? address["country_code"].text)
        fields.take(.deliveryCity, address["city"].text)
        let parts = ["address1", "address2", "zip", "province"].compactMap { address[$0].text }
        fields.take(.deliveryAddress, parts.joined(separator: ", ").nonEmpty)
        fields.take(.deliveryNote, json["note"].text)
        fields.take(
            .paymentProvider, json["payment_gateway_names"].list.compactMap(\.text).joined(separator: ", ").nonEmpty)
        let total = json["current_total_price"].money ?? json["total_price"].money.map { $0 - refunded }
        fields.take(.paymentTotal, total)
        fields.take(.paymentDelivery, shipping.isEmpty ? nil : Money.sum(shipping.compactMap { $0["price"].money }))
        fields.take(.paymentDiscount, json["current_total_discounts"].money ?? json["total_discounts"].money)
    }

    /// What was paid back, of transactions that succeeded.
    private static func refundedMoney(_ json: ShopJSON) -> Money {
        Money.sum(json["refunds"].list.map(ShopifyRefund.money))
    }

    private static func line(_ item: ShopJSON, of json: ShopJSON) -> OrderLinePatch? {
        guard let id = item["id"].identifier, let ordered = item["quantity"].quantity else { return nil }
        let returns = json["refunds"].list.flatMap { $0["refund_line_items"].list }.filter {
            $0["line_item_id"].identifier == id
        }
        let returned = returns.compactMap { $0["quantity"].quantity?.millionths }.reduce(0, +)
        let left = item["current_quantity"].quantity ?? Quantity(millionths: max(0, ordered.millionths - returned))
        let price = item["price"].money ?? .zero
        let discounts = item["discount_allocations"].list.compactMap { $0["amount"].money }
        let discount = discounts.isEmpty ? item["total_discount"].money ?? .zero : Money.sum(discounts)
        let discountLeft = left == ordered ? discount : discount.share(left, of: ordered) ?? .zero
        var line = OrderLinePatch(externalID: id)
        line.fields.take(.product, item["product_id"].identifier ?? item["sku"].text)
        line.fields.take(.count, left)
        line.fields.take(.price, price)
        line.fields.take(.discount, discountLeft)
        line.fields.take(.sum, price.times(left).map { $0 - discountLeft })
        return line
    }

    /// Lines whose numbers stand once each, as an order wants them.
    static func unique(_ lines: [OrderLinePatch]) -> [OrderLinePatch] {
        var seen: Set<String> = []
        return lines.filter { seen.insert($0.externalID).inserted }
    }

    private static func metadata(_ json: ShopJSON) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("currency", json["currency"].text)
            writer.array("refunds") { writer in
                for refund in json["refunds"].list { if let id = refund["id"].identifier { writer.value(id) } }
            }
            writer.field("source", "shopify")
            writer.array("tags") { writer in
                for tag in (json["tags"].text ?? "").split(separator: ",").prefix(50) {
                    writer.value(String(tag.drop { $0 == " " }.prefix(100)))
                }
            }
            writer.field("test", json["test"].isTrue)
        }
        return writer.text
    }

    // MARK: Statuses

    private static func statuses(_ json: ShopJSON) -> [ShopStatus] {
        var statuses: [ShopStatus] = []
        if json["cancelled_at"].text != nil {
            statuses.append(ShopStatus(.order, "cancelled"))
        } else {
            statuses.append(ShopStatus(.order, json["closed_at"].text == nil ? "open" : "closed"))
        }
        if let word = json["financial_status"].text { statuses.append(ShopStatus(.financial, word)) }
        statuses.append(ShopStatus(.fulfillment, json["fulfillment_status"].text ?? "unfulfilled"))
        let shipments = json["fulfillments"].list.filter { $0["status"].text != "cancelled" }.map {
            $0["shipment_status"].text
        }
        // Of a parcel's way only the ends are of interest, and only once all parcels are there.
        if json["fulfillment_status"].text == "fulfilled", let first = shipments.first, let word = first,
            shipments.allSatisfy({ $0 == word }), ["delivered", "ready_for_pickup"].contains(word)
        {
            statuses.append(ShopStatus(.shipment, word))
        }
        return statuses
    }

    // MARK: Customer

    private static func customer(
        _ json: ShopJSON, order: String, prefix: String
    ) -> (patch: CustomerPatch, externalID: String) {
        let person = json["customer"]
        let address =
            [json["shipping_address"], json["billing_address"], person["default_address"]].first(where: \.isObject)
            ?? .null
        let email = person["email"].text ?? json["email"].text ?? json["contact_email"].text
        let phones = [person["phone"], json["phone"], address["phone"]].compactMap(\.text)
        let phone = phones.lazy.compactMap { Phone.e164($0, country: address["country_code"].text) }.first
        let guest = email.map { "guest:\($0.lowercased())" } ?? phone.map { "guest:\($0)" } ?? "guest:order-\(order)"
        var patch = CustomerPatch(externalID: prefix + String((person["id"].identifier ?? guest).prefix(200)))
        patch.fields.takeIfSaid(.email, email)
        patch.fields.takeIfSaid(.phone, phone)
        patch.fields.takeIfSaid(.firstName, person["first_name"].text ?? address["first_name"].text)
        patch.fields.takeIfSaid(.lastName, person["last_name"].text ?? address["last_name"].text)
        patch.fields.takeIfSaid(.country, address["country"].text)
        patch.fields.takeIfSaid(.city, address["city"].text)
        patch.fields.takeIfSaid(.locale, json["customer_locale"].text)
        if let registered = person["created_at"].instant { patch.fields.set(.registeredAt, .instant(registered)) }
        consent(.emailConsent, person["email_marketing_consent"]["state"].text, person["accepts_marketing"], &patch)
        consent(.smsConsent, person["sms_marketing_consent"]["state"].text, .null, &patch)
        return (patch, patch.externalID)
    }

    private static func consent(
        _ field: CustomerField, _ state: String?, _ accepts: ShopJSON, _ patch: inout CustomerPatch
    ) {
        switch (state, accepts) {
        case ("subscribed", _), (nil, .boolean(true)): patch.fields.set(field, .text("subscribed"))
        case ("unsubscribed", _): patch.fields.set(field, .text("unsubscribed"))
        // `pending`, `not_subscribed` and the like are neither: they never said yes, and never took it back.
        default: break
        }
    }
}

extension [OrderLinePatch] {
    /// What the lines' sums add up to; nil without one.
    var sum: Money? {
        let sums = compactMap { line -> Money? in
            if case .money(let sum) = line.fields.entries.last(where: { $0.field == .sum })?.value { sum } else { nil }
        }
        return sums.isEmpty ? nil : Money.sum(sums)
    }

    /// What a number of each line adds up to; nil without one.
    func count(_ number: (OrderLinePatch) -> Int64?) -> Int64? {
        let counts = compactMap(number)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }
}

extension OrderLinePatch {
    /// How many of the product, in millionths.
    var count: Int64? {
        if case .quantity(let count) = fields.entries.last(where: { $0.field == .count })?.value {
            count.millionths
        } else {
            nil
        }
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
