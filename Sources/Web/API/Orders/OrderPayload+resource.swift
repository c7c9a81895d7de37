import Domain

extension OrderPayload {
    /// Writes an order as a resource of the API, with its address.
    static func write(_ stored: StoredOrder, _ book: StatusBook, _ fields: FieldBook, _ writer: inout JSONWriter) {
        let order = stored.order
        writer.object { writer in
            writer.object("attributes") { attributes(stored, book, fields, &$0) }
            writer.field("id", order.externalID)
            writer.object("links") { $0.field("self", APILinks.order(order.externalID)) }
            writer.field("type", "orders")
        }
    }
}
