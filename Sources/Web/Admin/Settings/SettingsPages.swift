import Hummingbird

/// The start page of the settings.
struct SettingsPages {
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings") { request, context in
            let model = SettingsModel(
                shell: frame.shell(request, context, .settings), sections: SettingsSection.all(current: nil)
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

    static func all(current: String?) -> [SettingsSection] {
        [
            SettingsSection(
                label: "Order statuses", note: "Names, colours and which orders count", href: Links.statuses,
                icon: "tag", isCurrent: current == Links.statuses
            )
        ]
    }
}
