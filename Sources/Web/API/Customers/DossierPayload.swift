import Domain
import Platform

/// All that is held of one person, as one JSON document; keys stand sorted.
enum DossierPayload {
    static func write(
        _ dossier: CustomerService.Dossier, _ reference: ReferenceBoard.Reference, at now: Instant,
        _ writer: inout JSONWriter
    ) {
        let externalID = dossier.profile.customer.externalID
        writer.object("data") { writer in
            writer.object("attributes") { writer in
                writer.array("containers") { writer in
                    for container in dossier.containers {
                        guard let type = reference.containers[id: container.type] else { continue }
                        writer.object { ContainerPayload.attributes(container, type, &$0) }
                    }
                }
                writer.object("customer") { CustomerPayload.attributes(dossier.profile, reference.fields, &$0) }
                writer.array("events") { writer in
                    for event in dossier.events { write(event, &writer) }
                }
                writer.field("generated_at", now)
                writer.array("history") { writer in
                    for change in dossier.changes { write(change, &writer) }
                }
                writer.array("merged_from") { writer in
                    for merge in dossier.merges { write(merge, &writer) }
                }
                writer.array("orders") { writer in
                    for order in dossier.orders { write(order, reference, &writer) }
                }
                writer.array("receipts") { writer in
                    for receipt in dossier.receipts { write(receipt, reference.fields, &writer) }
                }
                writer.array("tracked_events") { writer in
                    for event in dossier.tracked {
                        writer.object { EventPayload.attributes(event, reference.tracking, &$0) }
                    }
                }
            }
            writer.field("id", externalID)
            writer.object("links") { $0.field("self", APILinks.customerExport(externalID)) }
            writer.field("type", "customer_exports")
        }
    }

    private static func write(
        _ order: CustomerService.Dossier.Order, _ reference: ReferenceBoard.Reference, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.object("attributes") { OrderPayload.attributes(order.stored, reference.book, reference.fields, &$0) }
            writer.field("deleted", order.isDeleted)
            writer.array("history") { writer in
                for change in order.changes { write(change, &writer) }
            }
        }
    }

    private static func write(
        _ receipt: CustomerService.Dossier.Receipt, _ fields: FieldBook, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.object("attributes") { ReceiptPayload.attributes(receipt.stored, fields, &$0) }
            writer.field("deleted", receipt.isDeleted)
            writer.array("history") { writer in
                for change in receipt.changes { write(change, &writer) }
            }
        }
    }

    private static func write(_ recorded: RecordedChange, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("actor", recorded.origin.actor)
            writer.field("arrived_at", recorded.arrivedAt)
            writer.field("channel", recorded.origin.channel.rawValue)
            writer.field("field", recorded.change.field)
            writer.field("from", recorded.change.from)
            writer.field("happened_at", recorded.change.happenedAt)
            writer.field("to", recorded.change.to)
            writer.field("version", recorded.version)
        }
    }

    private static func write(_ merge: CustomerMerge, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("actor", merge.origin.actor)
            writer.field("channel", merge.origin.channel.rawValue)
            writer.field("external_id", merge.mergedExternalID)
            writer.field("happened_at", merge.happenedAt)
            writer.field("orders_moved", merge.ordersMoved)
        }
    }

    private static func write(_ recorded: RecordedEvent, _ writer: inout JSONWriter) {
        let event = recorded.event
        writer.object { writer in
            writer.field("actor", recorded.origin.actor)
            writer.field("arrived_at", recorded.arrivedAt)
            writer.field("channel", recorded.origin.channel.rawValue)
            writer.field("happened_at", event.happenedAt)
            writer.field("kind", event.kind.rawValue)
            if let transition = event.transition {
                writer.object("status") { writer in
                    writer.field("from", transition.from)
                    writer.field("to", transition.to)
                    writer.field("type", transition.type.rawValue)
                }
            }
            writer.field("version", event.version)
        }
    }
}
