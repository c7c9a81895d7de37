/// Orders as the API and webhooks write them (spec orders.md, "Order"); keys stand sorted, custom fields come last.
package enum OrderPayload {
    /// Writes what stands in an order's `attributes`; the object around it is the caller's.
    package static func attributes(
        _ stored: StoredOrder, _ book: StatusBook, _ custom: FieldBook, _ writer: inout JSONWriter
    ) {
        let order = stored.order
        let fields = order.fields
        writer.field("actions", fields.text(.actions))
        writer.field("card", fields.text(.card))
        writer.field("client_external_id", stored.isOfErased ? nil : stored.customerExternalID)
        writer.field("created_at", order.createdAt)
        writer.field("date", order.date)
        writer.object("delivery") { writer in
            writer.field("address", fields.text(.deliveryAddress))
            writer.field("city", fields.text(.deliveryCity))
            writer.field("country", fields.text(.deliveryCountry))
            writer.field("date", fields.text(.deliveryDate))
            writer.field("note", fields.text(.deliveryNote))
            writer.field("provider", fields.text(.deliveryProvider))
            writer.field("status_code", book.code(.delivery, in: order.statuses))
            writer.field("time", fields.text(.deliveryTime))
            writer.field("type", fields.text(.deliveryType))
        }
        writer.field("external_id", order.externalID)
        writer.field("included", book.includes(order.statuses))
        writer.array("items") { writer in
            for line in order.lines { write(line, custom, &writer) }
        }
        writer.field("items_cnt", fields.quantity(.itemsCount))
        writer.field("items_sum", fields.money(.itemsSum))
        writer.key("metadata")
        if let metadata = order.metadata { writer.raw(metadata) } else { writer.null() }
        writer.field("number", fields.text(.number))
        writer.object("payment") { writer in
            writer.field("bonuses", fields.money(.paymentBonuses))
            writer.field("cash", fields.money(.paymentCash))
            writer.field("delivery", fields.money(.paymentDelivery))
            writer.field("discount", fields.money(.paymentDiscount))
            writer.field("provider", fields.text(.paymentProvider))
            writer.field("status_code", book.code(.payment, in: order.statuses))
            writer.field("total", fields.money(.paymentTotal))
            writer.field("type", fields.text(.paymentType))
        }
        writer.field("status_code", book.code(.general, in: order.statuses))
        writer.field("unit", fields.text(.unit))
        writer.field("updated_at", order.updatedAt)
        writer.field("value", order.value)
        writer.field("version", order.version)
        if custom.has(.order) { writer.fields(order.custom, custom.custom(.order)) }
    }

    private static func write(_ line: OrderLine, _ custom: FieldBook, _ writer: inout JSONWriter) {
        let fields = line.fields
        writer.object { writer in
            writer.field("bonus_from_card", fields.money(.bonusFromCard))
            writer.field("bonus_to_card", fields.money(.bonusToCard))
            writer.field("cash_sum", fields.money(.cashSum))
            writer.field("cnt", fields.quantity(.count))
            writer.field("discount", fields.money(.discount))
            writer.field("external_id", line.externalID)
            writer.field("price", fields.money(.price))
            writer.field("product_external_id", fields.text(.product))
            writer.field("quantity", fields.quantity(.weight))
            writer.field("sum", fields.money(.sum))
            if custom.has(.orderLine) { writer.fields(line.custom, custom.custom(.orderLine)) }
        }
    }
}
