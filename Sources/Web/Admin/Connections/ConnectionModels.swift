import Domain
import Platform

/// The list of connections.
struct ConnectionListModel: Sendable {
    struct Row: Sendable {
        var name: String
        var kind: String
        var href: String
        var isPaused: Bool
        var stored: String
        var refused: String
        var hasRefused: Bool
        var last: String
        var lastExact: String
    }

    struct Offer: Sendable {
        var label: String
        var href: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var offers = ShopConnection.Kind.allCases.map {
        Offer(label: "Connect \($0.name)", href: Links.newConnection($0))
    }
    var hasConnections: Bool
    var connections: [Row]

    init(shell: ShellModel, _ all: [ConnectorService.Overview], _ format: PageFormat) {
        (self.shell, hasConnections) = (shell, !all.isEmpty)
        sections = SettingsSection.all(current: Links.connections, shell)
        connections = all.map { overview in
            let (connection, figures) = (overview.connection, overview.figures)
            return Row(
                name: connection.name, kind: connection.kind.name, href: Links.connection(connection.code),
                isPaused: connection.isPaused, stored: PageFormat.count(figures.stored),
                refused: PageFormat.count(figures.refused), hasRefused: figures.refused > 0,
                last: figures.lastAt.map(format.relative) ?? "never", lastExact: figures.lastAt.map(format.exact) ?? ""
            )
        }
    }
}

/// The form of a connection.
struct ConnectionFormModel: Sendable {
    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref: String
        var verb: String
        var isNew: Bool
        var isShopify: Bool
        var kind: String
        var name: FieldModel
        var secret: FieldModel
        var idPrefix: FieldModel
    }

    var shell: ShellModel
    var connectionForm: Form
}

extension ConnectionFormModel.Form {
    /// - Parameters:
    ///   - connection: The one that is changed; nil for a new one.
    ///   - form: What was sent; nil shows the connection as it is.
    init(_ kind: ShopConnection.Kind, _ connection: ShopConnection?, _ form: FormBody?, _ faults: FormFaults) {
        action = connection.map { Links.editConnection($0.code) } ?? Links.newConnection(kind)
        heading = connection == nil ? "Connect \(kind.name)" : "Edit connection"
        cancelHref = connection.map { Links.connection($0.code) } ?? Links.connections
        verb = connection == nil ? "Add connection" : "Save connection"
        (isNew, isShopify, self.kind) = (connection == nil, kind == .shopify, kind.rawValue)
        func field(_ name: String, _ stored: String?) -> FieldModel {
            FieldModel(name: name, value: form?.raw(name) ?? stored ?? "", error: faults[name])
        }
        name = field("name", connection?.name)
        // What is stored is shown nowhere but on the connection's own page, and only where one asks.
        secret = field("secret", nil)
        idPrefix = field("id_prefix", connection?.idPrefix)
    }
}

/// One connection: where its address goes, what its statuses become, and what was refused.
struct ConnectionModel: Sendable {
    struct Status: Sendable {
        var label: String
        var field: FieldModel
        var usual: String
    }

    struct Group: Sendable {
        var heading: String
        var listID: String
        var codes: [String]
        var statuses: [Status]
    }

    struct Refusal: Sendable {
        var reason: String
        var topic: String
        var when: String
        var exact: String
        var iso: String
        var hasBody: Bool
        var body: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var listHref = Links.connections
    var name: String
    var kind: String
    var isShopify: Bool
    var isPaused: Bool
    var state: String
    var stateColor: String
    var address: String
    var topics: [String]
    var secret: String
    var idPrefix: String?
    var editHref: String
    var deleteHref: String
    var pauseAction: String
    var pauseValue: String
    var stored: String
    var unchanged: String
    var repeated: String
    var refusedCount: String
    var last: String
    var lastExact: String
    var statusAction: String
    var problems: [ProblemModel]
    var hasProblems: Bool
    var groups: [Group]
    var hasRefusals: Bool
    var refusals: [Refusal]

    /// - Parameters:
    ///   - origin: The server's own address as the browser knows it: `https://reorder.example`.
    ///   - form: The status table as it was sent, where it was refused.
    init(
        shell: ShellModel, origin: String, _ overview: ConnectorService.Overview, _ refused: [ShopRefusal],
        _ book: StatusBook, form: FormBody?, _ faults: FormFaults, _ format: PageFormat
    ) {
        let (connection, figures) = (overview.connection, overview.figures)
        self.shell = shell
        sections = SettingsSection.all(current: Links.connections, shell)
        (name, kind, isShopify) = (connection.name, connection.kind.name, connection.kind == .shopify)
        isPaused = connection.isPaused
        (state, stateColor) =
            connection.isPaused
            ? ("Paused", "grey") : figures.lastAt == nil ? ("Waiting", "amber") : ("Active", "green")
        address = origin + Links.hook(connection)
        topics = ShopMessage.topics(of: connection.kind)
        (secret, idPrefix) = (connection.secret, connection.idPrefix.isEmpty ? nil : connection.idPrefix)
        (editHref, deleteHref) = (Links.editConnection(connection.code), Links.deleteConnection(connection.code))
        (pauseAction, pauseValue) = (Links.pauseConnection(connection.code), connection.isPaused ? "0" : "1")
        (stored, unchanged) = (PageFormat.count(figures.stored), PageFormat.count(figures.unchanged))
        (repeated, refusedCount) = (PageFormat.count(figures.repeated), PageFormat.count(figures.refused))
        (last, lastExact) = (
            figures.lastAt.map(format.relative) ?? "never", figures.lastAt.map(format.exact) ?? ""
        )
        statusAction = Links.connectionStatuses(connection.code)
        problems = faults.listed { $0.replacing("statuses.", with: "") }
        hasProblems = !faults.isEmpty
        groups = OrderStatusType.allCases.compactMap { Self.group($0, connection, book, form, faults) }
        hasRefusals = !refused.isEmpty
        refusals = refused.map { refusal in
            Refusal(
                reason: refusal.reason, topic: refusal.topic ?? "no topic", when: format.brief(refusal.receivedAt),
                exact: format.exact(refusal.receivedAt), iso: refusal.receivedAt.rfc3339, hasBody: refusal.body != nil,
                body: refusal.body.map(JSONLayout.pretty) ?? ""
            )
        }
    }

    private static func group(
        _ type: OrderStatusType, _ connection: ShopConnection, _ book: StatusBook, _ form: FormBody?,
        _ faults: FormFaults
    ) -> Group? {
        let usual = connection.kind.statuses.filter { $0.source.group.type == type }
        guard !usual.isEmpty else { return nil }
        let statuses = usual.map { usual in
            let name = "statuses.\(usual.source.key)"
            let code = connection.statuses[usual.source.key] ?? usual.code
            return Status(
                label: usual.source.key.replacing(":", with: ": "),
                field: FieldModel(
                    name: name, value: form?.raw(name) ?? code, error: faults["statuses.\(usual.source.key)"]
                ),
                usual: usual.code.isEmpty ? "no status" : usual.code
            )
        }
        return Group(
            heading: type.name, listID: "codes-\(type.rawValue)", codes: book.statuses(of: type).map(\.code),
            statuses: statuses
        )
    }
}
