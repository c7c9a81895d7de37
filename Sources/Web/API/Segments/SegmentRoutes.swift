import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/segments` (spec segments.md; Docs/segments.md).
struct SegmentRoutes {
    let segments: SegmentService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(SegmentOperations.list, use: list)
        api.mount(SegmentOperations.create, use: create)
        api.mount(SegmentOperations.preview, use: preview)
        api.mount(SegmentOperations.fields, use: fields)
        api.mount(SegmentOperations.show, use: show)
        api.mount(SegmentOperations.update, use: update)
        api.mount(SegmentOperations.delete, use: delete)
        api.mount(SegmentOperations.customers, use: customers)
        api.mount(SegmentOperations.explain, use: explain)
        api.mount(SegmentOperations.sizes, use: sizes)
        api.mount(SegmentOperations.ofCustomer, use: ofCustomer)
    }

    // MARK: Writing

    @Sendable private func create(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let patch = try Envelope.read(body.readableBytesView) { reader, base in
            let patch = try SegmentPatch.decode(&reader, base: base, reference.reading, reference.conditions)
            guard patch.conditions != nil else {
                throw Faults("\(base)/conditions", "required", "This is required; a list without is an audience.")
            }
            return patch
        }.elements[0].get()
        return SegmentPayload.answer(try await segments.create(patch, by: context.actor), .created, reference)
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let code = try context.path("id")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let patch = try Envelope.read(body.readableBytesView) { reader, base in
            try SegmentPatch.decode(&reader, base: base, reference.reading, reference.conditions)
        }.elements[0].get()
        let segment = try await segments.update(
            code, patch, expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return SegmentPayload.answer(segment, .ok, reference)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await segments.delete(
            try context.path("id"), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return .noContent
    }

    // MARK: Reading

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let kind = page.filters["kind"] ?? "segment"
        guard ["segment", "audience", "any"].contains(kind) else {
            throw Problem.badRequest("bad_filter", "filter[kind] must be segment, audience or any.")
        }
        return try SegmentPayload.list(page, references.current) { segment in
            kind == "any" || segment.isAudience == (kind == "audience")
        }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        SegmentPayload.answer(try segments.segment(try context.path("id")), .ok, references.current)
    }

    @Sendable private func preview(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let question = try Envelope.read(body.readableBytesView) { reader, base in
            try SegmentQuestionAttributes.decode(&reader, base: base, reference.reading, reference.conditions)
        }.elements[0].get()
        let size = context.key.allows(.customersRead) ? Self.sampleSize : 0
        let preview = try await segments.preview(question.conditions, sample: size)
        return .json(capacity: 8192) { writer in
            writer.key("data")
            SegmentPayload.write(preview, reference.fields, &writer)
        }
    }

    private static let sampleSize = 10

    @Sendable private func fields(_ request: Request, context: KeyContext) async throws -> Response {
        let reference = references.current
        return .json(capacity: 1 << 16) { writer in
            writer.object("data") { ConditionCatalogue.write(reference.registry, reference.book, &$0) }
        }
    }

    @Sendable private func customers(_ request: Request, context: KeyContext) async throws -> Response {
        try await MemberPage.response(of: try context.path("id"), segments, references, request, context)
    }

    @Sendable private func explain(_ request: Request, context: KeyContext) async throws -> Response {
        try context.require(.customersRead)
        let (code, customer) = (try context.path("id"), try context.path("customer"))
        let condition = segments.book[code]?.condition ?? .segment(code)
        let explained = try await segments.explain(code, customer: customer)
        return .json(capacity: 4096) { writer in
            writer.key("data")
            ExplanationPayload.write(explained, of: condition, id: "\(code)/\(customer)", &writer)
        }
    }

    @Sendable private func sizes(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let from = try page.filters["from"].map { text in
            guard let day = CalendarDay(text: text) else {
                throw Problem.badRequest("bad_filter", "filter[from] must be a day, YYYY-MM-DD.")
            }
            return day
        }
        let found = try segments.sizes(of: try context.path("id"), from: from)
        let next = offset + page.size < found.count ? Cursor.encode(String(offset + page.size)) : nil
        return CollectionAnswer(
            total: found.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(found.dropFirst(offset).prefix(page.size))) { size, writer in
            writer.object { writer in
                writer.object("attributes") { writer in
                    writer.field("customers", size.customers)
                    writer.field("day", size.day.text)
                }
                writer.field("id", size.day.text)
                writer.field("type", "segment_sizes")
            }
        }
    }

    @Sendable private func ofCustomer(_ request: Request, context: KeyContext) async throws -> Response {
        try context.require(.customersRead)
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let found = try await segments.segments(of: try context.path("id"))
        let next = offset + page.size < found.count ? Cursor.encode(String(offset + page.size)) : nil
        let reference = references.current
        return CollectionAnswer(
            total: found.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(found.dropFirst(offset).prefix(page.size))) { membership, writer in
            SegmentPayload.write(membership.segment, reference, since: .some(membership.since), &writer)
        }
    }
}

/// A page of who is in a segment or an audience.
enum MemberPage {
    static func response(
        of code: String, _ segments: SegmentService, _ references: ReferenceBoard, _ request: Request,
        _ context: KeyContext
    ) async throws -> Response {
        try context.require(.customersRead)
        let page = try PageQuery(request)
        let after = try page.after.map { text in
            guard let id = Int64(try Cursor.decode(text)) else { throw Cursor.invalid }
            return Customer.ID(rawValue: id)
        }
        // One more tells whether there is another page.
        let found = try await segments.members(of: code, after: after, limit: page.size + 1)
        let shown = Array(found.page.prefix(page.size))
        let last = found.page.count > page.size ? shown.last?.customer.id : nil
        let fields = references.current.fields
        return CollectionAnswer(
            total: Int(found.total), selfLink: page.selfLink,
            nextLink: page.nextLink(after: last.map { Cursor.encode(String($0.rawValue)) })
        ).response(shown) { CustomerPayload.write($0, fields, &$1) }
    }
}
