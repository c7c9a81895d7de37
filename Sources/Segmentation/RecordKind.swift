import Domain

/// The kinds of records that customers have many of, each with a table of its own in a shard.
enum RecordKind: Int, CaseIterable, Sendable {
    case orders, receipts, events, containers

    var scope: ConditionScope {
        switch self {
        case .orders: .order
        case .receipts: .receipt
        case .events: .event
        case .containers: .container
        }
    }

    /// What each record has many of, in the order in which tables have them.
    var children: [ConditionScope] {
        switch self {
        case .orders: [.orderLine, .stay]
        case .receipts: [.receiptLine]
        case .events: []
        case .containers: [.containerLine]
        }
    }

    /// What programs must look at where such records changed.
    var needs: Program.Needs {
        switch self {
        case .orders: .orders
        case .receipts: .receipts
        case .events: .events
        case .containers: .containers
        }
    }
}

extension ConditionBlockKind {
    /// The table that has the records, or whose records have the lines.
    var table: RecordKind {
        switch self {
        case .orders, .lines, .orderLines, .stays: .orders
        case .receipts, .receiptLines: .receipts
        case .events: .events
        case .containers, .containerLines: .containers
        }
    }
}
