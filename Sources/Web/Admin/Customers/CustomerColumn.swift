import Domain
import Hummingbird

/// A column that the list of customers can show.
enum CustomerColumn: String, CaseIterable {
    case name, email, phone, place, orders, total, average, last, known
    case country, city, birth, consents, registered, first, updated

    static let standard: [CustomerColumn] = [
        .name, .email, .phone, .place, .orders, .total, .average, .last, .known,
    ]

    var label: String {
        switch self {
        case .name: "Customer"
        case .email: "Email"
        case .phone: "Phone"
        case .place: "Place"
        case .orders: "Orders"
        case .total: "Total"
        case .average: "Average"
        case .last: "Last order"
        case .known: "Known since"
        case .country: "Country"
        case .city: "City"
        case .birth: "Birth date"
        case .consents: "May be written to by"
        case .registered: "Registered"
        case .first: "First order"
        case .updated: "Updated"
        }
    }

    var isNumber: Bool {
        switch self {
        case .orders, .total, .average: true
        default: false
        }
    }

    /// What the list is sorted by under this column; nil where it cannot be.
    var sortKey: CustomerSortKey? {
        switch self {
        case .name: .name
        case .orders: .orderCount
        case .total: .total
        case .last: .lastOrder
        case .known: .createdAt
        case .updated: .updatedAt
        default: nil
        }
    }

    // MARK: The choice of columns

    private static let cookieName = "customer-columns"

    /// The columns that this browser chose.
    static func chosen(_ request: Request) -> [CustomerColumn] {
        let names = request.cookies[cookieName]?.value.split(separator: ".").map(String.init) ?? []
        let columns = allCases.filter { names.contains($0.rawValue) }
        return columns.isEmpty ? standard : columns
    }

    /// Remembers a choice for a year; an empty one is the standard.
    static func cookie(_ columns: [CustomerColumn]) -> Cookie {
        Cookie(
            name: cookieName, value: columns.map(\.rawValue).joined(separator: "."),
            maxAge: columns.isEmpty ? 0 : 365 * 86_400, path: "/", httpOnly: true, sameSite: .lax
        )
    }
}
