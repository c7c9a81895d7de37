import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/customers` (spec orders.md, "Customers").
struct CustomerRoutes {
    let customers: CustomerService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(CustomerOperations.register, use: register)
        api.mount(CustomerOperations.list, use: list)
        api.mount(CustomerOperations.show, use: show)
        api.mount(CustomerOperations.update, use: update)
    }

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try CustomerPatch.decode(&reader, base: base, reading)
        }
        let results = try await customers.register(
            envelope.elements, by: context.origin, startsCampaigns: !envelope.skipTriggers
        )
        guard envelope.isList else {
            let (profile, isNew) = try results[0].get()
            return Self.answer(profile, isNew ? .created : .ok)
        }
        return .list(results) { CustomerPayload.write($0.0, isNew: $0.1, &$1) }
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try CustomerPatch.decode(&reader, base: base, externalID: externalID, reading)
        }
        return Self.answer(try await customers.update(try envelope.elements[0].get(), by: context.origin), .ok)
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        Self.answer(try customers.customer(try context.path("id")), .ok)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let cursor = try page.after.map { text in
            guard let id = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return Customer.ID(rawValue: id)
        }
        let (found, total, next) = try customers.list(
            text: page.filters["q"], before: cursor, offset: page.offset, limit: page.size
        )
        return CollectionAnswer(
            total: total, selfLink: page.selfLink,
            nextLink: page.nextLink(after: next.map { Cursor.encode(String($0.rawValue)) })
        ).response(found) { CustomerPayload.write($0, &$1) }
    }

    private static func answer(_ profile: CustomerService.Profile, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(profile.customer.version)\""]
        if status == .created { headers[.location] = APILinks.customer(profile.customer.externalID) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            CustomerPayload.write(profile, &writer)
        }
    }
}

/// Customers as the API writes them; keys stand sorted.
enum CustomerPayload {
    static func write(_ profile: CustomerService.Profile, isNew: Bool? = nil, _ writer: inout JSONWriter) {
        let customer = profile.customer
        writer.object { writer in
            writer.object("attributes") { attributes(profile, &$0) }
            writer.field("id", customer.externalID)
            writer.object("links") { $0.field("self", APILinks.customer(customer.externalID)) }
            if let isNew { writer.object("meta") { $0.field("status", isNew ? 201 : 200) } }
            writer.field("type", "customers")
        }
    }

    private static func attributes(_ profile: CustomerService.Profile, _ writer: inout JSONWriter) {
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
