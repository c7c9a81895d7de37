import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Settings, Audit log: who did what to what, and when.
struct AuditPages {
    let audit: AuditLog
    let frame: PageFrame

    static let pageSize = 50

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/audit", use: index)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.audit)
        let asked = AuditListQuery(request, frame.references.current.reading)
        let found = try await audit.page(asked.query, before: asked.before, limit: Self.pageSize + 1)
        let shell = frame.shell(request, context, .settings)
        let model = AuditModel(
            shell: shell, sections: SettingsSection.all(current: Links.audit, shell), asked: asked,
            entries: found, actors: try await audit.actors(), format: frame.format(context)
        )
        return try frame.answer(.audit, model, request)
    }
}

/// What the page's address asks for; what cannot be read is left out.
struct AuditListQuery {
    var query = AuditQuery()
    var before: AuditEntry.ID?
    /// What was asked, for the links.
    private(set) var items: [(name: String, value: String)] = []

    init(_ request: Request, _ reading: ReadingContext) {
        let given = QueryItems(request)
        func take<Value>(_ name: String, _ read: (String) -> Value?) -> Value? {
            guard let text = given[name], let value = read(text) else { return nil }
            items.append((name, text))
            return value
        }
        query.actor = take("actor") { $0 }
        query.action = take("action", AuditAction.init)
        query.kind = take("kind", AuditObject.Kind.init)
        query.objectID = take("object") { $0 }
        query.from = take("from") { Instant(parsing: $0, zone: reading.zone) }
        query.to = take("to") { Instant(parsing: $0, zone: reading.zone)?.adding(seconds: 86_400) }
        before = given["before"].flatMap(Int64.init).map(AuditEntry.ID.init)
    }

    subscript(name: String) -> String { items.first { $0.name == name }?.value ?? "" }

    func link(before: AuditEntry.ID) -> String {
        Links.audit(items + [("before", String(before.rawValue))])
    }
}
