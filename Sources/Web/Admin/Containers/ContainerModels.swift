import Domain

/// The list of the kinds of containers.
struct ContainerListModel: Sendable {
    struct Row: Sendable {
        var rowID: String
        var text: String
        var code: String
        var isSystem: Bool
        var abandonedAfter: String
        var lifetime: String
        var isEmptiedByOrder: Bool
        var isUsed: Bool
        var count: String
        var editHref: String
        var canDelete: Bool
        var deleteHref: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var newHref = Links.newContainer
    var count: String
    var rows: [Row]
}

extension ContainerListModel.Row {
    /// - Parameter count: How many customers and visitors have something in one.
    init(_ type: ContainerType, count: Int) {
        self.init(
            rowID: "container-\(type.code)", text: type.name, code: type.code, isSystem: type.isSystem,
            abandonedAfter: Self.span(minutes: type.abandonedAfterMinutes),
            lifetime: type.lifetimeDays.map { PageFormat.count($0, "day", "days") } ?? "always",
            isEmptiedByOrder: type.isEmptiedByOrder, isUsed: count > 0, count: PageFormat.count(count),
            editHref: Links.container(type.code), canDelete: !type.isSystem && count == 0,
            deleteHref: Links.deleteContainer(type.code)
        )
    }

    /// `45 min`, `1 h`, `2 days`.
    private static func span(minutes: Int64) -> String {
        if minutes % 1440 == 0 { return PageFormat.count(minutes / 1440, "day", "days") }
        return minutes % 60 == 0 ? "\(PageFormat.count(minutes / 60)) h" : "\(PageFormat.count(minutes)) min"
    }
}

/// The form of a kind of containers.
struct ContainerFormModel: Sendable {
    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref = Links.containers
        var isNew: Bool
        var version: String?
        var name: FieldModel
        var code: FieldModel
        var abandonedAfter: FieldModel
        var lifetime: FieldModel
        var isEmptiedByOrder: Bool
    }

    var shell: ShellModel
    var container: Form
}
