import Domain
import HTTPTypes

/// What `/api/fields` takes and answers (spec orders.md, "Fields").
enum FieldOperations {
    static let list = Operation(.get, "fields", .fields, "List fields", scope: .ordersRead)
        .detail("System and custom fields, object by object; custom ones in the order of their positions.")
        .pages(
            FieldSchemas.resource,
            filters: [
                .init("object", FieldSchemas.object, "Fields of one object only.", example: "order"),
                .init("custom", .choice(["true", "false"]), "Only custom fields, or only the system's."),
            ]
        )

    static let create = Operation(.post, "fields", .fields, "Add a custom field", scope: .admin)
        .detail(
            """
            A field with a metadata_path takes its values from the object's metadata: also from what is stored, by and \
            by. It can be neither required nor sent by itself.
            """
        )
        .takes(
            .envelope(FieldSchemas.input),
            example: #"""
                {"data":{"attributes":{"object":"customer","code":"loyalty_tier","name":"Loyalty tier","type":"choice","choices":["silver","gold"],"group":"Loyalty","default":"silver"}}}
                """#
        )
        .answers(.created, .one(FieldSchemas.resource), "The field is there.", headers: [.etag, .location])
        .refuses(.conflict, "The object has a field with this code already.")

    static let show = Operation(.get, "fields/{object}/{code}", .fields, "Get a field", scope: .ordersRead).ofField
        .answers(
            .ok, .one(FieldSchemas.resource), "The field, with how many objects have a value of it.", headers: [.etag])

    static let update = Operation(
        .patch, "fields/{object}/{code}", .fields, "Change a custom field", scope: .admin
    ).ofField
        .detail(
            """
            Object, code and type are fixed. Another metadata_path, or none any more, removes the values that the field \
            has, and takes those of the new place.
            """
        )
        .takes(
            .envelope(FieldSchemas.patch),
            example: #"{"data":{"attributes":{"name":"Tier","choices":["silver","gold","platinum"]}}}"#
        )
        .answers(.ok, .one(FieldSchemas.resource), "The field as it is now.", headers: [.etag])
        .refuses(.conflict, "It is one of the system's.")
        .versioned

    static let delete = Operation(
        .delete, "fields/{object}/{code}", .fields, "Delete a custom field", scope: .admin
    ).ofField
        .detail("All its values go with it; get the field before to see how many.")
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "Something uses it, which the detail names; or it is one of the system's.")
        .versioned
}

extension Operation {
    fileprivate var ofField: Operation {
        path("object", "Which object's.", FieldSchemas.object).path("code", "The field's code.", .text(1...63))
    }
}

/// Fields as JSON has them.
enum FieldSchemas {
    static let object = Schema.choice(FieldObject.allCases.map(\.rawValue))
    private static let type = Schema.choice(CustomFieldType.allCases.map(\.rawValue))
    private static let code = Schema.text(1...63, pattern: "^[a-z][a-z0-9_]{0,62}$")
    private static let name = Schema.text(1...100, pattern: Schema.oneLine)
    private static let scalar = Schema.either([.number(), .text, .null])

    static let input = Schema.named(
        "FieldInput",
        .object(fields + [.init("object", object), .init("code", code), .init("name", name), .init("type", type)])
    )
    static let patch = Schema.named(
        "FieldPatch",
        .object(
            fields + [
                .optional("object", object), .optional("code", code), .optional("name", name), .optional("type", type),
            ]
        )
    )
    private static let fields: [Schema.Property] = [
        .optional("choices", Schema.array(.text(1...100), atMost: 200).described("Of choice and choices only.")),
        .optional(
            "default",
            Schema.either([.number(), .boolean, .text, .array(.text), .null])
                .described("What new objects get where nothing is said: a value of the type.")
        ),
        .optional("description", .text(0...1000, pattern: Schema.oneLine).orNull),
        .optional("group", .text(0...100, pattern: Schema.oneLine).orNull),
        .optional("max", scalar),
        .optional("metadata_path", Schema.text(0...255, pattern: Schema.oneLine).orNull),
        .optional(
            "min",
            scalar.described("The least number, date or time; of texts how many characters, of choices how many.")
        ),
        .optional("required", Schema.boolean.described("Whether a new object must have a value.")),
    ]

    static let resource = Schema.named(
        "Field",
        .resource(
            "fields",
            .object([
                .init("choices", .array(.text)), .init("code", .text), .init("custom", .boolean),
                .init("default", Schema.either([.number(), .boolean, .text, .array(.text), .null])),
                .init("description", .text), .init("group", .text), .init("max", scalar),
                .init("metadata_path", Schema.text.orNull), .init("min", scalar), .init("name", .text),
                .init("object", object), .init("position", Schema.count.orNull), .init("required", .boolean),
                .init("type", .choice(FieldKind.allCases.map(\.rawValue))),
                .optional("values", Schema.count.described("How many objects have a value: what a deletion loses.")),
            ])
        )
    )
}
