import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/customers/{id}/containers` and `/api/container-types` (spec tracking.md, "Containers"; Docs/containers.md).
struct ContainerRoutes {
    let containers: ContainerService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(ContainerOperations.list, use: list)
        api.mount(ContainerOperations.show, use: show)
        api.mount(ContainerOperations.replace, use: replace)
        api.mount(ContainerOperations.add, use: add)
        api.mount(ContainerOperations.change, use: change)
        api.mount(ContainerOperations.remove, use: remove)
        api.mount(ContainerTypeOperations.list, use: listTypes)
        api.mount(ContainerTypeOperations.create, use: createType)
        api.mount(ContainerTypeOperations.update, use: updateType)
        api.mount(ContainerTypeOperations.delete, use: deleteType)
    }

    // MARK: Contents

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let customer = try context.path("id")
        let views = try containers.containers(of: customer)
        return .json(capacity: 1024 + views.count * 1024) { writer in
            writer.array("data") { writer in
                for view in views { Self.write(view, of: customer, &writer) }
            }
        }
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        let (customer, code) = try (context.path("id"), context.path("code"))
        return Self.answer(try containers.container(code, of: customer), of: customer)
    }

    @Sendable private func replace(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let contents = try Envelope.read(body.readableBytesView) { reader, base in
            try ContainerContentsAttributes.decode(&reader, base: base, reading)
        }.elements[0].get()
        return try await apply(.replace(contents.lines), request, context)
    }

    @Sendable private func add(_ request: Request, context: KeyContext) async throws -> Response {
        let line = try await line(request, context, isPartial: false)
        if let quantity = line.quantity, quantity <= .zero {
            throw Faults("/data/attributes/quantity", "too_small", "Say how many are to come in: more than 0.")
        }
        return try await apply(.add(line), request, context)
    }

    @Sendable private func change(_ request: Request, context: KeyContext) async throws -> Response {
        let line = try await line(request, context, isPartial: true)
        return try await apply(.set(line), request, context, requiresLine: true)
    }

    @Sendable private func remove(_ request: Request, context: KeyContext) async throws -> Response {
        let product = try context.path("product")
        _ = try await apply(.remove(product: product), request, context, requiresLine: true)
        return .noContent
    }

    private func line(
        _ request: Request, _ context: KeyContext, isPartial: Bool
    ) async throws -> ContainerLinePatch {
        let product = try context.path("product")
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        return try Envelope.read(body.readableBytesView) { reader, base in
            try ContainerLinePatch.decode(&reader, base: base, product: product, isPartial: isPartial, reading)
        }.elements[0].get()
    }

    private func apply(
        _ change: ContainerChange, _ request: Request, _ context: KeyContext, requiresLine: Bool = false
    ) async throws -> Response {
        let (customer, code) = try (context.path("id"), context.path("code"))
        let (view, _) = try await containers.change(
            change, code, of: customer, expectedVersion: try request.expectedVersion(), requiresLine: requiresLine
        )
        return Self.answer(view, of: customer)
    }

    private static func answer(_ view: ContainerService.View, of customer: String) -> Response {
        .json(headers: [.eTag: "\"\(view.container.version)\""]) { writer in
            writer.key("data")
            write(view, of: customer, &writer)
        }
    }

    private static func write(_ view: ContainerService.View, of customer: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { ContainerPayload.attributes(view.container, view.type, &$0) }
            writer.field("id", view.type.code)
            writer.object("links") { $0.field("self", APILinks.container(view.type.code, of: customer)) }
            writer.field("type", "containers")
        }
    }

    // MARK: Types

    @Sendable private func listTypes(_ request: Request, context: KeyContext) async throws -> Response {
        .json { writer in
            writer.array("data") { writer in
                for type in containers.book.types { Self.write(type, &writer) }
            }
        }
    }

    @Sendable private func createType(_ request: Request, context: KeyContext) async throws -> Response {
        Self.answer(try await containers.create(try await patch(request), by: context.actor), .created)
    }

    @Sendable private func updateType(_ request: Request, context: KeyContext) async throws -> Response {
        let type = try await containers.update(
            try context.path("code"), try await patch(request), expectedVersion: try request.expectedVersion(),
            by: context.actor
        )
        return Self.answer(type, .ok)
    }

    @Sendable private func deleteType(_ request: Request, context: KeyContext) async throws -> Response {
        try await containers.delete(
            try context.path("code"), expectedVersion: try request.expectedVersion(), by: context.actor
        )
        return .noContent
    }

    private func patch(_ request: Request) async throws -> ContainerTypePatch {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        return try Envelope.read(body.readableBytesView) { reader, base in
            try ContainerTypePatch.decode(&reader, base: base, reading)
        }.elements[0].get()
    }

    private static func answer(_ type: ContainerType, _ status: HTTPResponse.Status) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(type.version)\""]
        if status == .created { headers[.location] = APILinks.containerType(type.code) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            write(type, &writer)
        }
    }

    private static func write(_ type: ContainerType, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("abandoned_after_minutes", type.abandonedAfterMinutes)
                writer.field("code", type.code)
                writer.field("emptied_by_order", type.isEmptiedByOrder)
                writer.key("lifetime_days")
                if let days = type.lifetimeDays { writer.value(days) } else { writer.null() }
                writer.field("name", type.name)
                writer.field("system", type.isSystem)
                writer.field("version", type.version)
            }
            writer.field("id", type.code)
            writer.object("links") { $0.field("self", APILinks.containerType(type.code)) }
            writer.field("type", "container_types")
        }
    }
}
