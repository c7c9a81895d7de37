/// Orders as the e-commerce events of the Segment convention describe them.
enum SegmentOrder {
    /// What is said of an order; what is not said is left as it is.
    ///
    /// - Parameters:
    ///   - customer: Whose order it is, where the message says so.
    ///   - at: When it was placed, where the message tells of that.
    static func patch(_ id: String, _ json: ShopJSON, customer: String?, at: Instant?) -> OrderPatch {
        var order = OrderPatch(externalID: id)
        if let customer { order.customerExternalID = .set(customer) }
        if let at { order.date = .set(at) }
        if case .list(let products) = json["products"] { order.lines = lines(products) }
        fields(json, order.lines ?? [], &order.fields)
        // A browser says nothing else of money than its currency; it must not be lost.
        if at != nil, let currency = json["currency"].text {
            var writer = JSONWriter()
            writer.object { $0.field("currency", String(currency.prefix(10))) }
            order.metadata = .set(writer.text)
        }
        return order
    }

    private static func fields(_ json: ShopJSON, _ lines: [OrderLinePatch], _ fields: inout FieldPatch<OrderField>) {
        func take(_ field: OrderField, _ amount: Money?) { if let amount { fields.take(field, amount) } }
        take(.itemsSum, json["subtotal"].money ?? json["revenue"].money ?? lines.sum)
        take(.paymentTotal, json["total"].money ?? json["value"].money ?? json["revenue"].money ?? lines.sum)
        take(.paymentDelivery, json["shipping"].money)
        take(.paymentDiscount, json["discount"].money)
        if let count = lines.count({ $0.count }) { fields.take(.itemsCount, Quantity(millionths: count)) }
        fields.takeIfSaid(.actions, json["coupon"].text)
        fields.takeIfSaid(.unit, json["affiliation"].text)
    }

    /// The lines, known by their places.
    private static func lines(_ products: [ShopJSON]) -> [OrderLinePatch] {
        products.prefix(OrderLinePatch.limit).enumerated().map { index, product in
            var line = OrderLinePatch(externalID: String(index + 1))
            let count = product["quantity"].quantity ?? Quantity(millionths: 1_000_000)
            let names = ["product", "product_id", "productId", "id", "sku"]
            line.fields.takeIfSaid(.product, names.lazy.compactMap { product[$0].identifier }.first)
            line.fields.take(.count, count)
            guard let price = product["price"].money else { return line }
            line.fields.take(.price, price)
            line.fields.take(.sum, price.times(count))
            return line
        }
    }
}
