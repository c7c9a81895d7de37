import Domain

/// What orders and receipts have in common as JSON has them.
enum SaleSchemas {
    static let reported = Schema.moment.orCleared.described(
        "When the shop saw this state; older than what is stored: ignored."
    )

    /// What a description takes beside the system fields.
    ///
    /// - Parameters:
    ///   - name: What the schema of a line is called.
    ///   - object: What the lines are, for their custom fields.
    static func input<Line: SystemField>(
        _ line: Line.Type, named name: String, _ object: FieldObject
    ) -> [Schema.Property] {
        let identifier = Schema.text(0...FieldType.identifierLimit, pattern: Schema.oneLine).orNull
        let line = Schema.named(
            name,
            .object(
                Line.properties(.input) + [.optional("external_id", identifier)], others: .custom(object, .input)
            )
        )
        return [
            .init("external_id", .identifier), .optional("client_external_id", .identifier),
            .optional("date", Schema.moment.orCleared),
            .optional("updated_at", reported),
            .optional("items", .array(line, atMost: LinePatch<Line>.limit)),
            .optional("metadata", Schema.metadata.orCleared),
        ]
    }

    /// What stands beside the system fields.
    static func attributes<Line: SystemField>(_ line: Line.Type, _ object: FieldObject) -> [Schema.Property] {
        [
            .init("external_id", .text), .init("date", .instant),
            .init("client_external_id", Schema.text.orNull.described("Null once the customer was erased.")),
            .init("created_at", .instant), .init("updated_at", .instant),
            .init(
                "items",
                .array(
                    .object(
                        Line.properties(.output) + [.init("external_id", .text)], others: .custom(object, .output)
                    )
                )
            ),
            .init("metadata", Schema.metadata.orNull), .init("version", .version),
        ]
    }

    /// One of them, with whether a description was stale.
    static func one(_ resource: Schema) -> Schema {
        let stale = Schema.boolean.described("The description was older than what is stored; nothing changed.")
        return Schema.one(resource, [.optional("meta", .object([.init("stale", stale)]))])
    }

    /// What became of one of a list.
    static func result(_ type: String) -> Schema {
        Schema.resource(
            type, .object([.init("external_id", .text), .init("updated_at", .instant), .init("version", .version)]),
            meta: [.init("stale", .boolean), .init("status", .integer(200...201))]
        )
    }

    static func change(_ name: String, _ type: String) -> Schema {
        Schema.named(
            name,
            .resource(
                type,
                .object([
                    .init("actor", .text), .init("arrived_at", .instant), .init("channel", .text),
                    .init("field", .text), .init("from", Schema.text.orNull), .init("happened_at", .instant),
                    .init("to", Schema.text.orNull), .init("version", .version),
                ]),
                hasLink: false
            )
        )
    }
}
