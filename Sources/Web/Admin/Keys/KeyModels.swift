import Domain
import Platform

struct KeysModel: Sendable {
    struct Row: Sendable {
        var name: String
        var id: String
        var href: String
        var revokeHref: String
        var scopes: String
        var isValid: Bool
        var isRevoked: Bool
        var lastUsed: String
        var lastUsedExact: String
        var expires: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var newHref = Links.newKey
    var docsHref = Links.apiDocs
    var sourcesHref = Links.eventSources
    var hasKeys: Bool
    var keys: [Row]

    init(shell: ShellModel, sections: [SettingsSection], keys: [APIKey], format: PageFormat) {
        (self.shell, self.sections) = (shell, sections)
        hasKeys = !keys.isEmpty
        // Those that are taken stand first, the latest of each first.
        let sorted =
            keys.reversed().filter { $0.isValid(at: format.now) }
            + keys.reversed().filter { !$0.isValid(at: format.now) }
        self.keys = sorted.map { key in
            Row(
                name: key.name, id: key.code, href: Links.key(key.code), revokeHref: Links.revokeKey(key.code),
                scopes: key.scopes.map(\.rawValue).sorted().joined(separator: ", "),
                isValid: key.isValid(at: format.now), isRevoked: key.revokedAt != nil,
                lastUsed: key.lastUsedAt.map(format.relative) ?? "Never",
                lastUsedExact: key.lastUsedAt.map(format.exact) ?? "",
                expires: key.expiresAt.map(format.short) ?? "Never"
            )
        }
    }
}

struct KeyFormModel: Sendable {
    struct ScopeOption: Sendable {
        var value: String
        var note: String
        var isSelected: Bool
    }

    struct Rotation: Sendable {
        var action: String
        var overlap: ChoiceModel
    }

    var shell: ShellModel
    var keysHref = Links.keys
    var action: String
    var heading: String
    var verb: String
    var isNew: Bool
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var scopesError: String?
    var scopes: [ScopeOption]
    var expires: ChoiceModel
    var limit: FieldModel
    var rotation: Rotation?
    var revokeHref: String
    var id: String

    private static let labels = ["name": "Name", "scopes": "Scopes", "requests_per_second": "Requests a second"]

    init(shell: ShellModel, key: APIKey?, form: FormBody, faults: FormFaults, format: PageFormat, now: Instant) {
        self.shell = shell
        isNew = key == nil
        action = key.map { Links.key($0.code) } ?? Links.newKey
        heading = key.map(\.name) ?? "New API key"
        verb = key == nil ? "Create key" : "Save key"
        hasProblems = !faults.isEmpty
        problems = faults.listed { Self.labels[$0] ?? $0 }
        name = faults.field("name", form)
        scopesError = faults["scopes"]
        let chosen = Set(form.all("scopes"))
        scopes = Scope.allCases.map { scope in
            ScopeOption(value: scope.rawValue, note: scope.note, isSelected: chosen.contains(scope.rawValue))
        }
        let days = form["expires"] ?? "0"
        expires = ChoiceModel(
            name: "expires",
            options: KeyForm.endings.map { ending in
                OptionModel(value: String(ending.days), text: ending.text, isSelected: days == String(ending.days))
            }
        )
        limit = faults.field("requests_per_second", form)
        if let key, key.isValid(at: now) {
            rotation = Rotation(
                action: Links.rotateKey(key.code),
                overlap: ChoiceModel(
                    name: "overlap",
                    options: KeyOverlap.allCases.map { overlap in
                        OptionModel(value: overlap.rawValue, text: overlap.text, isSelected: overlap == .day)
                    }
                )
            )
        }
        revokeHref = key.map { Links.revokeKey($0.code) } ?? ""
        id = key?.code ?? ""
    }
}

/// A key that is shown once.
struct KeyMadeModel: Sendable {
    var shell: ShellModel
    var keysHref = Links.keys
    var heading: String
    var key: String
    var id: String
    var hasReplaced: Bool
    var replaced: String
}
