import Domain
import Hummingbird

/// The start page of the settings.
struct SettingsPages {
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings") { request, context in
            let model = SettingsModel(
                shell: frame.shell(request, context, .settings),
                sections: SettingsSection.all(current: nil, frame.features)
            )
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

    /// The parts of the settings, without those of features that are switched off.
    ///
    /// - Parameter current: The address of the part that is shown.
    static func all(current: String?, _ features: Features) -> [SettingsSection] {
        let parts: [(label: String, note: String, href: String, icon: String, feature: Feature?)] = [
            ("Order statuses", "Names, colours and which orders count", Links.statuses, "tag", .orders),
            ("Features", "Parts of the product, on and off", Links.features, "switch", nil),
        ]
        return parts.filter { $0.feature.map(features.has) ?? true }.map { part in
            SettingsSection(
                label: part.label, note: part.note, href: part.href, icon: part.icon, isCurrent: part.href == current
            )
        }
    }
}
