import Domain
import HTTPTypes

/// What `/api/categories` takes and answers (spec orders.md, "Products and categories").
enum CategoryOperations {
    static let register = Operation(
        .post, "categories", .products, "Create or update categories", scope: .productsWrite
    )
    .detail(
        """
        A category is known by the external_id, and may name another one that it is part of. One that would stand above \
        itself is refused. data may be a list of up to 1,000 categories; each is taken or refused on its own.
        """
    )
    .takes(
        .envelope(CategorySchemas.input, listOf: OrderRoutes.listLimit),
        example: #"{"data":{"attributes":{"external_id":"oolong","name":"Oolong","parent_external_id":"tea"}}}"#
    )
    .answers(.created, .one(CategorySchemas.resource), "The category is new.", headers: [.etag, .location])
    .answers(.ok, .one(CategorySchemas.resource), "The category was known.", headers: [.etag])
    .answers(.ok, .results(of: CategorySchemas.result), "What became of each category of a list.")
    .versioned.repeatable

    static let list = Operation(.get, "categories", .products, "List categories", scope: .productsRead)
        .pages(
            CategorySchemas.resource,
            filters: [
                .init("q", .text, "A part of the name, or the identifier."),
                .init("parent_external_id", .text, "The category that they are part of."),
            ]
        )

    static let show = Operation(.get, "categories/{id}", .products, "Get a category", scope: .productsRead)
        .path("id", idSentence)
        .answers(.ok, .one(CategorySchemas.resource), "The category.", headers: [.etag])
        .versioned

    static let update = Operation(.patch, "categories/{id}", .products, "Change a category", scope: .productsWrite)
        .detail("Absent attributes stay as they are, null and \"\" clear.")
        .path("id", idSentence)
        .takes(
            .envelope(CategorySchemas.patch), example: #"{"data":{"attributes":{"name":"Oolong tea"}}}"#
        )
        .answers(.ok, .one(CategorySchemas.resource), "The category as it is now.", headers: [.etag])
        .versioned

    static let delete = Operation(.delete, "categories/{id}", .products, "Delete a category", scope: .productsWrite)
        .path("id", idSentence)
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "Products or other categories name it.")
        .versioned

    private static let idSentence = "The category's external_id."
}

/// Categories as JSON has them.
enum CategorySchemas {
    private static let name = Schema.text(0...1000, pattern: Schema.oneLine).orNull
    private static let parent = Schema.text(0...FieldType.identifierLimit, pattern: Schema.oneLine).orNull

    static let input = Schema.named(
        "CategoryInput",
        .object([
            .init("external_id", .identifier), .optional("name", name), .optional("parent_external_id", parent),
        ])
    )

    static let patch = Schema.named(
        "CategoryPatch",
        .object([
            .optional("external_id", .identifier), .optional("name", name), .optional("parent_external_id", parent),
        ])
    )

    static let resource = Schema.named("Category", .resource("categories", attributes))

    /// What became of one category of a list.
    static let result = Schema.resource("categories", attributes, meta: [.init("status", .integer(200...201))])

    private static let attributes = Schema.object([
        .init("external_id", .text), .init("name", Schema.text.orNull),
        .init("parent_external_id", Schema.text.orNull), .init("created_at", .instant), .init("updated_at", .instant),
        .init("version", .version),
    ])
}
