import Domain

/// Orders as JSON has them, from the tables that the decoder reads.
enum OrderSchemas {
    static let idSentence = "The order's external_id."

    private static let code = Schema.text(0...64, pattern: Schema.oneLine).orNull

    static let input = Schema.named(
        "OrderInput",
        .object(
            OrderField.properties(
                .input,
                blocks: ["delivery": [.optional("status_code", code)], "payment": [.optional("status_code", code)]]
            ).map(clearable) + [
                .init("external_id", .identifier), .optional("client_external_id", .identifier),
                .optional("date", Schema.moment.orCleared), .optional("status_code", code),
                .optional(
                    "updated_at",
                    Schema.moment.orCleared.described(
                        "When the shop saw this state; older than what is stored: ignored.")
                ),
                .optional("items", .array(line, atMost: OrderLinePatch.limit)),
                .optional("metadata", Schema.metadata.orCleared),
            ],
            others: .custom(.order, .input)
        )
    )

    /// The blocks may be cleared as a whole.
    private static func clearable(_ property: Schema.Property) -> Schema.Property {
        guard case .object = property.schema else { return property }
        return .optional(property.name, property.schema.orNull)
    }

    private static let line = Schema.named(
        "OrderLineInput",
        .object(
            LineField.properties(.input)
                + [
                    .optional("external_id", Schema.text(0...FieldType.identifierLimit, pattern: Schema.oneLine).orNull)
                ],
            others: .custom(.orderLine, .input)
        )
    )

    static let statuses = Schema.object([
        .optional("status_code", code), .optional("delivery.status_code", code), .optional("payment.status_code", code),
        .optional("delivery", .object([.optional("status_code", code)])),
        .optional("payment", .object([.optional("status_code", code)])),
        .optional("date", Schema.moment.orCleared.described("When it happened; now, where it is absent.")),
    ])

    static let resource = Schema.named("Order", .resource("orders", attributes))

    static let attributes = Schema.object(
        OrderField.properties(
            .output,
            blocks: [
                "delivery": [.init("status_code", Schema.text.orNull)],
                "payment": [.init("status_code", Schema.text.orNull)],
            ]
        ) + [
            .init("external_id", .text), .init("date", .instant),
            .init("client_external_id", Schema.text.orNull.described("Null once the customer was erased.")),
            .init("status_code", Schema.text.orNull), .init("created_at", .instant), .init("updated_at", .instant),
            .init("included", Schema.boolean.described("Whether reports and figures count it.")),
            .init(
                "items",
                .array(
                    .object(
                        LineField.properties(.output) + [.init("external_id", .text)],
                        others: .custom(.orderLine, .output)
                    )
                )
            ),
            .init("metadata", Schema.metadata.orNull),
            .init("value", Schema.number().described("items_sum, else the sum of the lines, else payment.total.")),
            .init("version", .version),
        ],
        others: .custom(.order, .output)
    )

    static let one = Schema.one(
        resource,
        [
            .optional(
                "meta",
                .object([
                    .init(
                        "stale",
                        Schema.boolean.described("The description was older than what is stored; nothing changed.")
                    )
                ])
            )
        ]
    )

    /// What became of one order of a list.
    static let result = Schema.resource(
        "orders",
        .object([.init("external_id", .text), .init("updated_at", .instant), .init("version", .version)]),
        meta: [.init("stale", .boolean), .init("status", .integer(200...201))]
    )

    static let change = Schema.named(
        "OrderChange",
        .resource(
            "order_changes",
            .object([
                .init("actor", .text), .init("arrived_at", .instant), .init("channel", .text), .init("field", .text),
                .init("from", Schema.text.orNull), .init("happened_at", .instant), .init("to", Schema.text.orNull),
                .init("version", .version),
            ]),
            hasLink: false
        )
    )

    static let example = #"""
        {"data":{"attributes":{"external_id":"A-2041","client_external_id":"ana-17","number":"2041","date":"2026-03-14 10:25:00","items_cnt":3,"items_sum":33.9,"status_code":"accepted","delivery":{"type":"courier","city":"Porto"},"payment":{"type":"card","total":38.8,"delivery":4.9},"items":[{"external_id":"1","product_external_id":"oolong-100","cnt":2,"price":12.5,"sum":25},{"external_id":"2","product_external_id":"honey-250","cnt":1,"price":8.9,"sum":8.9}]}}}
        """#
}
