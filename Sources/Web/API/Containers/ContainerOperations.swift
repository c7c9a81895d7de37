import Domain
import HTTPTypes

/// What `/api/customers/{id}/containers` and `/api/container-types` take and answer (spec tracking.md, "Containers").
enum ContainerOperations {
    static let list = Operation(
        .get, "customers/{id}/containers", .containers, "List what a customer has in containers", scope: .eventsRead
    )
    .detail("The containers that the customer has used, the cart first; an empty one among them has been emptied.")
    .path("id", CustomerSchemas.idSentence)
    .answers(.ok, .object([.init("data", .array(ContainerSchemas.resource))]), "The containers.")

    static let show = Operation(
        .get, "customers/{id}/containers/{code}", .containers, "Get a container of a customer", scope: .eventsRead
    )
    .detail("One that the customer never used is empty, and of version 0.")
    .path("id", CustomerSchemas.idSentence)
    .path("code", codeSentence)
    .answers(.ok, .one(ContainerSchemas.resource), "The container.", headers: [.etag])
    .versioned

    static let replace = Operation(
        .put, "customers/{id}/containers/{code}", .containers, "Replace what is in a container", scope: .eventsWrite
    )
    .detail(
        """
        The lines are the whole contents from now on; none empties it. What is as it was changes nothing and raises \
        nothing, and each line that differs raises its event. A line whose product stays keeps the moment when it was added.
        """
    )
    .path("id", CustomerSchemas.idSentence)
    .path("code", codeSentence)
    .takes(
        .envelope(ContainerSchemas.contents),
        example: #"{"data":{"attributes":{"lines":[{"product":"oolong-100","quantity":2,"price":12.5}]}}}"#
    )
    .answers(.ok, .one(ContainerSchemas.resource), "The container as it is now.", headers: [.etag])
    .versioned

    static let add = Operation(
        .post, "customers/{id}/containers/{code}/lines/{product}", .containers, "Put a product into a container",
        scope: .eventsWrite
    )
    .detail("Of a product that is in it already it is as many more. Without a quantity it is one.")
    .path("id", CustomerSchemas.idSentence)
    .path("code", codeSentence)
    .path("product", productSentence, .identifier)
    .takes(
        .envelope(ContainerSchemas.added), example: #"{"data":{"attributes":{"quantity":1,"price":12.5}}}"#
    )
    .answers(.ok, .one(ContainerSchemas.resource), "The container as it is now.", headers: [.etag])
    .versioned

    static let change = Operation(
        .patch, "customers/{id}/containers/{code}/lines/{product}", .containers, "Change a line of a container",
        scope: .eventsWrite
    )
    .detail("Absent attributes stay as they are, null clears. A quantity of 0 takes the product out.")
    .path("id", CustomerSchemas.idSentence)
    .path("code", codeSentence)
    .path("product", productSentence, .identifier)
    .takes(.envelope(ContainerSchemas.line), example: #"{"data":{"attributes":{"quantity":3}}}"#)
    .answers(.ok, .one(ContainerSchemas.resource), "The container as it is now.", headers: [.etag])
    .versioned

    static let remove = Operation(
        .delete, "customers/{id}/containers/{code}/lines/{product}", .containers, "Take a product out of a container",
        scope: .eventsWrite
    )
    .path("id", CustomerSchemas.idSentence)
    .path("code", codeSentence)
    .path("product", productSentence, .identifier)
    .answers(.noContent, nil, "The product is out of it.")
    .versioned

    private static let codeSentence = "The container's code, such as cart."
    private static let productSentence = "The product's external_id; the catalogue need not know it."
}

/// What `/api/container-types` takes and answers.
enum ContainerTypeOperations {
    static let list = Operation(
        .get, "container-types", .containers, "List the kinds of containers", scope: .eventsRead
    )
    .answers(.ok, .object([.init("data", .array(ContainerSchemas.type))]), "The cart, and the others by name.")

    static let create = Operation(
        .post, "container-types", .containers, "Add a kind of containers", scope: .admin
    )
    .detail("From then on each customer and visitor can have one: favourites, notify when available, or what you like.")
    .takes(
        .envelope(ContainerSchemas.typeInput),
        example: #"{"data":{"attributes":{"code":"favourites","name":"Favourites","lifetime_days":365}}}"#
    )
    .answers(.created, .one(ContainerSchemas.type), "It is added.", headers: [.etag, .location])
    .refuses(.conflict, "There is one with the code already, or there are \(ContainerType.limit).")

