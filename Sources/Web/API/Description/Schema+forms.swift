/// The forms that every body has (spec README, "Conventions").
extension Schema {
    /// A request's body: `{"data":{"attributes":{…}}}`.
    ///
    /// - Parameters:
    ///   - limit: The most elements of a list; 1 takes no list.
    ///   - skipsTriggers: Whether `meta.skip_triggers` means something.
    static func envelope(_ attributes: Schema, listOf limit: Int = 1) -> Schema {
        func element(_ attributes: Schema) -> Schema {
            // What an answer carries beside the attributes may be sent back.
            .object([
                .init("attributes", attributes), .optional("type", .any), .optional("id", .any),
                .optional("links", .any),
            ])
        }
        // One that will not do is refused in its place; the others are taken.
        let listed = element(.either([attributes, .any]))
        let data =
            limit > 1 ? Schema.either([element(attributes), .array(listed, atMost: limit)]) : element(attributes)
        return .object([
            .init("data", data),
            .optional(
                "meta",
                .object([
                    .optional(
                        "skip_triggers", .boolean.described("Store without starting campaigns, as for history.")
                    )
                ])
            ),
        ])
    }

    /// A resource as answers write it.
    static func resource(
        _ type: String, _ attributes: Schema, id: Schema = .text, hasLink: Bool = true, meta: [Property] = []
    ) -> Schema {
        var properties: [Property] = [
            .init("attributes", attributes), .init("id", id), .init("type", .choice([type])),
        ]
        if hasLink { properties.append(.init("links", .object([.init("self", .text)]))) }
        if !meta.isEmpty { properties.append(.init("meta", .object(meta))) }
        return .object(properties)
    }

    /// An answer of one resource, with what else stands beside `data`.
    static func one(_ resource: Schema, _ others: [Property] = []) -> Schema {
        .object([.init("data", resource)] + others)
    }

    /// A page of a collection.
    static func page(of resource: Schema) -> Schema {
        .object([
            .init("data", .array(resource)),
            .init("links", .object([.optional("next", .text), .init("self", .text)])),
            .init("meta", .object([.init("count", .count), .init("total", .count)])),
        ])
    }

    /// What became of each element of a list that was sent.
    static func results(of resource: Schema) -> Schema {
        .object([
            .init("data", .array(.either([resource, .refusedElement]))),
            .init("meta", .object([.init("count", .count)])),
        ])
    }

    /// The same, or an empty text, which a filter counts as absent.
    var orEmpty: Schema {
        if case .string(let text) = self, text.format == nil, text.pattern == nil, text.shortest == nil { return self }
        return .either([self, .choice([""])])
    }

    static let count = Schema.integer(0...largestInteger)
    /// A version, counted from 1.
    static let version = Schema.integer(1...largestInteger)
    /// The largest whole number that every reader of JSON keeps exactly.
    static let largestInteger: Int64 = 1 << 53 - 1

    private static let refusedElement = Schema.named(
        "RefusedElement",
        .object([
            .init("errors", .array(fault)), .init("meta", .object([.init("status", .integer(422...422))])),
        ])
    )

    private static let fault = Schema.named(
        "Fault",
        .object([
            .init("code", Schema.text.described("Stable, in snake_case.")),
            .init("detail", Schema.text.described("A sentence that says how to mend it.")),
            .init("pointer", Schema.text.described("Where it stands in the request, a JSON pointer.")),
        ])
    )

    /// An error (RFC 9457).
    static let problem = Schema.named(
        "Problem",
        .object([
            .init("detail", Schema.text.described("A sentence that says how to mend it.")),
            .optional("errors", Schema.array(fault, atMost: 100).described("All that is wrong with the attributes.")),
            .init("instance", Schema.text.described("The path that was asked.")),
            .init("request_id", Schema.text.described("The id under which the log has the request.")),
            .init("status", .integer(400...599)),
            .init("title", .text),
            .init("type", .text(pattern: "^urn:reorder:problem:[a-z0-9_]+$")),
        ])
    )
}
