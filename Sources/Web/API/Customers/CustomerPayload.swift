import Domain
import Platform

/// Customers as the API writes them; keys stand sorted, custom fields come last.
enum CustomerPayload {
    static func write(
        _ profile: CustomerService.Profile, _ fields: FieldBook, isNew: Bool? = nil, _ writer: inout JSONWriter
    ) {
        let customer = profile.customer
        writer.object { writer in
            writer.object("attributes") { attributes(profile, fields, &$0) }
            writer.field("id", customer.externalID)
            writer.object("links") { $0.field("self", APILinks.customer(customer.externalID)) }
            if let isNew { writer.object("meta") { $0.field("status", isNew ? 201 : 200) } }
            writer.field("type", "customers")
        }
    }

    static func attributes(
        _ profile: CustomerService.Profile, _ custom: FieldBook, _ writer: inout JSONWriter
    ) {
        let (customer, fields) = (profile.customer, profile.customer.fields)
        writer.field("birth_date", fields.text(.birthDate))
        writer.field("city", fields.text(.city))
        writer.object("consents") { writer in
            writer.field("email", fields.text(.emailConsent) ?? "unknown")
            writer.field("push", fields.text(.pushConsent) ?? "unknown")
            writer.field("sms", fields.text(.smsConsent) ?? "unknown")
        }
        writer.field("country", fields.text(.country))
        writer.field("created_at", customer.createdAt)
        writer.field("email", fields.text(.email))
        writer.field("external_id", customer.externalID)
        writer.field("first_name", fields.text(.firstName))
        writer.field("gender", fields.text(.gender))
        writer.field("last_name", fields.text(.lastName))
        writer.field("locale", fields.text(.locale))
        writer.key("metadata")
        if let metadata = customer.metadata { writer.raw(metadata) } else { writer.null() }
        writer.field("middle_name", fields.text(.middleName))
        writer.object("orders") { figures(profile.figures, &$0) }
        writer.field("phone", fields.text(.phone))
        writer.field("registered_at", fields.instant(.registeredAt))
        writer.field("time_zone", fields.text(.timeZone))
        writer.field("updated_at", customer.updatedAt)
        writer.field("version", customer.version)
        writer.fields(customer.custom, custom.custom(.customer))
    }

    /// What the included orders add up to.
    private static func figures(_ figures: CustomerFigures, _ writer: inout JSONWriter) {
        writer.field("average", figures.average)
        writer.field("count", figures.orderCount)
        writer.field("first_date", figures.firstDate)
        writer.field("items", figures.items)
        writer.field("last_date", figures.lastDate)
        writer.field("total", figures.total)
    }
}
