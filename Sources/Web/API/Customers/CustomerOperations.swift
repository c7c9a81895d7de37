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
        .detail("The newest first.")
        .pages(
            CustomerSchemas.resource,
            filters: [
                .init(
                    "q", .text, "Beginnings of words of the name, of the email, phone or identifier; all must match.",
                    example: "ana mou"
                )
            ]
        )

    static let show = Operation(.get, "customers/{id}", .customers, "Get a customer", scope: .customersRead)
        .path("id", CustomerSchemas.idSentence)
        .answers(.ok, .one(CustomerSchemas.resource), "The customer.", headers: [.etag])
        .versioned

    static let update = Operation(.patch, "customers/{id}", .customers, "Change a customer", scope: .customersWrite)
        .path("id", CustomerSchemas.idSentence)
        .takes(
            .envelope(CustomerSchemas.patch),
            example: #"{"data":{"attributes":{"city":"Braga","consents":{"sms":"unsubscribed"}}}}"#
        )
        .answers(.ok, .one(CustomerSchemas.resource), "The customer as it is now.", headers: [.etag])
        .versioned
}

/// Customers as JSON has them, from the tables that the decoder reads.
enum CustomerSchemas {
    static let idSentence = "The customer's external_id."

    static let input = Schema.named(
        "CustomerInput", .object(fields + [.init("external_id", .identifier)])
    )
    static let patch = Schema.named(
        "CustomerPatch", .object(fields + [.optional("external_id", .identifier)])
    )
    private static let fields =
        CustomerField.properties(.input) + [.optional("metadata", Schema.metadata.orCleared)]

    static let resource = Schema.named("Customer", .resource("customers", attributes))

    /// What became of one customer of a list.
    static let result = Schema.resource("customers", attributes, meta: [.init("status", .integer(200...201))])

    private static let attributes = Schema.object(
        CustomerField.properties(.output) + [
            .init("external_id", .text), .init("created_at", .instant), .init("updated_at", .instant),
            .init("metadata", Schema.metadata.orNull), .init("version", .version), .init("orders", figures),
        ]
    )

    private static let figures = Schema.object([
        .init("average", Schema.number().orNull), .init("count", .count),
        .init("first_date", Schema.instant.orNull), .init("items", .number()),
        .init("last_date", Schema.instant.orNull),
        .init("total", .number()),
    ]).described("What the included orders add up to.")
}
