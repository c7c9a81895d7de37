import Domain
import HTTPTypes

/// What `/api/project` takes and answers (spec orders.md, "Feature flag").
enum ProjectOperations {
    static let show = Operation(.get, "project", .project, "Get what holds for the whole shop", scope: .admin)
        .answers(.ok, .one(resource), "The project.", headers: [.etag])
        .versioned

    static let update = Operation(.patch, "project", .project, "Change what holds for the whole shop", scope: .admin)
        .detail("Only what is said is changed. A feature that is switched off keeps its data, and answers 403.")
        .takes(.envelope(patch), example: #"{"data":{"attributes":{"features":{"EnableReceipts":true}}}}"#)
        .answers(.ok, .one(resource), "The project as it is now.", headers: [.etag])
        .versioned

    private static let rule = Schema.choice(InclusionRule.allCases.map(\.rawValue))
    private static let features = Feature.allCases.map(\.rawValue)

    private static let patch = Schema.named(
        "ProjectPatch",
        .object([
            .optional("name", .text(1...100, pattern: Schema.oneLine)),
            .optional("currency", Schema.text(3...3, pattern: "^[A-Z]{3}$").described("ISO 4217.")),
            .optional("time_zone", Schema.text(1...64).described("As in Europe/Lisbon.")),
            .optional("included_orders", rule.described("Which orders reports and figures count.")),
            .optional("create_unknown_customers", .boolean), .optional("create_unknown_statuses", .boolean),
            .optional(
                "event_days",
                Schema.integer(Project.eventDaysRange).described("How many days events of customers are kept.")
            ),
            .optional("features", .object(features.map { .optional($0, .boolean) })),
        ])
    )

    private static let resource = Schema.named(
        "Project",
        .resource(
            "projects",
            .object([
                .init("name", .text), .init("currency", .text), .init("time_zone", .text),
                .init("included_orders", rule), .init("create_unknown_customers", .boolean),
                .init("create_unknown_statuses", .boolean), .init("event_days", .integer(Project.eventDaysRange)),
                .init("features", .object(features.map { .init($0, .boolean) })),
            ])
        )
    )
}
