import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/audiences`: lists of customers that somebody fills (spec segments.md; Docs/segments.md).
struct AudienceRoutes {
    let segments: SegmentService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(AudienceOperations.list, use: list)
        api.mount(AudienceOperations.create, use: create)
        api.mount(AudienceOperations.show, use: show)
        api.mount(AudienceOperations.update, use: update)
        api.mount(AudienceOperations.delete, use: delete)
        api.mount(AudienceOperations.members, use: members)
        api.mount(AudienceOperations.add, use: add)
        api.mount(AudienceOperations.remove, use: remove)
    }

    // MARK: The audience

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        try SegmentPayload.list(try PageQuery(request), references.current) { $0.isAudience }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        SegmentPayload.answer(try audience(context), .ok, references.current)
    }

    @Sendable private func create(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let wanted = try Envelope.read(body.readableBytesView) { reader, base in
            try AudiencePatch.decode(&reader, base: base, reference.reading, reference.conditions)
        }.elements[0].get()
        let audience = try await segments.create(wanted.segment, by: context.actor)
        let added = try await fill(audience.code, wanted.source, context) ?? 0
        return SegmentPayload.answer(audience, .created, reference, added: added)
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let code = try audience(context).code
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let patch = try Envelope.read(body.readableBytesView) { reader, base in
            try SegmentPatch.decode(
                &reader, base: base, takesConditions: false, reference.reading, reference.conditions
            )
        }.elements[0].get()
        let changed = try await segments.update(
            code, patch, expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return SegmentPayload.answer(changed, .ok, reference)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await segments.delete(
            try audience(context).code, expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return .noContent
    }

    // MARK: Members

    @Sendable private func members(_ request: Request, context: KeyContext) async throws -> Response {
        try await MemberPage.response(of: try audience(context).code, segments, references, request, context)
    }

    @Sendable private func add(_ request: Request, context: KeyContext) async throws -> Response {
        let code = try audience(context).code
        let envelope = try await additions(request, takesSources: true)
        if !envelope.isList, case .source(let source) = try envelope.elements[0].get() {
            let added = try await fill(code, source, context) ?? 0
            return SegmentPayload.answer(try segments.segment(code), .ok, references.current, added: added)
        }
        return try await change(envelope) { try await segments.add($0, to: code, by: context.actor) }
    }

    @Sendable private func remove(_ request: Request, context: KeyContext) async throws -> Response {
        let code = try audience(context).code
        let envelope = try await additions(request, takesSources: false)
        return try await change(envelope) { try await segments.remove($0, from: code, by: context.actor) }
    }

    private func additions(_ request: Request, takesSources: Bool) async throws -> Envelope<AudienceAddition> {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reference = references.current
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try AudienceAddition.decode(
                &reader, base: base, takesSources: takesSources, reference.reading, reference.conditions
            )
        }
        guard envelope.isList else { return envelope }
        var list = envelope
        for (index, element) in envelope.elements.enumerated() {
            guard case .success(.source) = element else { continue }
            let detail = "In a list each element is one customer: fill from a segment in a call of its own."
            list.elements[index] = .failure(Faults("/data/\(index)/attributes", "not_here", detail))
        }
        return list
    }

    /// Changes the members that could be read, and tells of each what became of it.
    private func change(
        _ envelope: Envelope<AudienceAddition>, _ body: ([String]) async throws -> [SegmentService.MemberOutcome]
    ) async throws -> Response {
        let names = envelope.elements.map { element in
            element.map { addition in if case .customer(let name) = addition { name } else { "" } }
        }
        let known = names.compactMap { if case .success(let name) = $0 { name } else { nil } }
        var outcomes = try await body(known)[...]
        let results: [Result<(name: String, hasChanged: Bool), Faults>] = names.map { name in
            name.flatMap { name in
                guard let outcome = outcomes.popFirst(), outcome != .unknownCustomer else {
                    let detail = "There is no customer “\(name)”."
                    return .failure(Faults("/data/attributes/external_id", "unknown_customer", detail))
                }
                return .success((name, outcome == .changed))
            }
        }
        guard envelope.isList else {
            let result = try results[0].get()
            return .json { writer in
                writer.key("data")
                Self.write(result.name, hasChanged: result.hasChanged, &writer)
            }
        }
        return .list(results) { Self.write($0.name, hasChanged: $0.hasChanged, &$1) }
    }

    private static func write(_ name: String, hasChanged: Bool, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { $0.field("external_id", name) }
            writer.field("id", name)
            writer.object("meta") { writer in
                writer.field("changed", hasChanged)
                writer.field("status", 200)
            }
            writer.field("type", "audience_members")
        }
    }

    // MARK: Parts

    /// Puts everybody into an audience whom a source names; nil without a source.
    private func fill(_ code: String, _ source: Condition?, _ context: KeyContext) async throws -> Int? {
        guard let source else { return nil }
        return try await segments.fill(code, from: source, by: context.actor)
    }

    /// - Throws: 404 for what is no audience.
    private func audience(_ context: KeyContext) throws -> Segment {
        let segment = try segments.segment(try context.path("id"))
        guard segment.isAudience else {
            throw Problem(.notFound, "unknown_audience", "“\(segment.code)” is a segment, and no audience.")
        }
        return segment
    }
}