    static let update = Operation(
        .patch, "container-types/{code}", .containers, "Change a kind of containers", scope: .admin
    )
    .detail(
        """
        Absent attributes stay as they are, null clears lifetime_days; the code stays. What is in such containers is \
        abandoned and emptied by what holds from now on.
        """
    )
    .path("code", "Its code.")
    .takes(
        .envelope(ContainerSchemas.typePatch), example: #"{"data":{"attributes":{"abandoned_after_minutes":90}}}"#
    )
    .answers(.ok, .one(ContainerSchemas.type), "It as it is now.", headers: [.etag])
    .versioned

    static let delete = Operation(
        .delete, "container-types/{code}", .containers, "Delete a kind of containers", scope: .admin
    )
    .path("code", "Its code.")
    .answers(.noContent, nil, "It is deleted.")
    .refuses(.conflict, "It is the cart, or customers have something in it.")
    .versioned
}

/// Containers as JSON has them.
enum ContainerSchemas {
    private static let lineFields: [Schema.Property] = [
        .optional("quantity", Schema.number(0...FixedPoint.quantityLimit).orCleared),
        .optional("price", Schema.number(0...FixedPoint.moneyLimit).orCleared.described("Of one.")),
        .optional("context", Schema.any.described("Any JSON of up to 32 KB, kept as it is sent.")),
    ]
    /// What an answer carries beside may be sent back.
    private static let lineBeside: [Schema.Property] = ["added_at", "changed_at", "sum"].map { .optional($0, .any) }

    /// A line whose product stands in the address.
    static let line = Schema.named(
        "ContainerLinePatch", .object(lineFields + lineBeside + [.optional("product", .identifier)]))
    static let added = line

    static let contents = Schema.named(
        "ContainerContentsInput",
        .object(
            [
                .init(
                    "lines",
                    .array(
                        .object(lineFields + lineBeside + [.init("product", .identifier)]), atMost: Container.lineLimit)
                )
            ]
                + ["abandoned", "abandoned_at", "changed_at", "code", "name", "quantity", "since", "total", "version"]
                .map { .optional($0, .any) }
        )
    )

    static let resource = Schema.named("Container", .resource("containers", attributes))

    static let attributes = Schema.object([
        .init("abandoned", .boolean), .init("abandoned_at", Schema.instant.orNull),
        .init("changed_at", Schema.instant.orNull), .init("code", .text),
        .init(
            "lines",
            .array(
                .object([
                    .init("added_at", .instant), .init("changed_at", .instant), .init("context", .any),
                    .init("price", Schema.number().orNull), .init("product", .text), .init("quantity", .number()),
                    .init("sum", Schema.number().orNull),
                ])
            )
        ),
        .init("name", .text), .init("quantity", .number()),
        .init("since", Schema.instant.orNull.described("When the first of what is in it was put in.")),
        .init("total", Schema.number().described("What the lines with a price add up to.")), .init("version", .count),
    ])

    static let type = Schema.named("ContainerType", .resource("container_types", typeAttributes))

    private static let typeAttributes = Schema.object([
        .init("abandoned_after_minutes", .count), .init("code", .text), .init("emptied_by_order", .boolean),
        .init("lifetime_days", Schema.count.orNull), .init("name", .text),
        .init("system", Schema.boolean.described("Whether it is part of the product and stays.")),
        .init("version", .version),
    ])

    private static let typeFields: [Schema.Property] = [
        .optional(
            "lifetime_days",
            Schema.integer(ContainerType.lifetime).orCleared.described(
                "After so many days without a change a container is emptied; none keeps it.")),
        .optional(
            "abandoned_after_minutes",
            Schema.integer(ContainerType.abandonedMinutes).described(
                "After so many minutes without a change a container that holds something is abandoned; 60 of a new one."
            )),
        .optional(
            "emptied_by_order", Schema.boolean.described("Whether a new order of the customer empties it.")),
    ]
    private static let code = Schema.text(1...ContainerType.codeLimit, pattern: "^[a-z0-9][a-z0-9_-]*$")
    private static let name = Schema.text(1...ContainerType.nameLimit, pattern: #"^[^\u0000-\u001f\u007f]*$"#)

    static let typeInput = Schema.named(
        "ContainerTypeInput", .object(typeFields + [.init("code", code), .init("name", name)]))
    static let typePatch = Schema.named(
        "ContainerTypePatch", .object(typeFields + [.optional("code", code), .optional("name", name)]))
}
