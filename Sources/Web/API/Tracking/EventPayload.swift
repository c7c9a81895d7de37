import Domain
import Platform

/// Events, sources and names as answers write them; keys stand sorted.
enum EventPayload {
    /// - Parameter status: 200 or 201 for an element of a list; nil where the answer itself says it.
    static func write(
        _ event: TrackedEvent, _ book: TrackingBook, status: Int64? = nil, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.object("attributes") { attributes(event, book, &$0) }
            writer.field("id", String(event.id.rawValue))
            if let status { writer.object("meta") { $0.field("status", status) } }
            writer.field("type", "events")
        }
    }

    static func attributes(_ event: TrackedEvent, _ book: TrackingBook, _ writer: inout JSONWriter) {
        writer.field("arrived_at", event.arrivedAt)
        writer.key("context")
        if let context = event.call.context { writer.raw(context) } else { writer.null() }
        writer.field("date", event.happenedAt)
        writer.field("kind", event.call.kind.rawValue)
        writer.field("name", event.call.name)
        writer.field("referrer", event.page?.referrer)
        writer.field("session", event.session)
        writer.field("source", event.source.flatMap { book[$0]?.code })
        writer.field("subject", event.call.subject)
        writer.field("title", event.page?.title)
        writer.field("url", event.page?.url)
    }

    static func write(_ source: EventSource, _ figures: SourceFigures, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("code", source.code)
                writer.field("created_at", source.createdAt)
                writer.array("domains") { for domain in source.domains { $0.value(domain) } }
                writer.array("keys") { writer in
                    for key in source.keys {
                        writer.object { writer in
                            writer.field("created_at", key.createdAt)
                            writer.field("key", key.text)
                            writer.field("name", key.name)
                        }
                    }
                }
                writer.object("last_day") { writer in
                    writer.field("refused", figures.refused)
                    writer.field("repeated", figures.repeated)
                    writer.field("taken", figures.taken)
                }
                writer.field("learns_names", source.learnsNames)
                writer.field("name", source.name)
                writer.field("on", source.isOn)
                writer.field("system", source.isSystem)
                writer.field("takes_orders", source.takesOrders)
                writer.field("updated_at", source.updatedAt)
                writer.field("updates_customers", source.updatesCustomers)
            }
            writer.field("id", source.code)
            writer.object("links") { $0.field("self", APILinks.eventSource(source.code)) }
            writer.field("type", "event_sources")
        }
    }

    static func write(_ name: EventName, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("code", name.code)
                writer.field("kind", name.kind.rawValue)
                writer.field("name", name.name)
                writer.field("predefined", name.isPredefined)
            }
            writer.field("id", name.code)
            writer.object("links") { $0.field("self", APILinks.eventName(name.code)) }
            writer.field("type", "event_names")
        }
    }
}
