import Domain
import Hummingbird
import Platform

/// `/api/project`: what holds for the whole shop, its features included (spec orders.md, "Feature flag").
struct ProjectRoutes {
    let project: ProjectService
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(ProjectOperations.show, use: show)
        api.mount(ProjectOperations.update, use: update)
    }

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        try answer()
    }

    @Sendable private func update(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let envelope = try Envelope.read(body.readableBytesView) { reader, base in
            try ProjectPatch.decode(&reader, base: base)
        }
        let seen = try project.project.flatMap { try request.requireSeen(ContentTag($0)) ? $0 : nil }
        try await project.update(try envelope.elements[0].get(), seen: seen, by: context.actor)
        return try answer()
    }

    private func answer() throws -> Response {
        guard let project = project.project else { throw Problem.notFound }
        return .json(headers: [.eTag: ContentTag(project).header]) { writer in
            writer.object("data") { writer in
                writer.object("attributes") { writer in
                    writer.field("create_unknown_customers", project.createsUnknownCustomers)
                    writer.field("create_unknown_statuses", project.createsUnknownStatuses)
                    writer.field("currency", project.currency)
                    writer.field("event_days", project.eventDays)
                    writer.object("features") { writer in
                        for feature in Feature.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
                            writer.key(feature.rawValue)
                            writer.value(project.features.has(feature))
                        }
                    }
                    writer.field("included_orders", project.inclusionRule.rawValue)
                    writer.field("name", project.name)
                    writer.field("time_zone", project.timeZoneName)
                }
                writer.field("id", "project")
                writer.object("links") { $0.field("self", APILinks.project) }
                writer.field("type", "projects")
            }
        }
    }
}
