import Domain
import HTTPTypes

/// What `/api/receipts` takes and answers (spec orders.md, "Receipts").
enum ReceiptOperations {
    static let register = Operation(.post, "receipts", .receipts, "Create or update receipts", scope: .ordersWrite)
        .detail(
            """
            A receipt is known by its external_id, and is merged as an order is: absent attributes stay, null and "" \
            clear, items replace all lines, an identical description changes nothing. One that goes to another customer \
            leaves its order. data may be a list of up to 1,000 receipts; each is taken or refused on its own.
            """
        )
        .takes(.envelope(ReceiptSchemas.input, listOf: OrderRoutes.listLimit), example: ReceiptSchemas.example)
        .answers(.created, ReceiptSchemas.one, "The receipt is new.", headers: [.etag, .location])
        .answers(.ok, ReceiptSchemas.one, "The receipt was known.", headers: [.etag])
        .answers(.ok, .results(of: ReceiptSchemas.result), "What became of each receipt of a list.")
        .versioned.repeatable

    static let list = Operation(.get, "receipts", .receipts, "List receipts", scope: .ordersRead)
        .detail("Without sort the newest come first.")
        .pages(ReceiptSchemas.resource, filters: ReceiptFilters.all, sorts: OrderSortKey.allCases.map(\.rawValue))
        .filteredByFields(of: .receipt)

    static let show = Operation(.get, "receipts/{id}", .receipts, "Get a receipt", scope: .ordersRead)
        .path("id", idSentence)
        .answers(.ok, ReceiptSchemas.one, "The receipt.", headers: [.etag])
        .versioned

    static let delete = Operation(.delete, "receipts/{id}", .receipts, "Delete a receipt", scope: .ordersWrite)
        .detail("It is gone from everything at once, and removed for good after thirty days.")
        .path("id", idSentence)
        .answers(.noContent, nil, "It is deleted.")
        .versioned

    static let activity = Operation(
        .get, "receipts/{id}/activity", .receipts, "List a receipt's changes", scope: .ordersRead
    )
    .detail("Every change of every field, the newest first.")
    .path("id", idSentence)
    .pages(ReceiptSchemas.change, .byLink)

    static let ofCustomer = Operation(
        .get, "customers/{id}/receipts", .customers, "List a customer's receipts", scope: .ordersRead
    )
    .detail("The newest first.")
    .path("id", "The customer's external_id.")
    .pages(ReceiptSchemas.resource)

    static let ofOrder = Operation(
        .get, "orders/{id}/receipts", .orders, "List an order's receipts", scope: .ordersRead
    )
    .detail("Those that are linked to it, the newest first.")
    .path("id", OrderSchemas.idSentence)
    .pages(ReceiptSchemas.resource)

    static let link = Operation(
        .put, "orders/{id}/receipts/{receipt}", .orders, "Link a receipt to an order", scope: .ordersWrite
    )
    .detail("Both must be of one customer. Linking again changes nothing.")
    .path("id", OrderSchemas.idSentence).path("receipt", idSentence)
    .answers(.noContent, nil, "It is linked.")
    .refuses(.conflict, "The receipt belongs to another order.")
    .refuses(.unprocessableContent, "The receipt is of another customer.")
    .versioned

    static let unlink = Operation(
        .delete, "orders/{id}/receipts/{receipt}", .orders, "Take a receipt off an order", scope: .ordersWrite
    )
    .detail("Of one that is linked to no order this changes nothing.")
    .path("id", OrderSchemas.idSentence).path("receipt", idSentence)
    .answers(.noContent, nil, "It is linked no more.")
    .refuses(.conflict, "The receipt belongs to another order.")
    .versioned

    private static let idSentence = "The receipt's external_id."
}

/// Receipts as JSON has them, from the tables that the decoder reads.
enum ReceiptSchemas {
    static let input = Schema.named(
        "ReceiptInput",
        .object(
            ReceiptField.properties(.input)
                + SaleSchemas.input(ReceiptLineField.self, named: "ReceiptLineInput", .receiptLine),
            others: .custom(.receipt, .input)
        )
    )

    static let resource = Schema.named("Receipt", .resource("receipts", attributes))

    static let attributes = Schema.object(
        ReceiptField.properties(.output) + [
            .init("order_external_id", Schema.text.orNull.described("The order it is linked to.")),
            .init("value", Schema.number().described("sum, else the sum of the lines.")),
        ] + SaleSchemas.attributes(ReceiptLineField.self, .receiptLine),
        others: .custom(.receipt, .output)
    )

    static let one = SaleSchemas.one(resource)

    /// What became of one receipt of a list.
    static let result = SaleSchemas.result("receipts")

    static let change = SaleSchemas.change("ReceiptChange", "receipt_changes")

    static let example = #"""
        {"data":{"attributes":{"external_id":"T1-000481","client_external_id":"ana-17","number":"481","date":"2026-03-14 10:27:00","sum":33.9,"unit":"Till 1","items":[{"external_id":"1","product_external_id":"oolong-100","cnt":2,"price":12.5,"sum":25},{"external_id":"2","product_external_id":"honey-250","cnt":1,"price":8.9,"sum":8.9}]}}}
        """#
}
