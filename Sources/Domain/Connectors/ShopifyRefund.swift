/// Refunds as Shopify's webhook `refunds/create` describes them.
///
/// `orders/updated` tells the same within the whole order. Whichever comes first is written; the order's metadata names
/// the refunds that were.
package enum ShopifyRefund {
    /// The number of the order that a refund is of.
    ///
    /// - Throws: `Faults` when the message names none.
    package static func order(_ json: ShopJSON, prefix: String) throws(Faults) -> String {
        guard let order = json["order_id"].identifier, json["id"].identifier != nil else {
            throw Faults("/order_id", "required", "The message names no order: is it of another topic?")
        }
        return prefix + order
    }

    /// What a refund leaves of an order; nil when it was written already.
    package static func read(_ json: ShopJSON, of stored: StoredOrder) -> (order: OrderPatch, statuses: [ShopStatus])? {
        let order = stored.order
        let known = metadata(of: order)
        guard let id = json["id"].identifier, !known["refunds"].list.contains(.text(id)) else { return nil }
        var patch = OrderPatch(externalID: order.externalID)
        patch.reportedAt = json["created_at"].instant
        let returns = Dictionary(grouping: json["refund_line_items"].list) { $0["line_item_id"].identifier ?? "" }
        var lines: [OrderLinePatch] = []
        var (countLess, sumLess) = (Int64(0), Int64(0))
        for line in order.lines {
            var linePatch = OrderLinePatch(externalID: line.externalID)
            let items = returns[line.externalID] ?? []
            let count = items.compactMap { $0["quantity"].quantity?.millionths }.reduce(0, +)
            let sum = items.compactMap { $0["subtotal"].money?.tenThousandths }.reduce(0, +)
            if count > 0, let before = line.fields.quantity(.count) {
                let left = Quantity(millionths: max(0, before.millionths - count))
                linePatch.fields.take(.count, left)
                countLess += before.millionths - left.millionths
                linePatch.fields.take(.discount, line.fields.money(.discount)?.share(left, of: before))
            }
            if sum != 0, let before = line.fields.money(.sum) {
                linePatch.fields.take(.sum, Money(tenThousandths: before.tenThousandths - sum))
                sumLess += sum
            }
            lines.append(linePatch)
        }
        patch.lines = lines
        if let count = order.fields.quantity(.itemsCount) {
            patch.fields.take(.itemsCount, Quantity(millionths: max(0, count.millionths - countLess)))
        }
        if let sum = order.fields.money(.itemsSum) {
            patch.fields.take(.itemsSum, Money(tenThousandths: sum.tenThousandths - sumLess))
        }
        var statuses: [ShopStatus] = []
        if let total = order.fields.money(.paymentTotal) {
            let left = total - money(json)
            patch.fields.take(.paymentTotal, left)
            if left != total { statuses = [ShopStatus(.financial, left > .zero ? "partially_refunded" : "refunded")] }
        }
        patch.metadata = .set(noting(id, in: known))
        return (patch, statuses)
    }

    private static func metadata(of order: Order) -> ShopJSON {
        do {
            return try ShopJSON(parsing: (order.metadata ?? "{}").utf8)
        } catch {
            // What is stored was read as JSON before: this is never reached, and would only name no refunds.
            return .null
        }
    }

    /// What was paid back, of transactions that succeeded.
    static func money(_ refund: ShopJSON) -> Money {
        Money.sum(
            refund["transactions"].list.filter { $0["kind"].text == "refund" && $0["status"].text == "success" }
                .compactMap { $0["amount"].money }
        )
    }

    private static func noting(_ id: String, in metadata: ShopJSON) -> String {
        var object: [String: ShopJSON] = [:]
        if case .object(let known) = metadata { object = known }
        object["refunds"] = .list(metadata["refunds"].list + [.text(id)])
        var writer = JSONWriter()
        ShopJSON.object(object).write(&writer)
        return writer.text
    }
}
