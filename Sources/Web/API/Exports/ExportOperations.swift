import Domain
import HTTPTypes

/// What `/api/exports` takes and answers (Docs/exporting.md).
enum ExportOperations {
    private static let scopes =
        "A key exports what it may read: customers and their columns ask for customers:read too."

    static let start = Operation(.post, "exports", .exports, "Ask for an export", scope: .ordersRead)
        .detail("The file is made aside: ask for the export until its state is done, then fetch the file. \(scopes)")
        .takes(
            .envelope(ExportSchemas.input),
            example:
                #"{"data":{"attributes":{"object":"orders","format":"csv","filter":{"payment.status_code":"paid"}}}}"#
        )
        .answers(.accepted, .one(ExportSchemas.resource), "The export waits for a worker.", headers: [.location])

    static let list = Operation(.get, "exports", .exports, "List exports", scope: .ordersRead)
        .detail("The newest first.").pages(ExportSchemas.resource)

    static let show = Operation(.get, "exports/{id}", .exports, "Get an export", scope: .ordersRead)
        .path("id", "The export's id.")
        .answers(.ok, .one(ExportSchemas.resource), "The export, with how far it has come.")

    static let cancel = Operation(.delete, "exports/{id}", .exports, "Cancel an export", scope: .ordersRead)
        .detail("One that is done loses its file.").path("id", "The export's id.")
        .answers(.noContent, nil, "It is cancelled.")

    static let file = Operation(.get, "exports/{id}/file", .exports, "Fetch an export's file", scope: .ordersRead)
        .path("id", "The export's id.")
        .answers(
            .ok, nil, "The file.",
            mediaTypes: [
                "text/csv", "application/x-ndjson", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ]
        )
        .answers(.accepted, .one(ExportSchemas.resource), "It is not done yet: come back.", headers: [.location])
        .refuses(.gone, "There is no file: it failed, was cancelled, or its time is over.")
}

/// Exports as JSON has them.
enum ExportSchemas {
    private static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Schema {
        .choice(Word.allCases.map(\.rawValue))
    }

    static let input = Schema.object([
        .optional("bom", Schema.boolean.described("Begin a CSV with a byte order mark, for Excel.")),
        .optional(
            "columns", Schema.array(.text, atMost: 500).described("Paths, in their order; else the standard ones.")),
        .optional(
            "filter",
            Schema.object([], others: .free).described(
                "The filters of the object's list, and segment: the code of one.")),
        .optional("format", words(ExportFormat.self)), .init("object", words(ExportObject.self)),
        .optional("separator", words(ExportSeparator.self)),
    ])

    static let resource = Schema.named(
        "Export",
        .object([
            .init(
                "attributes",
                .object([
                    .init("bom", .boolean), .init("bytes", .count), .init("columns", .array(.text)),
                    .init("created_at", .instant), .init("expires_at", Schema.instant.orNull),
                    .init("filter", .object([], others: .free)), .init("finished_at", Schema.instant.orNull),
                    .init("format", words(ExportFormat.self)), .init("object", words(ExportObject.self)),
                    .init("reason", Schema.text.orNull), .init("rows_done", .count), .init("rows_total", .count),
                    .init("separator", words(ExportSeparator.self)), .init("state", words(ExportRun.State.self)),
                ])
            ),
            .init("id", .text),
            .init(
                "links",
                .object([
                    .optional(
                        "download", Schema.text.described("The file for whoever has the link, until it expires.")),
                    .optional("file", .text), .init("self", .text),
                ])
            ),
            .init("type", .choice(["exports"])),
        ])
    )
}
