import Domain
import HTTPTypes

/// What `/api/products` takes and answers (spec orders.md, "Products and categories").
enum ProductOperations {
    static let register = Operation(.post, "products", .products, "Create or update products", scope: .productsWrite)
        .detail(
            """
            A product is known by the external_id; lines of orders may name products that are not in the catalogue. \
            data may be a list of up to 1,000 products; each is taken or refused on its own.
            """
        )
        .takes(
            .envelope(ProductSchemas.input, listOf: OrderRoutes.listLimit),
            example:
                #"{"data":{"attributes":{"external_id":"oolong-100","name":"Oolong, 100 g","price":12.5,"stock":40}}}"#
        )
        .answers(.created, .one(ProductSchemas.resource), "The product is new.", headers: [.etag, .location])
        .answers(.ok, .one(ProductSchemas.resource), "The product was known.", headers: [.etag])
        .answers(.ok, .results(of: ProductSchemas.result), "What became of each product of a list.")
        .versioned.repeatable

    static let list = Operation(.get, "products", .products, "List products", scope: .productsRead)
        .pages(
            ProductSchemas.resource,
            filters: [
                .init("q", .text, "A part of the name, or how the identifier or the article number begins."),
                .init("category_external_id", .text, "The category."),
            ]
        )
        .filteredByFields(of: .product)

    static let show = Operation(.get, "products/{id}", .products, "Get a product", scope: .productsRead)
        .path("id", "The product's external_id.")
        .answers(.ok, .one(ProductSchemas.resource), "The product.", headers: [.etag])
        .versioned

    static let update = Operation(.patch, "products/{id}", .products, "Change a product", scope: .productsWrite)
        .detail("Absent attributes stay as they are, null and \"\" clear.")
        .path("id", "The product's external_id.")
        .takes(.envelope(ProductSchemas.patch), example: #"{"data":{"attributes":{"price":13.5,"stock":12}}}"#)
        .answers(.ok, .one(ProductSchemas.resource), "The product as it is now.", headers: [.etag])
        .versioned

    static let delete = Operation(.delete, "products/{id}", .products, "Delete a product", scope: .productsWrite)
        .detail("Lines of orders and receipts that name it stay as they are.")
        .path("id", "The product's external_id.")
        .answers(.noContent, nil, "It is deleted.")
        .versioned
}

/// Products as JSON has them, from the table that the decoder reads.
enum ProductSchemas {
    static let input = Schema.named(
        "ProductInput",
        .object(
            ProductField.properties(.input) + [.init("external_id", .identifier)], others: .custom(.product, .input)
        )
    )

    static let patch = Schema.named(
        "ProductPatch",
        .object(
            ProductField.properties(.input) + [.optional("external_id", .identifier)],
            others: .custom(.product, .input)
        )
    )

    static let resource = Schema.named("Product", .resource("products", attributes))

    /// What became of one product of a list.
    static let result = Schema.resource("products", attributes, meta: [.init("status", .integer(200...201))])

    private static let attributes = Schema.object(
        ProductField.properties(.output) + [
            .init("external_id", .text), .init("created_at", .instant), .init("updated_at", .instant),
            .init("version", .version),
        ],
        others: .custom(.product, .output)
    )
}
