import Domain
import Storage

/// The text of a message, with a gap for the number that it gets when it is queued.
struct WebhookBody: Sendable {
    private let head: [UInt8]
    private let tail: [UInt8]

    /// The message of an event.
    ///
    /// - Parameter object: Writes what it is about, as it is now: a key between `channel` and `sequence`.
    init(_ stored: StoredEvent, _ object: (inout JSONWriter) -> Void) {
        let event = stored.event
        var place = 0
        var writer = JSONWriter(capacity: 2048)
        writer.object { writer in
            writer.object("data") { writer in
                writer.field("actor", stored.origin.actor)
                writer.field("channel", stored.origin.channel.rawValue)
                object(&writer)
                writer.key("sequence")
                place = writer.bytes.count
                writer.value(0)
                if let transition = event.transition {
                    writer.object("status") { writer in
                        writer.field("from", transition.from)
                        writer.field("to", transition.to)
                        writer.field("type", transition.type.rawValue)
                    }
                }
                writer.field("version", event.version)
            }
            writer.field("timestamp", event.happenedAt)
            writer.field("type", event.kind.rawValue)
        }
        (head, tail) = (Array(writer.bytes[..<place]), Array(writer.bytes[(place + 1)...]))
    }

    /// The message as the one with a number.
    func text(sequence: Int64) -> String { String(decoding: head + Array(String(sequence).utf8) + tail, as: UTF8.self) }

    /// The message that the test button sends.
    static func test(_ webhook: Webhook, at now: Instant) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.object("data") { writer in
                writer.field("message", "A test of the webhook “\(webhook.name)”.")
                writer.field("webhook_id", String(webhook.id.rawValue))
            }
            writer.field("timestamp", now)
            writer.field("type", WebhookDelivery.testKind)
        }
        return writer.text
    }
}
