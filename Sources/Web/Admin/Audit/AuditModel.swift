import Domain
import Platform

struct AuditModel: Sendable {
    struct Fact: Sendable {
        var name: String
        var hasBefore: Bool
        var before: String
        var hasAfter: Bool
        var after: String
        /// Whether both stand, and an arrow between them.
        var isChange: Bool
    }

    struct Entry: Sendable {
        var id: String
        var action: String
        var isRefusal: Bool
        var when: String
        var iso: String
        var exact: String
        var actor: String
        var channel: String
        var hasAddress: Bool
        var address: String
        var objectKind: String
        var objectName: String
        var objectHref: String
        var hasFacts: Bool
        var facts: [Fact]
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var action = Links.audit
    var clearHref = Links.audit
    var isFiltered: Bool
    var actor: ChoiceModel
    var actionChoice: ChoiceModel
    var kind: ChoiceModel
    var object: String
    var hasObject: Bool
    var from: FieldModel
    var to: FieldModel
    var hasEntries: Bool
    var entries: [Entry]
    var hasOlder: Bool
    var olderHref: String

    /// - Parameter entries: At most one more than a page holds, which tells that there are older ones.
    init(
        shell: ShellModel, sections: [SettingsSection], asked: AuditListQuery, entries: [StoredAuditEntry],
        actors: [String], format: PageFormat
    ) {
        (self.shell, self.sections) = (shell, sections)
        isFiltered = !asked.items.isEmpty
        func choice(_ name: String, _ any: String, _ options: [(value: String, text: String)]) -> ChoiceModel {
            ChoiceModel(
                name: name,
                options: [OptionModel(value: "", text: any, isSelected: asked[name].isEmpty)]
                    + options.map { OptionModel(value: $0.value, text: $0.text, isSelected: asked[name] == $0.value) }
            )
        }
        actor = choice("actor", "Everybody", actors.map { ($0, $0) })
        actionChoice = choice("action", "Everything", AuditAction.allCases.map { ($0.rawValue, $0.name) })
        kind = choice("kind", "All", AuditObject.Kind.allCases.map { ($0.rawValue, $0.name) })
        (object, hasObject) = (asked["object"], !asked["object"].isEmpty)
        from = FieldModel(name: "from", value: asked["from"])
        to = FieldModel(name: "to", value: asked["to"])
        let shown = entries.prefix(AuditPages.pageSize)
        hasEntries = !shown.isEmpty
        self.entries = shown.map { Entry($0, format) }
        hasOlder = entries.count > shown.count
        olderHref = shown.last.map { asked.link(before: $0.id) } ?? ""
    }
}

extension AuditModel.Entry {
    fileprivate init(_ stored: StoredAuditEntry, _ format: PageFormat) {
        let entry = stored.entry
        id = String(stored.id.rawValue)
        (action, isRefusal) = (entry.action.name, entry.action == .signInRefused)
        (when, iso, exact) = (format.brief(stored.at), stored.at.rfc3339, format.exact(stored.at))
        actor = entry.actor.kind == .key ? "key \(entry.actor.name)" : entry.actor.name
        channel = entry.actor.channel.rawValue
        (hasAddress, address) = (entry.actor.address != nil, entry.actor.address ?? "")
        (objectKind, objectName) = (entry.object.kind.name, entry.object.name)
        objectHref = Links.audit([("kind", entry.object.kind.rawValue), ("object", entry.object.id)])
        facts = Set(entry.before.keys).union(entry.after.keys).sorted().map { name in
            AuditModel.Fact(name, entry.before[name], entry.after[name])
        }
        hasFacts = !facts.isEmpty
    }
}

extension AuditModel.Fact {
    fileprivate init(_ name: String, _ before: String?, _ after: String?) {
        self.name = name.prefix(1).uppercased() + name.dropFirst()
        (hasBefore, hasAfter) = (before?.isEmpty == false, after?.isEmpty == false)
        (self.before, self.after) = (before ?? "", after ?? "")
        isChange = before != nil && after != nil
    }
}
