/// The three independent kinds of status an order has (spec orders.md, "Order statuses").
package enum OrderStatusType: String, CaseIterable, Codable, Hashable, Sendable {
    case general, delivery, payment

    /// The attribute of an order that holds a status of this type.
    package var path: String {
        switch self {
        case .general: "status_code"
        case .delivery: "delivery.status_code"
        case .payment: "payment.status_code"
        }
    }
}

/// A status that orders can be in.
package struct OrderStatus: Hashable, Sendable {
    package typealias ID = Identifier<OrderStatus>

    package var id: ID
    package var type: OrderStatusType
    /// Unique within the type, and fixed once an order has used it.
    package var code: String
    package var name: String
    /// Whether orders in this status count in reports, metrics and profiles.
    package var includeInAnalytics: Bool
    package var color: StatusColor
    package var position: Int64
    /// Hidden from pickers, valid on old orders.
    package var isArchived: Bool

    package init(
        id: ID, type: OrderStatusType, code: String, name: String, includeInAnalytics: Bool = false,
        color: StatusColor = .grey, position: Int64 = 0, isArchived: Bool = false
    ) {
        (self.id, self.type, self.code, self.name) = (id, type, code, name)
        (self.includeInAnalytics, self.color) = (includeInAnalytics, color)
        (self.position, self.isArchived) = (position, isArchived)
    }

    /// Whether `code` may be a status's code.
    package static func isValid(code: String) -> Bool {
        (1...64).contains(code.utf8.count)
            && code.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

/// The colours a status may be shown in; each has a light and a dark shade.
package enum StatusColor: String, CaseIterable, Hashable, Sendable {
    case grey, red, orange, amber, green, teal, blue, indigo, violet, pink
}

/// Which orders reports, metrics and profile figures count (spec orders.md, "Included orders").
package enum InclusionRule: String, CaseIterable, Hashable, Sendable {
    /// At least one of the current statuses is flagged.
    case any
    /// The general status is flagged.
    case general
    /// Each type that has a flagged status is in one.
    case all
}

/// All statuses of a project with the rule that says which orders count: one immutable value that readers share.
package struct StatusBook: Sendable {
    /// In the order of their positions, type by type.
    package let statuses: [OrderStatus]
    package let rule: InclusionRule

    private let byID: [OrderStatus.ID: OrderStatus]
    private let byCode: [OrderStatusType: [String: OrderStatus]]
    private let flaggedTypes: [OrderStatusType]

    package init(statuses: [OrderStatus] = [], rule: InclusionRule = .any) {
        self.rule = rule
        self.statuses = statuses.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
        byID = Dictionary(uniqueKeysWithValues: statuses.map { ($0.id, $0) })
        byCode = Dictionary(grouping: statuses, by: \.type).mapValues { group in
            Dictionary(group.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        }
        flaggedTypes = OrderStatusType.allCases.filter { type in
            statuses.contains { $0.type == type && $0.includeInAnalytics }
        }
    }

    package subscript(id: OrderStatus.ID) -> OrderStatus? { byID[id] }

    package func status(_ type: OrderStatusType, code: String) -> OrderStatus? { byCode[type]?[code] }

    package func statuses(of type: OrderStatusType) -> [OrderStatus] { statuses.filter { $0.type == type } }

    /// The code of an order's status of `type`, or nil when it has none.
    package func code(_ type: OrderStatusType, in current: OrderStatuses) -> String? {
        current[type].flatMap { byID[$0]?.code }
    }

    /// Whether an order in these statuses counts.
    package func includes(_ current: OrderStatuses) -> Bool {
        func isFlagged(_ type: OrderStatusType) -> Bool {
            current[type].flatMap { byID[$0]?.includeInAnalytics } ?? false
        }
        switch rule {
        case .any: return OrderStatusType.allCases.contains(where: isFlagged)
        case .general: return isFlagged(.general)
        // With nothing flagged nothing counts: no status says that it should.
        case .all: return !flaggedTypes.isEmpty && flaggedTypes.allSatisfy(isFlagged)
        }
    }

    /// Which orders may count by this book and not by the one before, or the other way round.
    package func recount(since before: StatusBook) -> Recount {
        // Where each type with a flagged status counts, the first and the last flag of a type concern every order.
        guard rule == before.rule, rule != .all || flaggedTypes == before.flaggedTypes else { return .all }
        let turned = statuses.filter { status in
            // No order is in a status that was not there before; and one that orders are in is never deleted.
            guard let old = before[status.id] else { return false }
            return old.includeInAnalytics != status.includeInAnalytics && (rule != .general || status.type == .general)
        }
        return turned.isEmpty ? .none : .those(turned)
    }

    /// The orders whose part in the figures a change of the book may alter.
    package enum Recount: Hashable, Sendable {
        case none
        /// Those in one of these statuses.
        case those([OrderStatus])
        case all
    }
}
