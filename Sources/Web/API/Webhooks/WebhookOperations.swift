import Domain
import HTTPTypes

/// What `/api/webhooks` takes and answers (spec operations.md, "Outgoing webhooks").
enum WebhookOperations {
    static let list = Operation(.get, "webhooks", .webhooks, "List webhooks", scope: .admin)
        .pages(WebhookSchemas.resource)

    static let create = Operation(.post, "webhooks", .webhooks, "Add a webhook", scope: .admin)
        .detail(
            """
            Its receiver is told of what happens from now on. Messages are signed per Standard Webhooks; those of one \
            order or receipt come one after another, and a failed one is tried again for a day.
            """
        )
        .takes(
            .envelope(WebhookSchemas.input),
            example: """
                {"data":{"attributes":{"name":"Warehouse","url":"https://warehouse.example/hooks",\
                "event_types":["order.created","order.status_changed"]}}}
                """
        )
        .answers(.created, .one(WebhookSchemas.created), "The webhook, with its secret.", headers: [.location])
        .refuses(.conflict, "There are \(Webhook.limit) webhooks, which is the most.")

    static let show = Operation(.get, "webhooks/{id}", .webhooks, "Get a webhook", scope: .admin).ofWebhook
        .answers(.ok, .one(WebhookSchemas.resource), "The webhook; its secret is not told again.")

    static let update = Operation(.patch, "webhooks/{id}", .webhooks, "Change a webhook", scope: .admin).ofWebhook
        .detail(
            """
            A paused webhook gathers messages for thirty days, and sends them once it is resumed. A secret that is \
            replaced signs as well for a day.
            """
        )
        .takes(.envelope(WebhookSchemas.patch), example: #"{"data":{"attributes":{"paused":true}}}"#)
        .answers(.ok, .one(WebhookSchemas.resource), "The webhook as it is now.")

    static let delete = Operation(.delete, "webhooks/{id}", .webhooks, "Delete a webhook", scope: .admin).ofWebhook
        .answers(.noContent, nil, "It is deleted, with all its messages.")

    static let rotate = Operation(
        .post, "webhooks/{id}/rotate-secret", .webhooks, "Replace a webhook's secret", scope: .admin
    ).ofWebhook
        .detail(
            """
            Messages are signed with the new secret from now on, and for a day with the one before as well: \
            `webhook-signature` then holds two signatures, with a space between them.
            """
        )
        .answers(.ok, .one(WebhookSchemas.created), "The webhook, with its new secret.")

    static let test = Operation(.post, "webhooks/{id}/test", .webhooks, "Send a test", scope: .admin).ofWebhook
        .detail("The message is of the type `webhook.test`, and is tried once.")
        .answers(.accepted, .one(WebhookSchemas.delivery), "The message is queued.", headers: [.location])

    static let replayAll = Operation(
        .post, "webhooks/{id}/replay", .webhooks, "Send again all that was given up", scope: .admin
    ).ofWebhook
        .answers(.accepted, WebhookSchemas.replayed, "They are queued.")

    static let deliveries = Operation(
        .get, "webhooks/{id}/deliveries", .webhooks, "List a webhook's messages", scope: .admin
    ).ofWebhook
        .detail("The newest first. What was delivered is kept for a week, what was given up for thirty days.")
        .pages(
            WebhookSchemas.delivery, filters: [.init("state", WebhookSchemas.state, "One state only.")], .byLink
        )

    static let delivery = Operation(
        .get, "webhooks/{id}/deliveries/{delivery}", .webhooks, "Get a message", scope: .admin
    ).ofWebhook
        .path("delivery", "The message's id.")
        .answers(.ok, .one(WebhookSchemas.delivery), "The message with each call of the receiver.")

    static let replay = Operation(
        .post, "webhooks/{id}/deliveries/{delivery}/replay", .webhooks, "Send a message again", scope: .admin
    ).ofWebhook
        .path("delivery", "The message's id.")
        .answers(.accepted, WebhookSchemas.replayed, "It is queued.")
        .refuses(.conflict, "It is still to be sent.")
}

extension Operation {
    fileprivate var ofWebhook: Operation { path("id", "The webhook's id.") }
}

/// Webhooks as JSON has them.
enum WebhookSchemas {
    static let state = Schema.choice(WebhookDelivery.State.allCases.map(\.rawValue))
    private static let kinds = Schema.array(.choice(Webhook.knownKinds.map(\.rawValue)), atMost: 100)
    private static let url = Schema.text(
        8...2000, pattern: #"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[a-z0-9/._-]*)?$"#
    )
    .described("Of the public internet; no name, password or fragment in it.")
    private static let secret = Schema.text(pattern: "^whsec_[A-Za-z0-9+/]{32,84}(={0,2})$")
        .described("`whsec_` and 24 to 64 bytes in base64; made where it is left out.")

    static let input = Schema.named("WebhookInput", .object(properties(required: true)))
    static let patch = Schema.named("WebhookPatch", .object(properties(required: false)))

    private static func properties(required: Bool) -> [Schema.Property] {
        [
            .init("name", .text(1...100, pattern: Schema.oneLine), required: required),
            .init("url", url, required: required), .init("event_types", kinds, required: required),
            .optional("secret", secret),
            .optional(
                "voucherify_signature", Schema.boolean.described("Whether x-voucherify-signature is sent too.")
            ),
            .optional("paused", .boolean),
        ]
    }

    static let resource = Schema.named("Webhook", .resource("webhooks", .object(attributes)))
    static let created = Schema.named(
        "NewWebhook", .resource("webhooks", .object(attributes + [.init("secret", .text)]))
    )

    private static let attributes: [Schema.Property] = [
        .init("created_at", .instant), .init("event_types", kinds),
        .init(
            "former_secret_until",
            Schema.instant.orNull.described("Until then the secret before this one signs as well.")
        ),
        .init(
            "messages",
            .object([.init("dead", .count), .init("delivered", .count), .init("due", .count), .init("waiting", .count)])
        ),
        .init("name", .text), .init("pause_reason", Schema.text.orNull), .init("paused", .boolean),
        .init("updated_at", .instant), .init("url", .text), .init("voucherify_signature", .boolean),
    ]

    static let delivery = Schema.named(
        "WebhookDelivery",
        .resource(
            "webhook_deliveries",
            .object([
                .init("attempts", .array(attempt)), .init("created_at", .instant), .init("event_type", .text),
                .init("finished_at", Schema.instant.orNull),
                .init("message_id", Schema.text.described("The header webhook-id, the same on every try.")),
                .init("next_at", Schema.instant.orNull), .init("request", Schema.object([], others: .free)),
                .init(
                    "sequence",
                    Schema.count.described("Counts the webhook's messages about one order or receipt from 1.")),
                .init("state", state),
                .init("subject", Schema.text.described("The external_id of the order or receipt.")),
            ])
        )
    )

    private static let attempt = Schema.object([
        .init("answer", Schema.text.orNull), .init("at", .instant), .init("failure", Schema.text.orNull),
        .init("milliseconds", .count), .init("number", .count), .init("status", Schema.integer().orNull),
    ])

    static let replayed = Schema.object([.init("meta", .object([.init("replayed", .count)]))])
}
