import Domain

/// Segments and audiences as JSON has them.
enum SegmentSchemas {
    static let idSentence = "The segment's code."

    static let code = Schema.text(1...Segment.codeLimit, pattern: "^[a-z0-9][a-z0-9_-]*$")
    private static let name = Schema.text(1...Segment.nameLimit, pattern: Schema.oneLine)
    private static let description =
        Schema.text(0...Segment.descriptionLimit, pattern: Schema.severalLines).orNull

    static let tree = Schema.named(
        "Conditions",
        .object([], others: .free).described(
            "A condition tree: all, any, not, field, segment or a block such as orders (GET /api/segments/fields)."
        )
    )

    static let input = Schema.named(
        "SegmentInput",
        .object([
            .optional("code", code), .init("conditions", tree), .optional("description", description),
            .init("name", name),
        ])
    )

    static let patch = Schema.named(
        "SegmentPatch",
        .object([
            .optional("code", code), .optional("conditions", tree), .optional("description", description),
            .optional("name", name),
        ])
    )

    static let audienceInput = Schema.named(
        "AudienceInput",
        .object([
            .optional("code", code), .optional("conditions", tree.described("Fills it with who fulfils this now.")),
            .optional("description", description),
            .optional("from_segment", code.described("Fills it with who is in this segment now.")),
            .init("name", name),
        ])
    )

    static let audiencePatch = Schema.named(
        "AudiencePatch",
        .object([.optional("code", code), .optional("description", description), .optional("name", name)])
    )

    static let question = Schema.object([.init("conditions", tree)])

    static let segment = Schema.named("Segment", .resource("segments", attributes))
    static let audience = Schema.named("Audience", .resource("audiences", attributes))
    static let either = Schema.either([segment, audience])

    /// A segment or an audience that a customer is in.
    static let membership: Schema = .either(
        ["segments", "audiences"].map {
            .resource(
                $0, attributes,
                meta: [.init("since", Schema.instant.orNull.described("Since when, as far as it was noted yet."))]
            )
        }
    )

    private static let attributes = Schema.object([
        .init("code", .text), .init("conditions", .either([tree, .null])), .init("created_at", .instant),
        .init("description", Schema.text.orNull), .init("name", .text), .init("updated_at", .instant),
        .init("version", .version),
        .init(
            "words", Schema.text.orNull.described("What the conditions say; null where they cannot be read any more.")),
    ])

    static let preview = Schema.named(
        "SegmentPreview",
        .object([
            .init(
                "attributes",
                .object([
                    .init("average_order_value", Schema.number().orNull), .init("base", .count), .init("count", .count),
                    .init(
                        "sample",
                        Schema.array(CustomerSchemas.resource).described("Empty for a key without customers:read.")
                    ),
                    .init("share_of_base", Schema.number().described("From 0 to 1.")),
                    .init("share_of_revenue", Schema.number().described("From 0 to 1.")),
                ])
            ),
            .init("type", .choice(["segment_previews"])),
        ])
    )

    /// What conditions can be put on, as `ConditionCatalogue` writes it.
    static let catalogue = Schema.named(
        "ConditionCatalogue",
        .object(
            [
                .init("fields", .array(field)), .init("limits", .object([], others: .free)),
                .init("measures", .array(.any)), .init("scopes", .array(.any)), .init("types", .array(.any)),
            ]
        )
    )

    private static let field = Schema.named(
        "ConditionField",
        .object([
            .init("choices", .array(.object([], others: .free))), .init("code", .text), .init("group", .text),
            .init("help", .text), .init("measurable", .boolean), .init("name", .text),
            .init("operators", .array(.choice(ConditionOperator.allCases.map(\.rawValue)))),
            .init("places", Schema.integer(0...18).orNull),
            .init("scope", .choice(ConditionScope.allCases.map(\.rawValue))), .init("type", .text),
        ])
    )

    static let size = Schema.resource(
        "segment_sizes", .object([.init("customers", .count), .init("day", .day)]), hasLink: false
    )

    // MARK: Members

    static let member = Schema.object([.init("external_id", .identifier)])

    static let addition = Schema.either([
        member, .object([.init("from_segment", code)]), .object([.init("conditions", tree)]),
    ])

    static let memberResult = Schema.named(
        "AudienceMember",
        .resource(
            "audience_members", .object([.init("external_id", .text)]), hasLink: false,
            meta: [
                .init("changed", Schema.boolean.described("Whether they were not there, or were.")),
                .init("status", .integer(200...200)),
            ]
        )
    )

    /// What became of filling an audience.
    static let filled = Schema.one(audience, [.init("meta", .object([.init("added", .count)]))])

    // MARK: Why

    static let explanation = Schema.named(
        "SegmentExplanation",
        .resource(
            "segment_explanations",
            .object([
                .init(
                    "changes_at",
                    Schema.instant.orNull.described("When the verdict changes next if nothing else happens.")
                ),
                .init(
                    "first_failure",
                    Schema.text.orNull.described(
                        "Where in the conditions the first stands that fails, a JSON pointer; null where all hold.")
                ),
                .init("holds", .boolean), .init("tree", explained),
            ]),
            hasLink: false
        )
    )

    private static let explained = Schema.named(
        "ExplainedCondition",
        .object([
            .init("actual", Schema.text.orNull.described("What is so: a field's value, or what records measure.")),
            .init("holds", .boolean),
            .init("parts", .array(.any).described("The same of each part.")),
            .init(
                "pointer",
                Schema.text.orNull.described("Where it stands in the conditions; null within a named segment.")),
            .init("words", Schema.text.described("What is asked; of a group all, any or not.")),
        ]))
}
