import Domain
import Platform

/// The list of sources of events.
struct EventSourceListModel: Sendable {
    struct Row: Sendable {
        var name: String
        var code: String
        var href: String
        var domains: String
        var state: StateModel
        var taken: String
        var hasRefused: Bool
        var refused: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var newHref = Links.newEventSource
    var namesHref = Links.eventNames
    var sources: [Row]

    init(shell: ShellModel, _ book: TrackingBook, _ figures: [EventSource.ID: SourceFigures]) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.eventSources, shell)
        sources = book.sources.map { source in
            let figures = figures[source.id] ?? SourceFigures()
            return Row(
                name: source.name, code: source.code, href: Links.eventSource(source.code),
                domains: source.domains.isEmpty ? "any domain" : source.domains.joined(separator: ", "),
                state: StateModel(source), taken: PageFormat.count(figures.taken), hasRefused: figures.refused > 0,
                refused: PageFormat.count(figures.refused)
            )
        }
    }
}

extension StateModel {
    init(_ source: EventSource) { (text, color) = source.isOn ? ("On", "green") : ("Off", "grey") }
}

/// One source of events.
struct EventSourceModel: Sendable {
    struct Key: Sendable {
        var text: String
        var id: String
        var hasName: Bool
        var name: String
        var since: String
        var sinceISO: String
        var sinceExact: String
        /// Whether it is not the only one, so that another is there once it ends.
        var mayEnd: Bool
    }

    struct Refusal: Sendable {
        var reason: String
        var code: String
        var when: String
        var iso: String
        var exact: String
        var hasMessageID: Bool
        var messageID: String
        var hasSample: Bool
        var sample: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var listHref = Links.eventSources
    var name: String
    var code: String
    var state: StateModel
    var isOn: Bool
    var isOff: Bool
    var switchAction: String
    var switchValue: String
    var editHref: String
    var mayDelete: Bool
    var deleteHref: String
    var domains: String
    var takesOrders: String
    var learnsNames: String
    var updatesCustomers: String
    var taken: String
    var repeated: String
    var refused: String
    var snippet: String
    var hasKey: Bool
    var keys: [Key]
    var makeKeyAction: String
    var revokeKeyAction: String
    var hasRefusals: Bool
    var refusals: [Refusal]

    init(
        shell: ShellModel, _ source: EventSource, _ figures: SourceFigures,
        _ refused: [(receivedAt: Instant, refusal: TrackedRefusal)], host: String, _ format: PageFormat
    ) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.eventSources, shell)
        (name, code, state) = (source.name, source.code, StateModel(source))
        (isOn, isOff, switchValue) = (source.isOn, !source.isOn, source.isOn ? "0" : "1")
        switchAction = Links.eventSource(source.code) + "/switch"
        editHref = Links.editEventSource(source.code)
        (mayDelete, deleteHref) = (!source.isSystem, Links.deleteEventSource(source.code))
        domains = source.domains.isEmpty ? "any" : source.domains.joined(separator: ", ")
        func yes(_ flag: Bool) -> String { flag ? "Yes" : "No" }
        takesOrders = source.takesOrders ? "Yes, as unverified" : "No: the event alone is kept"
        learnsNames = source.learnsNames ? "Made by arriving" : "Refused"
        updatesCustomers = source.updatesCustomers ? "Replaced" : "Filled in where nothing is known"
        (taken, repeated) = (PageFormat.count(figures.taken), PageFormat.count(figures.repeated))
        self.refused = PageFormat.count(figures.refused)
        let key = source.keys.first?.text
        hasKey = key != nil
        let named = source.isSystem ? "" : " data-source=\"\(source.code)\""
        snippet = "<script async src=\"\(host)/tracker.js\" data-key=\"\(key ?? "")\"\(named)></script>"
        keys = source.keys.enumerated().map { place, key in
            Key(
                text: key.text, id: "key-\(place)", hasName: !key.name.isEmpty, name: key.name,
                since: format.short(key.createdAt), sinceISO: key.createdAt.rfc3339,
                sinceExact: format.exact(key.createdAt), mayEnd: source.keys.count > 1
            )
        }
        makeKeyAction = Links.eventSource(source.code) + "/keys"
        revokeKeyAction = Links.eventSource(source.code) + "/keys/revoke"
        hasRefusals = !refused.isEmpty
        refusals = refused.map { at, refusal in
            Refusal(
                reason: refusal.detail, code: refusal.code, when: format.relative(at), iso: at.rfc3339,
                exact: format.exact(at), hasMessageID: refusal.messageID != nil, messageID: refusal.messageID ?? "",
                hasSample: refusal.sample != nil && !format.mask.isOn, sample: refusal.sample ?? ""
            )
        }
    }
}

/// The form of a source.
struct EventSourceFormModel: Sendable {
    var shell: ShellModel
    var heading: String
    var verb: String
    var action: String
    var cancelHref: String
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var code: FieldModel?
    var domains: FieldModel
    var takesOrders: Bool
    var learnsNames: Bool
    var updatesCustomers: Bool

    private static let labels = ["name": "Name", "code": "Code", "domains": "Domains"]

    /// - Parameters:
    ///   - source: The one that is changed; nil for a new one.
    ///   - form: What was sent; nil shows the source as it is.
    init(shell: ShellModel, _ source: EventSource?, _ form: FormBody?, _ faults: FormFaults) {
        self.shell = shell
        heading = source.map { "Edit \($0.name)" } ?? "Add event source"
        verb = source == nil ? "Add source" : "Save source"
        action = source.map { Links.editEventSource($0.code) } ?? Links.newEventSource
        cancelHref = source.map { Links.eventSource($0.code) } ?? Links.eventSources
        hasProblems = !faults.isEmpty
        problems = faults.listed { field in
            Self.labels[field.hasPrefix("domains") ? "domains" : field] ?? field
        }
        name = FieldModel(name: "name", value: form?.raw("name") ?? source?.name ?? "", error: faults["name"])
        code = source == nil ? FieldModel(name: "code", value: form?.raw("code") ?? "", error: faults["code"]) : nil
        let wrong = faults.problems.first { $0.field.hasPrefix("domains") }
        domains = FieldModel(
            name: "domains", value: form?.raw("domains") ?? source?.domains.joined(separator: "\n") ?? "",
            error: wrong?.text
        )
        takesOrders = form?.isOn("takes_orders") ?? source?.takesOrders ?? false
        learnsNames = form?.isOn("learns_names") ?? source?.learnsNames ?? true
        updatesCustomers = form?.isOn("updates_customers") ?? source?.updatesCustomers ?? false
    }
}
