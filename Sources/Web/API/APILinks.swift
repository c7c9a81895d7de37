import Domain

/// The addresses of the API's resources: no answer spells a path by hand.
package enum APILinks {
    package static let project = "/api/project"
    package static let receipts = "/api/receipts"
    package static func order(_ externalID: String) -> String { "/api/orders/\(QueryItems.encode(externalID))" }
    package static func receipt(_ externalID: String) -> String { "/api/receipts/\(QueryItems.encode(externalID))" }
    package static func category(_ externalID: String) -> String { "/api/categories/\(QueryItems.encode(externalID))" }
    package static func customer(_ externalID: String) -> String { "/api/customers/\(QueryItems.encode(externalID))" }
    package static func customerExport(_ externalID: String) -> String { customer(externalID) + "/export" }
    package static func product(_ externalID: String) -> String { "/api/products/\(QueryItems.encode(externalID))" }

    package static func field(_ object: FieldObject, code: String) -> String {
        "/api/fields/\(object.rawValue)/\(QueryItems.encode(code))"
    }

    package static func containerType(_ code: String) -> String { "/api/container-types/\(QueryItems.encode(code))" }

    package static func container(_ code: String, of externalID: String) -> String {
        "\(customer(externalID))/containers/\(QueryItems.encode(code))"
    }

    package static func segment(_ code: String) -> String { "/api/segments/\(QueryItems.encode(code))" }
    package static func audience(_ code: String) -> String { "/api/audiences/\(QueryItems.encode(code))" }

    package static func importRun(_ id: ImportRun.ID) -> String { "/api/imports/\(id.rawValue)" }
    package static func refusedRows(_ id: ImportRun.ID) -> String { importRun(id) + "/refused" }
    package static func export(_ id: ExportRun.ID) -> String { "/api/exports/\(id.rawValue)" }
    package static func exportFile(_ id: ExportRun.ID) -> String { export(id) + "/file" }

    package static func eventSource(_ code: String) -> String { "/api/event-sources/\(QueryItems.encode(code))" }
    package static func eventName(_ code: String) -> String { "/api/event-names/\(QueryItems.encode(code))" }

    package static func webhook(_ id: Webhook.ID) -> String { "/api/webhooks/\(id.rawValue)" }

    package static func webhookDelivery(_ delivery: WebhookDelivery) -> String {
        "\(webhook(delivery.webhook))/deliveries/\(delivery.id.rawValue)"
    }

    package static func status(_ type: OrderStatusType, code: String) -> String {
        "/api/order-statuses/\(type.rawValue)/\(QueryItems.encode(code))"
    }
}
