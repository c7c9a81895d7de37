import Domain
import HTTPTypes

/// What `/api/customers` takes and answers (spec orders.md, "Customers").
enum CustomerOperations {
    static let register = Operation(
        .post, "customers", .customers, "Create or update customers", scope: .customersWrite
    )
    .detail(
        """
        A customer is known by the external_id. Absent attributes stay as they are, null and "" clear, and an identical \
        description changes nothing. data may be a list of up to 1,000 customers; each is taken or refused on its own.
        """
    )
    .takes(
        .envelope(CustomerSchemas.input, listOf: OrderRoutes.listLimit),
        example: #"""
            {"data":{"attributes":{"external_id":"ana-17","email":"ana@example.com","first_name":"Ana","last_name":"Moura","city":"Porto","country":"PT","consents":{"email":"subscribed"}}}}
            """#
    )
    .answers(.created, .one(CustomerSchemas.resource), "The customer is new.", headers: [.etag, .location])
    .answers(.ok, .one(CustomerSchemas.resource), "The customer was known.", headers: [.etag])
    .answers(.ok, .results(of: CustomerSchemas.result), "What became of each customer of a list.")
    .versioned.repeatable

    static let list = Operation(.get, "customers", .customers, "List customers", scope: .customersRead)
        .detail("Without sort the newest come first.")
        .pages(
            CustomerSchemas.resource, filters: CustomerFilters.all, sorts: CustomerSortKey.allCases.map(\.rawValue)
        )
        .filteredByFields(of: .customer)

    // Figures move without a new version, so an answer is never “not modified”.
    static let show = Operation(.get, "customers/{id}", .customers, "Get a customer", scope: .customersRead)
        .path("id", CustomerSchemas.idSentence)
        .answers(.ok, .one(CustomerSchemas.resource), "The customer.", headers: [.etag])

    static let update = Operation(.patch, "customers/{id}", .customers, "Change a customer", scope: .customersWrite)
        .path("id", CustomerSchemas.idSentence)
        .takes(
            .envelope(CustomerSchemas.patch),
            example: #"{"data":{"attributes":{"city":"Braga","consents":{"sms":"unsubscribed"}}}}"#
        )
        .answers(.ok, .one(CustomerSchemas.resource), "The customer as it is now.", headers: [.etag])
        .versioned

    static let erase = Operation(.delete, "customers/{id}", .customers, "Erase a customer", scope: .customersWrite)
        .detail(
            """
            All that is personal goes for good: the profile and its history, and of the orders the card, the delivery \
            address and comment and the metadata. The orders and their sums stay, anonymous. The same external_id then \
            makes a new customer.
            """
        )
        .path("id", CustomerSchemas.idSentence)
        .answers(.noContent, nil, "The person is erased.")
        .versioned

    static let export = Operation(
        .get, "customers/{id}/export", .customers, "Export all that is held of a person", scope: .customersRead
    )
    .detail(
        """
        Profile, figures, history, merges, orders with their lines and history, events, what was done on sites, and what \
        is in containers. Needs orders:read too.
        """
    )
    .path("id", CustomerSchemas.idSentence)
    .answers(.ok, .one(DossierSchemas.resource), "All that is held of the person.")

    static let merge = Operation(
        .post, "customers/{id}/merge", .customers, "Merge a customer into another", scope: .customersWrite
    )
    .detail(
        """
        The customer of the path becomes part of the one that into names, who gets the orders, the history and what was \
        not known of them. The old external_id goes on leading there. Asked for again it changes nothing: \
        meta.merged is false then.
        """
    )
    .path("id", "The external_id of the customer who becomes part of the other.")
    .takes(
        .envelope(.object([.init("into", .identifier)])), example: #"{"data":{"attributes":{"into":"ana-17"}}}"#
    )
    .answers(.ok, CustomerSchemas.merged, "The customer who stays.", headers: [.etag])
    .refuses(
        .conflict,
        "A customer cannot become part of itself, nor of a second one, nor bring more than 5,000 orders along."
    )
    .versioned.repeatable
}

/// Customers as JSON has them, from the tables that the decoder reads.
enum CustomerSchemas {
    static let idSentence = "The customer's external_id."

    static let input = Schema.named(
        "CustomerInput", .object(fields + [.init("external_id", .identifier)], others: .custom(.customer, .input))
    )
    static let patch = Schema.named(
        "CustomerPatch", .object(fields + [.optional("external_id", .identifier)], others: .custom(.customer, .input))
    )
    private static let fields =
        CustomerField.properties(.input) + [.optional("metadata", Schema.metadata.orCleared)]

    static let resource = Schema.named("Customer", .resource("customers", attributes))

    /// What became of one customer of a list.
    static let result = Schema.resource("customers", attributes, meta: [.init("status", .integer(200...201))])

    static let merged = Schema.one(
        resource, [.init("meta", .object([.init("merged", .boolean), .init("orders_moved", .count)]))]
    )

    static let attributes = Schema.object(
        CustomerField.properties(.output) + [
            .init("external_id", .text), .init("created_at", .instant), .init("updated_at", .instant),
            .init("metadata", Schema.metadata.orNull), .init("version", .version), .init("orders", figures),
        ],
        others: .custom(.customer, .output)
    )

    private static let figures = Schema.object([
        .init("average", Schema.number().orNull), .init("count", .count),
        .init("first_date", Schema.instant.orNull), .init("items", .number()),
        .init("last_date", Schema.instant.orNull),
        .init("total", .number()),
    ]).described("What the included orders add up to.")
}

/// All that is held of one person, as JSON has it.
enum DossierSchemas {
    static let resource = Schema.named("CustomerExport", .resource("customer_exports", attributes))

    private static let attributes = Schema.object([
        .init("containers", .array(ContainerSchemas.attributes)),
        .init("customer", CustomerSchemas.attributes), .init("events", .array(event)),
        .init("generated_at", .instant), .init("history", .array(change)), .init("merged_from", .array(merge)),
        .init("orders", .array(order)), .init("receipts", .array(receipt)),
        .init("tracked_events", .array(EventSchemas.attributes)),
    ])

    private static let origin: [Schema.Property] = [.init("actor", .text), .init("channel", .text)]

    private static let change = Schema.object(
        origin + [
            .init("arrived_at", .instant), .init("field", .text), .init("from", Schema.text.orNull),
            .init("happened_at", .instant), .init("to", Schema.text.orNull), .init("version", .version),
        ]
    )

    private static let merge = Schema.object(
        origin + [
            .init("external_id", .text), .init("happened_at", .instant), .init("orders_moved", .count),
        ]
    )

    private static let order = Schema.object([
        .init("attributes", OrderSchemas.attributes), .init("deleted", .boolean), .init("history", .array(change)),
    ])

    private static let receipt = Schema.object([
        .init("attributes", ReceiptSchemas.attributes), .init("deleted", .boolean), .init("history", .array(change)),
    ])

    private static let event = Schema.object(
        origin + [
            .init("arrived_at", .instant), .init("happened_at", .instant), .init("kind", .text),
            .init("version", .version),
            .optional(
                "status",
                .object([
                    .init("from", Schema.text.orNull), .init("to", Schema.text.orNull), .init("type", .text),
                ])
            ),
        ]
    )
}
