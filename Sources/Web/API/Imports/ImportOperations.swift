import Domain
import HTTPTypes
import Platform

/// What `/api/imports` takes and answers (Docs/importing.md).
enum ImportOperations {
    static let start = Operation(.post, "imports", .imports, "Import a file", scope: .ordersWrite)
        .detail(
            """
            The body is the file itself, NDJSON or CSV, also gzip, of any size up to the server's limit. It is imported \
            aside, beside what else is asked: ask for the import until its state is done. Customers ask for \
            customers:write too, products for products:write, an audience for segments:write; receipts need no more than \
            orders do.
            """
        )
        .query(.init("kind", .choice(ImportKind.allCases.map(\.rawValue)), "What the rows are; orders without it."))
        .query(.init("name", .text(1...200), "What the file is called, for people.", example: "march.csv"))
        .query(.init("columns", .text, "What the columns of a CSV are, a JSON object of paths by names; else guessed."))
        .query(.init("decimal", .choice(["point", "comma"]), "How decimals are written; point without it."))
        .query(.init("dry_run", .choice(["true", "false"]), "Do everything but keep it."))
        .query(.init("audience", .text(1...64), "The audience that customers are put into.", example: "newsletter"))
        .query(.init("skip_triggers", .choice(["true", "false"]), "Store without starting campaigns, as for history."))
        .takes(["text/csv", "application/x-ndjson", "application/gzip", "application/octet-stream"], .text)
        .streamed
        .answers(.accepted, .one(ImportSchemas.resource), "The import waits for a worker.", headers: [.location])

    static let list = Operation(.get, "imports", .imports, "List imports", scope: .ordersRead)
        .detail("The newest first.").pages(ImportSchemas.resource)

    static let show = Operation(.get, "imports/{id}", .imports, "Get an import", scope: .ordersRead)
        .path("id", "The import's id.")
        .answers(
            .ok, .one(ImportSchemas.resource), "The import, with how far it has come and the first rows it refused.")

    static let refused = Operation(.get, "imports/{id}/refused", .imports, "Get the refused rows", scope: .ordersRead)
        .detail("The rows as they stood in the file, with why: mended, they can be sent as they stand.")
        .path("id", "The import's id.")
        .answers(.ok, nil, "The rows.", mediaTypes: ["text/csv", "application/x-ndjson"])

    static let cancel = Operation(.post, "imports/{id}/cancel", .imports, "Cancel an import", scope: .ordersWrite)
        .detail("What it did so far stands.").path("id", "The import's id.")
        .answers(.ok, .one(ImportSchemas.resource), "The import.")
        .refuses(.conflict, "It has ended already.")

    static let undo = Operation(.post, "imports/{id}/undo", .imports, "Undo an import", scope: .ordersWrite)
        .detail(
            """
            What it made is deleted, and what it changed goes back to what it was, but where somebody else wrote since; \
            customers who have orders or receipts stay too. It works for thirty days.
            """
        )
        .path("id", "The import's id.")
        .answers(.accepted, .one(ImportSchemas.resource), "The undoing waits for a worker.", headers: [.location])
        .refuses(.conflict, "It has not ended, was undone already, or is too long ago.")
}

/// Imports as JSON has them.
enum ImportSchemas {
    private static let refused = Schema.object([
        .init("line", .count), .init("reason", .text),
    ])

    static let resource = Schema.named(
        "Import",
        .object([
            .init(
                "attributes",
                .object([
                    .init("actor", .text), .init("bytes_done", .count), .init("bytes_total", .count),
                    .init("created", .count), .init("finished_at", Schema.instant.orNull), .init("kind", .text),
                    .init("name", .text), .init("reason", Schema.text.orNull), .init("refused", .count),
                    .init("refused_rows", Schema.array(refused).described("The first of them.")),
                    .init("rows_done", .count), .init("started_at", .instant),
                    .init("state", .choice(ImportRun.State.allCases.map(\.rawValue))), .init("unchanged", .count),
                    .init(
                        "undone",
                        .object([.init("deleted", .count), .init("left", .count), .init("restored", .count)])),
                    .init("updated", .count),
                ])
            ),
            .init("id", .text), .init("links", .object([.optional("refused", .text), .init("self", .text)])),
            .init("type", .choice(["imports"])),
        ])
    )
}
