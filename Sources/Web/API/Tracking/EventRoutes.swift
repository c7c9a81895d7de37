import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/events`, and the events of a customer (spec tracking.md, "Events").
struct EventRoutes {
    let tracking: TrackingService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(EventOperations.register, use: register)
        api.mount(EventOperations.ofCustomer, use: ofCustomer)
    }

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let (now, reading, book) = (tracking.now, references.current.reading, tracking.book)
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            let sent = try TrackedMessage.decode(&reader, base: base, now: now, reading)
            let source = try sent.source.map { code in
                guard let source = book.source(code: code) else {
                    throw Faults("\(base)/source", "unknown_source", TrackingError.unknownSource(code).sentence)
                }
                return source.id
            }
            return SourcedMessage(sent.message, source: source)
        }
        let results = try await tracking.register(envelope.elements, by: context.origin)
        let known = tracking.book
        guard envelope.isList else {
            let result = try results[0].get()
            return .json(result.isNew ? .created : .ok) { writer in
                writer.key("data")
                EventPayload.write(result.event, known, &writer)
            }
        }
        return .list(results) { EventPayload.write($0.event, known, status: $0.isNew ? 201 : 200, &$1) }
    }

    @Sendable private func ofCustomer(_ request: Request, context: KeyContext) async throws -> Response {
        try context.require(.customersRead)
        let page = try PageQuery(request)
        let book = tracking.book
        let query = try page.query { filters throws(Refusal) in
            try TrackedEventQuery(filters: filters, book, references.current.reading)
        }
        let cursor = try page.after.map { text in
            guard let cursor = TrackedEventCursor(text: try Cursor.decode(text)) else { throw Cursor.invalid }
            return cursor
        }
        let found = try tracking.events(of: try context.path("id"), query, after: cursor, limit: page.size)
        let last = found.page.count == page.size ? found.page.last : nil
        return CollectionAnswer(
            total: found.total, selfLink: page.selfLink,
            nextLink: page.nextLink(after: last.map { Cursor.encode(TrackedEventCursor($0).text) })
        ).response(found.page) { EventPayload.write($0, book, &$1) }
    }
}
