import Domain

/// The list of order statuses, with the rules that go by them.
struct StatusListModel: Sendable {
    struct StarterOffer: Sendable {
        var action = Links.starterStatuses
    }

    struct Group: Sendable {
        var type: String
        var heading: String
        var count: String
        var hasStatuses: Bool
        var newHref: String
        var statuses: [Status]
    }

    struct Status: Sendable {
        var rowID: String
        var text: String
        var color: String
        var code: String
        var isIncluded: Bool
        var isUsed: Bool
        var orderCount: String
        var ordersHref: String
        var isArchived: Bool
        var archiveAction: String
        var archiveValue: String
        var isFirst: Bool
        var isLast: Bool
        var moveAction: String
        var editHref: String
        var canDelete: Bool
        var deleteHref: String
        var keptWhy: String
    }

    struct Rules: Sendable {
        var action = Links.orderRules
        var countAny: Bool
        var countGeneral: Bool
        var countAll: Bool
        var createsCustomers: Bool
        var createsStatuses: Bool
        /// What the form was made of.
        var seen: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var newHref = Links.newStatus
    var starterOffer: StarterOffer?
    var groups: [Group]
    var rules: Rules
}

/// The form of a status.
struct StatusFormModel: Sendable {
    struct Code: Sendable {
        var name = "code"
        var value: String
        var error: String?
        /// Whether orders use it, and so it stays.
        var isFixed: Bool
    }

    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref = Links.statuses
        var isNew: Bool
        var name: FieldModel
        var type: ChoiceModel
        var typeName: String
        var code: Code
        var colors: [OptionModel]
        var isIncluded: Bool
        /// What the form was made of.
        var seen: String?
    }

    var shell: ShellModel
    var statusForm: Form
}

extension StatusListModel {
    /// - Parameter counts: How many orders are in each status.
    init(shell: ShellModel, project: Project?, book: StatusBook, counts: [OrderStatus.ID: Int], seen: String) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.statuses, shell)
        let isEmpty = book.statuses.isEmpty
        starterOffer = isEmpty ? StarterOffer() : nil
        groups = isEmpty ? [] : OrderStatusType.allCases.map { Group($0, book, counts) }
        rules = Rules(
            countAny: book.rule == .any, countGeneral: book.rule == .general, countAll: book.rule == .all,
            createsCustomers: project?.createsUnknownCustomers ?? false,
            createsStatuses: project?.createsUnknownStatuses ?? false, seen: seen
        )
    }
}

extension StatusListModel.Group {
    fileprivate init(_ type: OrderStatusType, _ book: StatusBook, _ counts: [OrderStatus.ID: Int]) {
        let all = book.statuses(of: type)
        self.type = type.rawValue
        heading = type.name
        count = PageFormat.count(all.count)
        hasStatuses = !all.isEmpty
        newHref = Links.newStatus(type)
        statuses = all.map { status in
            StatusListModel.Status(
                status, orders: counts[status.id] ?? 0, isFirst: status.id == all.first?.id,
                isLast: status.id == all.last?.id
            )
        }
    }
}

extension StatusListModel.Status {
    fileprivate init(_ status: OrderStatus, orders: Int, isFirst: Bool, isLast: Bool) {
        let (type, code) = (status.type, status.code)
        let count = PageFormat.count(orders, "order is", "orders are")
        self.init(
            rowID: "status-\(status.id.rawValue)", text: status.name, color: status.color.rawValue, code: code,
            isIncluded: status.includeInAnalytics, isUsed: orders > 0, orderCount: PageFormat.count(orders),
            ordersHref: Links.orders([(OrderListFilter(type).rawValue, code)]), isArchived: status.isArchived,
            archiveAction: Links.archiveStatus(type, code: code), archiveValue: status.isArchived ? "0" : "1",
            isFirst: isFirst, isLast: isLast, moveAction: Links.moveStatus(type, code: code),
            editHref: Links.status(type, code: code), canDelete: orders == 0,
            deleteHref: Links.deleteStatus(type, code: code),
            keptWhy: orders == 0 ? "" : "\(count) in this status. Archive it to hide it from pickers."
        )
    }
}

extension OrderStatusType {
    /// As the settings call it.
    var name: String {
        switch self {
        case .general: "General"
        case .delivery: "Delivery"
        case .payment: "Payment"
        }
    }
}
