import Domain
import Hummingbird

/// The start page of the settings.
struct SettingsPages {
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings") { request, context in
            let shell = frame.shell(request, context, .settings)
            let sections = SettingsSection.all(current: nil, shell)
            if sections.isEmpty { try context.require(.settings) }
            let model = SettingsModel(shell: shell, sections: sections)
            return try frame.answer(.settingsIndex, model, request)
        }
    }
}

struct SettingsModel: Sendable {
    var shell: ShellModel
    var sections: [SettingsSection]
}

/// A part of the settings that their navigation names.
struct SettingsSection: Sendable {
    var label: String
    var note: String
    var href: String
    var icon: String
    var isCurrent: Bool

    private struct Part {
        var label: String
        var note: String
        var href: String
        var icon: String
        /// What is needed to open it.
        var permission: Permission
        /// The feature it belongs to, if it can be switched off.
        var feature: Feature?
    }

    private static let parts = [
        Part(
            label: "Project", note: "Name, currency, time zone, signing in", href: Links.projectSettings, icon: "shop",
            permission: .settings
        ),
        Part(
            label: "Order statuses", note: "Names, colours and which orders count", href: Links.statuses, icon: "tag",
            permission: .settings, feature: .orders
        ),
        Part(
            label: "Connections", note: "Shop systems that send their orders", href: Links.connections, icon: "link",
            permission: .webhooks, feature: .orders
        ),
        Part(
            label: "Webhooks", note: "Programs that are told of each change", href: Links.webhooks, icon: "send",
            permission: .webhooks
        ),
        Part(
            label: "Event sources", note: "Sites and apps that tell what customers do", href: Links.eventSources,
            icon: "chart", permission: .settings
        ),
        Part(
            label: "Fields", note: "What you know of customers, orders and products, and what profiles show",
            href: Links.fields, icon: "field", permission: .settings
        ),
        Part(
            label: "Containers", note: "The cart, favourites and other lists that customers have",
            href: Links.containers,
            icon: "basket", permission: .settings
        ),
        Part(
            label: "Features", note: "Parts of the product, on and off", href: Links.features, icon: "switch",
            permission: .settings
        ),
        Part(
            label: "Users", note: "Who may sign in, and as what", href: Links.users, icon: "users", permission: .users
        ),
        Part(
            label: "API keys", note: "What programs sign their requests with", href: Links.keys, icon: "key",
            permission: .keys
        ),
        Part(
            label: "Audit log", note: "Who did what, when and from where", href: Links.audit, icon: "log",
            permission: .audit
        ),
    ]

    /// The parts that the role of a page's reader may open, without those of features that are switched off.
    ///
    /// - Parameter current: The address of the part that is shown.
    static func all(current: String?, _ shell: ShellModel) -> [SettingsSection] {
        all(current: current, shell.features) { shell.may[$0.rawValue] ?? false }
    }

    /// Whether a role may open any of them.
    static func areThere(for role: User.Role, _ features: Features) -> Bool {
        !all(current: nil, features, allowing: role.may).isEmpty
    }

    private static func all(
        current: String?, _ features: Features, allowing: (Permission) -> Bool
    ) -> [SettingsSection] {
        parts.filter { allowing($0.permission) && ($0.feature.map(features.has) ?? true) }.map { part in
            SettingsSection(
                label: part.label, note: part.note, href: part.href, icon: part.icon, isCurrent: part.href == current
            )
        }
    }
}
