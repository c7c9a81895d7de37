import Domain
import HTTPTypes

/// What `/api/orders` takes and answers (spec orders.md, "Methods").
enum OrderOperations {
    static let register = Operation(.post, "orders", .orders, "Create or update orders", scope: .ordersWrite)
        .detail(
            """
            An order is known by its external_id: the first description creates it, later ones update it. Absent \
            attributes stay as they are, null and "" clear. delivery and payment merge key by key; items, where present, \
            replace all lines. An identical description changes nothing. data may be a list of up to 1,000 orders; each \
            is taken or refused on its own.
            """
        )
        .takes(.envelope(OrderSchemas.input, listOf: OrderRoutes.listLimit), example: OrderSchemas.example)
        .answers(.created, OrderSchemas.one, "The order is new.", headers: [.etag, .location])
        .answers(.ok, OrderSchemas.one, "The order was known.", headers: [.etag])
        .answers(.ok, .results(of: OrderSchemas.result), "What became of each order of a list.")
        .versioned.repeatable

    static let list = Operation(.get, "orders", .orders, "List orders", scope: .ordersRead)
        .detail("Deleted orders are not among them. Without sort the newest come first.")
        .pages(OrderSchemas.resource, filters: OrderFilters.all, sorts: OrderSortKey.allCases.map(\.rawValue))
        .filteredByFields(of: .order)

    static let show = Operation(.get, "orders/{id}", .orders, "Get an order", scope: .ordersRead)
        .path("id", OrderSchemas.idSentence)
        .answers(.ok, OrderSchemas.one, "The order.", headers: [.etag])
        .versioned

    static let delete = Operation(.delete, "orders/{id}", .orders, "Delete an order", scope: .ordersWrite)
        .detail("It is gone from everything at once, and removed for good after thirty days.")
        .path("id", OrderSchemas.idSentence)
        .answers(.noContent, nil, "It is deleted.")
        .versioned

    static let moveStatuses = Operation(
        .patch, "orders/{id}/status", .orders, "Change an order's statuses", scope: .ordersWrite
    )
    .detail("The three types of status change on their own; at least one must be named.")
    .path("id", OrderSchemas.idSentence)
    .takes(
        .envelope(OrderSchemas.statuses),
        example: #"{"data":{"attributes":{"status_code":"confirmed","payment":{"status_code":"paid"}}}}"#
    )
    .answers(.ok, OrderSchemas.one, "The order as it is now.", headers: [.etag])
    .versioned

    static let activity = Operation(
        .get, "orders/{id}/activity", .orders, "List an order's changes", scope: .ordersRead
    )
    .detail("Every change of every field, the newest first.")
    .path("id", OrderSchemas.idSentence)
    .pages(OrderSchemas.change, .byLink)

    static let ofCustomer = Operation(
        .get, "customers/{id}/orders", .customers, "List a customer's orders", scope: .ordersRead
    )
    .detail("The newest first.")
    .path("id", "The customer's external_id.")
    .pages(OrderSchemas.resource)
}
