import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/fields` (spec orders.md, "Fields").
struct FieldRoutes {
    let fields: FieldService
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(FieldOperations.list, use: list)
        api.mount(FieldOperations.create, use: create)
        api.mount(FieldOperations.show, use: show)
        api.mount(FieldOperations.update, use: update)
        api.mount(FieldOperations.delete, use: delete)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        var found = fields.book.all
        if let name = page.filters["object"] {
            guard let object = FieldObject(rawValue: name) else {
                throw Problem.badRequest("bad_filter", "filter[object]: \(Self.unknown(name))")
            }
            found = found.filter { $0.object == object }
        }
        switch page.filters["custom"] {
        case "true": found = found.filter { $0.custom != nil }
        case "false": found = found.filter { $0.custom == nil }
        case nil: break
        case let other?:
            throw Problem.badRequest("bad_filter", "filter[custom] must be true or false, not “\(other)”.")
        }
        let next = offset + page.size < found.count ? Cursor.encode(String(offset + page.size)) : nil
        return CollectionAnswer(
            total: found.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(found.dropFirst(offset).prefix(page.size))) { FieldPayload.write($0, &$1) }
    }

    @Sendable private func create(_ request: Request, context: KeyContext) async throws -> Response {
        let field = try await fields.create(try await patch(of: request), by: context.actor)
        return Self.answer(
            FieldEntry(field), values: 0, .created, [.location: APILinks.field(field.object, code: field.code)]
        )
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        let (object, code) = try Self.identity(context)
        guard let entry = fields.book.field(object, code: code) else { throw FieldError.unknown(object, code: code) }
        return Self.answer(entry, values: try await valueCount(entry.custom))
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let (object, code) = try Self.identity(context)
        let patch = try await patch(of: request)
        let seen = try seen(object, code, request)
        let field = try await fields.update(object, code: code, patch, seen: seen, by: context.actor)
        return Self.answer(FieldEntry(field), values: try await valueCount(field))
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        let (object, code) = try Self.identity(context)
        try await fields.delete(object, code: code, seen: try seen(object, code, request), by: context.actor)
        return .noContent
    }

    // MARK: Parts

    private func patch(of request: Request) async throws -> CustomFieldPatch {
        let body = try await request.jsonBody(upTo: bodyLimit)
        return try Envelope.read(body.readableBytesView) { reader, base in
            try CustomFieldPatch.decode(&reader, base: base)
        }.elements[0].get()
    }

    /// The field as the caller has seen it; nil where it does not say.
    private func seen(_ object: FieldObject, _ code: String, _ request: Request) throws -> CustomField? {
        let field = try fields.field(object, code: code)
        return try request.requireSeen(ContentTag(field)) ? field : nil
    }

    /// Nil for a system field, the values of which are columns.
    private func valueCount(_ field: CustomField?) async throws -> Int? {
        guard let field else { return nil }
        return try await fields.valueCount(field)
    }

    private static func answer(
        _ entry: FieldEntry, values: Int?, _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        if let field = entry.custom { headers[.eTag] = ContentTag(field).header }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            FieldPayload.write(entry, values: values, &writer)
        }
    }

    private static func identity(_ context: KeyContext) throws -> (FieldObject, code: String) {
        (try object(try context.path("object")), try context.path("code"))
    }

    private static func object(_ name: String) throws -> FieldObject {
        guard let object = FieldObject(rawValue: name) else {
            throw Problem(.notFound, "unknown_object", unknown(name))
        }
        return object
    }

    private static func unknown(_ name: String) -> String {
        let known = FieldObject.allCases.map(\.rawValue).joined(separator: ", ")
        return "There is no object “\(name)”; there are \(known)."
    }
}

/// Fields as the API writes them; keys stand sorted.
enum FieldPayload {
    static func write(_ entry: FieldEntry, values: Int? = nil, _ writer: inout JSONWriter) {
        let custom = entry.custom
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.array("choices") { writer in
                    for choice in custom?.choices ?? [] { writer.value(choice) }
                }
                writer.field("code", entry.code)
                writer.field("custom", custom != nil)
                writer.key("default")
                writer.value(custom?.defaultValue)
                writer.field("description", entry.help)
                writer.field("group", entry.group)
                writer.key("max")
                write(custom?.maximum, of: custom, &writer)
                writer.field("metadata_path", custom?.metadataPath)
                writer.key("min")
                write(custom?.minimum, of: custom, &writer)
                writer.field("name", entry.name)
                writer.field("object", entry.object.rawValue)
                writer.key("position")
                if let custom { writer.value(custom.position) } else { writer.null() }
                writer.field("required", custom?.isRequired ?? false)
                writer.field("type", entry.kind.rawValue)
                if let values { writer.field("values", Int64(values)) }
            }
            writer.field("id", "\(entry.object.rawValue)/\(entry.code)")
            writer.object("links") { $0.field("self", APILinks.field(entry.object, code: entry.code)) }
            writer.field("type", "fields")
        }
    }

    private static func write(_ bound: Int64?, of field: CustomField?, _ writer: inout JSONWriter) {
        guard let bound, let field else { return writer.null() }
        if field.type.bound == .value {
            writer.value(CustomValue(number: bound, type: field.type))
        } else {
            writer.value(bound)
        }
    }
}
