/// What somebody who is signed in may do; roles are sets of these (Docs/roles.md has the table).
///
/// A page asks for the permission of what it shows or does, never for a role.
package enum Permission: String, CaseIterable, Hashable, Sendable {
    case ordersRead, ordersWrite
    case customersRead, customersWrite, customersMerge, customersErase, customersExport
    /// Without it names, emails, phones and addresses are masked.
    case personalData
    case productsRead, productsWrite
    case receiptsRead, receiptsWrite
    case segmentsRead, segmentsWrite
    case campaignsRead, campaignsWrite
    case messagesRead, messagesSend, largeSendsApprove
    case templatesRead, templatesWrite
    case promotionsRead, promotionsWrite
    case analytics
    case exports, imports
    case settings, webhooks, keys, users, audit

    /// As a page names it, after “the permission to”.
    package var name: String {
        switch self {
        case .ordersRead: "see orders"
        case .ordersWrite: "add, change and delete orders"
        case .customersRead: "see customers"
        case .customersWrite: "add and change customers"
        case .customersMerge: "merge customers"
        case .customersErase: "erase customers"
        case .customersExport: "export what is stored of a person"
        case .personalData: "see personal data unmasked"
        case .productsRead: "see products"
        case .productsWrite: "add and change products"
        case .receiptsRead: "see receipts"
        case .receiptsWrite: "add, link and delete receipts"
        case .segmentsRead: "see segments"
        case .segmentsWrite: "make and change segments"
        case .campaignsRead: "see campaigns"
        case .campaignsWrite: "make and change campaigns"
        case .messagesRead: "see messages"
        case .messagesSend: "send messages"
        case .largeSendsApprove: "approve large sends"
        case .templatesRead: "see templates"
        case .templatesWrite: "make and change templates"
        case .promotionsRead: "see promotions"
        case .promotionsWrite: "make and change promotions"
        case .analytics: "see analytics"
        case .exports: "export lists"
        case .imports: "import files"
        case .settings: "change settings"
        case .webhooks: "manage webhooks and connectors"
        case .keys: "manage API keys"
        case .users: "manage users"
        case .audit: "read the audit log"
        }
    }
}

extension User.Role {
    /// What somebody in this role may do.
    package var permissions: Set<Permission> {
        switch self {
        case .owner, .administrator: Set(Permission.allCases)
        case .seniorMarketer: Self.marketing.union([.largeSendsApprove, .customersMerge, .customersExport])
        case .marketer: Self.marketing
        case .analyst:
            [
                .ordersRead, .customersRead, .productsRead, .receiptsRead, .segmentsRead, .segmentsWrite,
                .campaignsRead, .messagesRead, .templatesRead, .promotionsRead, .analytics, .exports,
            ]
        case .operator:
            [
                .ordersRead, .ordersWrite, .customersRead, .customersWrite, .customersMerge, .personalData,
                .productsRead, .receiptsRead, .receiptsWrite, .messagesRead, .promotionsRead,
            ]
        case .designer: [.templatesRead, .templatesWrite, .productsRead, .campaignsRead, .messagesRead]
        }
    }

    private static let marketing: Set<Permission> = [
        .ordersRead, .customersRead, .customersWrite, .personalData, .productsRead, .receiptsRead, .segmentsRead,
        .segmentsWrite, .campaignsRead, .campaignsWrite, .messagesRead, .messagesSend, .templatesRead,
        .templatesWrite, .promotionsRead, .promotionsWrite, .analytics, .exports, .imports,
    ]

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// As pages call it.
    package var name: String {
        switch self {
        case .owner: "Owner"
        case .administrator: "Administrator"
        case .seniorMarketer: "Senior marketer"
        case .marketer: "Marketer"
        case .analyst: "Analyst"
        case .operator: "Operator"
        case .designer: "Designer"
        }
    }

    /// What the role is for.
    package var note: String {
        switch self {
        case .owner: "Everything, other owners included."
        case .administrator: "Everything but owners."
        case .seniorMarketer: "All marketing; approves large sends."
        case .marketer: "Segments, campaigns, mailings, promotions; reads orders and customers."
        case .analyst: "Reads and exports; personal data is masked."
        case .operator: "Orders, receipts and customers."
        case .designer: "Templates."
        }
    }

    /// Whether somebody in this role may make, change or remove a user of `other`: only owners touch owners.
    package func mayManage(_ other: User.Role) -> Bool { may(.users) && (self == .owner || other != .owner) }
}
