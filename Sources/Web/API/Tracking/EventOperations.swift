import Domain
import HTTPTypes

/// What `/api/events`, `/api/event-sources` and `/api/event-names` take and answer (spec tracking.md; Docs/events.md).
enum EventOperations {
    static let register = Operation(.post, "events", .events, "Send events of customers", scope: .eventsWrite)
        .detail(
            """
            What a customer or a visitor did, or what happened to them. It is kept as it is sent. An event with an id \
            that came before in the last 30 days is not kept again: its meta.status is 200. A name that nobody knows \
            is made, unless the source that is named forbids it. data may be a list of up to 1,000 events; each is \
            taken or refused on its own.
            """
        )
        .takes(
            .envelope(EventSchemas.input, listOf: OrderRoutes.listLimit),
            example: #"""
                {"data":{"attributes":{"name":"product_viewed","customer":"ana-17","subject":"sku-42","id":"visit-9-3","context":{"color":"green"}}}}
                """#
        )
        .answers(.created, .one(EventSchemas.resource), "The event is kept.")
        .answers(.ok, .one(EventSchemas.resource), "It had come before.")
        .answers(.ok, .results(of: EventSchemas.result), "What became of each event of a list.")

    static let ofCustomer = Operation(
        .get, "customers/{id}/events", .events, "List a customer's events", scope: .eventsRead
    )
    .detail("What happened last comes first. Needs customers:read too.")
    .path("id", CustomerSchemas.idSentence)
    .pages(
        EventSchemas.resource,
        filters: [
            .init("name", .text, "The code of the event's name.", example: "product_viewed"),
            .init("source", .text, "The code of the event's source."),
            .init("from", moment, "From this moment or day on.", example: "2026-03-01"),
            .init("to", moment, "Until this moment, or the end of this day."),
        ], .byLink
    )

    private static let moment = Schema.either([.moment, .day])

    // MARK: Sources

    static let sources = Operation(.get, "event-sources", .events, "List event sources", scope: .eventsRead)
        .detail("The oldest first, with what came by each in the last 24 hours.")
        .pages(EventSchemas.source)

    static let createSource = Operation(.post, "event-sources", .events, "Add an event source", scope: .admin)
        .detail("It gets a public write key, for the tracker in a page or for an app.")
        .takes(
            .envelope(EventSchemas.sourceInput),
            example: #"{"data":{"attributes":{"name":"Phone app","code":"phone_app","takes_orders":true}}}"#
        )
        .answers(.created, .one(EventSchemas.source), "The source, with its key.", headers: [.location])
        .refuses(.conflict, "The code is taken, or there are \(TrackingBook.sourceLimit) sources, which is the most.")

    static let showSource = Operation(.get, "event-sources/{id}", .events, "Get an event source", scope: .eventsRead)
        .ofSource.answers(.ok, .one(EventSchemas.source), "The source.")

    static let updateSource = Operation(
        .patch, "event-sources/{id}", .events, "Change an event source", scope: .admin
    ).ofSource
        .detail("Who sends by a source that is off is refused. A code stays.")
        .takes(.envelope(EventSchemas.sourcePatch), example: #"{"data":{"attributes":{"on":false}}}"#)
        .answers(.ok, .one(EventSchemas.source), "The source as it is now.")

    static let deleteSource = Operation(
        .delete, "event-sources/{id}", .events, "Delete an event source", scope: .admin
    ).ofSource
        .detail("Its keys end; events that came by it stay.")
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "The source online_store stays.")

    static let makeKey = Operation(
        .post, "event-sources/{id}/keys", .events, "Add a write key to a source", scope: .admin
    ).ofSource
        .detail("The keys before it stay good until they are deleted.")
        .answers(.created, .one(EventSchemas.source), "The source, the new key first.")
        .refuses(.conflict, "It has \(EventSource.keyLimit) keys, which is the most.")

    static let revokeKey = Operation(
        .delete, "event-sources/{id}/keys/{key}", .events, "End a write key", scope: .admin
    ).ofSource
        .path("key", "The key.")
        .answers(.noContent, nil, "Whoever sends with it is refused from now on.")

    // MARK: Names

    static let names = Operation(.get, "event-names", .events, "List names of events", scope: .eventsRead)
        .detail("The predefined ones first.")
        .pages(EventSchemas.name)

    static let createName = Operation(.post, "event-names", .events, "Add a name of events", scope: .admin)
        .takes(
            .envelope(EventSchemas.nameInput),
            example: #"{"data":{"attributes":{"code":"courier_missed","name":"Courier missed","kind":"customer"}}}"#
        )
        .answers(.created, .one(EventSchemas.name), "The name is there.", headers: [.location])
        .refuses(.conflict, "The code is taken, or there are \(TrackingBook.nameLimit) names, which is the most.")

    static let showName = Operation(.get, "event-names/{id}", .events, "Get a name of events", scope: .eventsRead)
        .ofName.answers(.ok, .one(EventSchemas.name), "The name.")

    static let updateName = Operation(
        .patch, "event-names/{id}", .events, "Change a name of events", scope: .admin
    ).ofName
        .takes(.envelope(EventSchemas.namePatch), example: #"{"data":{"attributes":{"name":"Courier did not find"}}}"#)
        .answers(.ok, .one(EventSchemas.name), "The name as it is now.")
        .refuses(.conflict, "A predefined name stays as it is.")

    static let deleteName = Operation(
        .delete, "event-names/{id}", .events, "Delete a name of events", scope: .admin
    ).ofName
        .detail("Events of it stay, and are called by the code.")
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "A predefined name stays.")
}

extension Operation {
    fileprivate var ofSource: Operation { path("id", "The source's code.") }
    fileprivate var ofName: Operation { path("id", "The name's code.") }
}

/// Events, sources and names as JSON has them.
enum EventSchemas {
    private static let kind = Schema.choice(EventName.Kind.allCases.map(\.rawValue)).described(
        "web: done on a site or in an app. customer: what else happened to a customer. system: concerns everybody.")
    private static let line = Schema.text(0...TrackedMessage.keyLimit, pattern: Schema.oneLine)
    private static let page = Schema.text(0...TrackedPage.limit, pattern: Schema.oneLine)

    static let input = Schema.named(
        "EventInput",
        .object([
            .init("name", .text(1...EventName.codeLimit, pattern: "^[a-z0-9_]+$")),
            .optional("kind", kind), .optional("context", Schema.any.described("Any JSON of up to 32 KB.")),
            .optional("customer", Schema.identifier.described("The customer's external_id.")),
            .optional("date", Schema.moment.described("When it happened; now without it.")),
            .optional("id", line.described("Your name of the event: sent again, it is not kept again.")),
            .optional("referrer", page), .optional("session", line),
            .optional("source", Schema.text(1...64).described("The code of an event source.")),
            .optional(
                "subject",
                Schema.text(0...FieldType.identifierLimit, pattern: Schema.oneLine).described(
                    "What it is about, such as a product's external_id.")),
            .optional("title", page), .optional("url", page),
            .optional("visitor", line.described("Whom a site follows without knowing who they are.")),
        ])
    )

    static let resource = Schema.named("Event", .resource("events", attributes, hasLink: false))
    static let result = Schema.resource(
        "events", attributes, hasLink: false, meta: [.init("status", .integer(200...201))])

    static let attributes = Schema.object([
        .init("arrived_at", .instant), .init("context", .any), .init("date", .instant), .init("kind", kind),
        .init("name", .text), .init("referrer", Schema.text.orNull), .init("session", Schema.text.orNull),
        .init("source", Schema.text.orNull), .init("subject", Schema.text.orNull), .init("title", Schema.text.orNull),
        .init("url", Schema.text.orNull),
    ])

    // MARK: Sources

    private static let code = Schema.text(1...64, pattern: "^[a-z0-9][a-z0-9_-]*$")
    private static let domains = Schema.array(
        .text(1...253, pattern: #"^(\*\.)?[a-z0-9]+(\.[a-z0-9]+)*$"#), atMost: EventSource.domainLimit
    ).described("Hosts whose pages may send, such as shop.example or *.shop.example; with none any may.")

    private static func flags(_ make: (String, Schema) -> Schema.Property) -> [Schema.Property] {
        [
            make("domains", domains), make("on", .boolean),
            make("learns_names", Schema.boolean.described("Whether a name that nobody knows is made by arriving.")),
            make("takes_orders", Schema.boolean.described("Whether orders it tells of are registered, unverified.")),
            make(
                "updates_customers",
                Schema.boolean.described("Whether what it says of a known customer replaces what is known.")),
        ]
    }

    static let sourceInput = Schema.named(
        "EventSourceInput",
        .object(
            [.init("name", .text(1...EventSource.nameLimit, pattern: Schema.oneLine)), .optional("code", code)]
                + flags { .optional($0, $1) })
    )
    static let sourcePatch = Schema.named(
        "EventSourcePatch",
        .object(
            [.optional("name", .text(1...EventSource.nameLimit, pattern: Schema.oneLine)), .optional("code", code)]
                + flags { .optional($0, $1) })
    )

    static let source = Schema.named(
        "EventSource",
        .resource(
            "event_sources",
            .object(
                [
                    .init("code", .text), .init("created_at", .instant), .init("name", .text),
                    .init(
                        "keys",
                        .array(.object([.init("created_at", .instant), .init("key", .text), .init("name", .text)]))),
                    .init(
                        "last_day",
                        .object([.init("refused", .count), .init("repeated", .count), .init("taken", .count)])),
                    .init("system", .boolean), .init("updated_at", .instant),
                ] + flags { .init($0, $0 == "domains" ? .array(.text) : $1) })
        )
    )

    // MARK: Names

    private static let nameCode = Schema.text(1...EventName.codeLimit, pattern: "^[a-z0-9_]+$")
    private static let nameText = Schema.text(1...EventName.nameLimit, pattern: Schema.oneLine)

    static let nameInput = Schema.named(
        "EventNameInput", .object([.optional("code", nameCode), .optional("kind", kind), .init("name", nameText)]))
    static let namePatch = Schema.named(
        "EventNamePatch", .object([.optional("code", nameCode), .optional("kind", kind), .optional("name", nameText)]))
    static let name = Schema.named(
        "EventName",
        .resource(
            "event_names",
            .object([.init("code", .text), .init("kind", kind), .init("name", .text), .init("predefined", .boolean)]))
    )
}
