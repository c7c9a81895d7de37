import Domain
import Platform

/// Webhooks and their messages as the API writes them; keys stand sorted.
enum WebhookPayload {
    static func write(
        _ webhook: Webhook, _ counts: WebhookCounts, withSecret: Bool = false, at now: Instant,
        _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("created_at", webhook.createdAt)
                writer.array("event_types") { writer in
                    for kind in Webhook.knownKinds where webhook.kinds.contains(kind) { writer.value(kind.rawValue) }
                }
                writer.field("former_secret_until", webhook.former(at: now)?.until)
                writer.object("messages") { writer in
                    writer.field("dead", Int64(counts.dead))
                    writer.field("delivered", Int64(counts.delivered))
                    writer.field("due", Int64(counts.due))
                    writer.field("waiting", Int64(counts.waiting))
                }
                writer.field("name", webhook.name)
                writer.field("pause_reason", webhook.pauseReason)
                writer.field("paused", webhook.isPaused)
                if withSecret { writer.field("secret", webhook.secret) }
                writer.field("updated_at", webhook.updatedAt)
                writer.field("url", webhook.url)
                writer.field("voucherify_signature", webhook.hasVoucherifySignature)
            }
            writer.field("id", String(webhook.id.rawValue))
            writer.object("links") { $0.field("self", APILinks.webhook(webhook.id)) }
            writer.field("type", "webhooks")
        }
    }

    static func write(_ delivery: WebhookDelivery, attempts: [WebhookAttempt], _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.array("attempts") { writer in
                    for attempt in attempts { write(attempt, &writer) }
                }
                writer.field("created_at", delivery.createdAt)
                writer.field("event_type", delivery.kind)
                writer.field("finished_at", delivery.finishedAt)
                writer.field("message_id", delivery.messageID)
                writer.field("next_at", delivery.state == .due ? delivery.dueAt : nil)
                writer.key("request")
                writer.raw(delivery.body)
                writer.field("sequence", delivery.sequence)
                writer.field("state", delivery.state.rawValue)
                writer.field("subject", delivery.objectName)
            }
            writer.field("id", String(delivery.id.rawValue))
            writer.object("links") { $0.field("self", APILinks.webhookDelivery(delivery)) }
            writer.field("type", "webhook_deliveries")
        }
    }

    private static func write(_ attempt: WebhookAttempt, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("answer", attempt.answer)
            writer.field("at", attempt.at)
            writer.field("failure", attempt.failure)
            writer.field("milliseconds", attempt.milliseconds)
            writer.field("number", attempt.number)
            writer.key("status")
            if let status = attempt.status { writer.value(status) } else { writer.null() }
        }
    }
}
