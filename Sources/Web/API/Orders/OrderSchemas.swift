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
                .optional("status_code", code)
            ] + SaleSchemas.input(LineField.self, named: "OrderLineInput", .orderLine),
            others: .custom(.order, .input)
        )
    )

    /// The blocks may be cleared as a whole.
    private static func clearable(_ property: Schema.Property) -> Schema.Property {
        guard case .object = property.schema else { return property }
        return .optional(property.name, property.schema.orNull)
    }

    static let statuses = Schema.object([
        .optional("status_code", code), .optional("delivery.status_code", code), .optional("payment.status_code", code),
        .optional("delivery", .object([.optional("status_code", code)])),
        .optional("payment", .object([.optional("status_code", code)])),
        .optional("date", Schema.moment.orCleared.described("When it happened; now, where it is absent.")),
        .optional("updated_at", SaleSchemas.reported),
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
            .init("status_code", Schema.text.orNull),
            .init("included", Schema.boolean.described("Whether reports and figures count it.")),
            .init("value", Schema.number().described("items_sum, else the sum of the lines, else payment.total.")),
        ] + SaleSchemas.attributes(LineField.self, .orderLine),
        others: .custom(.order, .output)
    )

    static let one = SaleSchemas.one(resource)

    /// What became of one order of a list.
    static let result = SaleSchemas.result("orders")

    static let change = SaleSchemas.change("OrderChange", "order_changes")

    static let example = #"""
        {"data":{"attributes":{"external_id":"A-2041","client_external_id":"ana-17","number":"2041","date":"2026-03-14 10:25:00","items_cnt":3,"items_sum":33.9,"status_code":"accepted","delivery":{"type":"courier","city":"Porto"},"payment":{"type":"card","total":38.8,"delivery":4.9},"items":[{"external_id":"1","product_external_id":"oolong-100","cnt":2,"price":12.5,"sum":25},{"external_id":"2","product_external_id":"honey-250","cnt":1,"price":8.9,"sum":8.9}]}}}
        """#
}
