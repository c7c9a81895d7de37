import Domain
import Platform

/// What every page shows around its content.
struct ShellModel: Sendable {
    struct NavItem: Sendable {
        var label: String
        var href: String
        var icon: String
        var isCurrent: Bool
    }

    struct Toast: Sendable {
        /// `success` or `error`.
        var kind: String
        var text: String

        static func success(_ text: String) -> Toast { Toast(kind: "success", text: text) }

        static func error(_ text: String) -> Toast { Toast(kind: "error", text: text) }
    }

    var projectName: String
    var userEmail: String
    var userInitial: String
    var csrf: String
    var assetVersion: String
    /// What is switched on; pages leave the rest out.
    var features: Features = []
    var homeHref = Links.home
    var signOutAction = Links.signOut
    var accountHref = Links.account
    /// What the role of the person allows: `{{#shell.may.ordersWrite}}`.
    var may: [String: Bool] = [:]
    var nav: [NavItem]
    var toast: Toast?

    /// The frame of a page that nobody has signed in for.
    static func bare(assetVersion: String, csrf: String = "", projectName: String = "Reorder") -> ShellModel {
        ShellModel(
            projectName: projectName, userEmail: "", userInitial: "", csrf: csrf, assetVersion: assetVersion, nav: []
        )
    }

    /// The frame of a signed-in page.
    static func of(
        _ session: Session, _ project: Project?, assetVersion: String, current: Section?, toast: Toast? = nil
    ) -> ShellModel {
        ShellModel(
            projectName: project?.name ?? "Reorder", userEmail: session.email,
            userInitial: session.email.prefix(1).uppercased(), csrf: session.csrf, assetVersion: assetVersion,
            features: project?.features ?? [],
            may: Dictionary(uniqueKeysWithValues: session.role.permissions.map { ($0.rawValue, true) }),
            nav: Section.all(project?.features ?? [], session.role).map { section in
                NavItem(
                    label: section.label, href: section.href, icon: section.rawValue, isCurrent: section == current
                )
            },
            toast: toast
        )
    }

    /// The parts of the application that the navigation names.
    enum Section: String, CaseIterable {
        case orders, receipts, customers, segments, products, transfers, settings

        /// Those of the features that are switched on, that a role may see.
        static func all(_ features: Features, _ role: User.Role) -> [Section] {
            allCases.filter { ($0.feature.map(features.has) ?? true) && $0.isShown(to: role, features) }
        }

        /// The feature it belongs to, if it can be switched off.
        var feature: Feature? {
            switch self {
            case .orders: .orders
            case .receipts: .receipts
            case .customers, .segments, .products, .transfers, .settings: nil
            }
        }

        var label: String {
            switch self {
            case .orders: "Orders"
            case .customers: "Customers"
            case .segments: "Segments"
            case .receipts: "Receipts"
            case .products: "Products"
            case .transfers: "Imports & exports"
            case .settings: "Settings"
            }
        }

        var href: String {
            switch self {
            case .orders: Links.orders
            case .customers: Links.customers
            case .segments: Links.segments
            case .receipts: Links.receipts
            case .products: Links.products
            case .transfers: Links.transfers
            case .settings: Links.settings
            }
        }

        /// What is needed to see it; settings need what one of their pages does.
        private func isShown(to role: User.Role, _ features: Features) -> Bool {
            switch self {
            case .orders: role.may(.ordersRead)
            case .customers: role.may(.customersRead)
            case .segments: role.may(.segmentsRead)
            case .receipts: role.may(.receiptsRead)
            case .products: role.may(.productsRead)
            case .transfers: role.may(.imports) || role.may(.exports)
            case .settings: SettingsSection.areThere(for: role, features)
            }
        }
    }
}
