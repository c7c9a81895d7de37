import Database
import Domain

/// What a write did to what processes keep in memory, for the others on the same database to be told.
///
/// Only which facts changed is told, not how: they are read anew, so that no order of telling can be wrong.
struct NodeNews: Sendable {
    var orders: Set<Int64> = []
    var customers: Set<Int64> = []
    var receipts: Set<Int64> = []
    /// Events that came.
    var events: Set<Int64> = []
    /// Customers and visitors of whom events went, or whose containers changed.
    var owners: Set<Int64> = []
    /// Everybody's figures were computed anew.
    var hasAllFigures = false
    /// Statuses, fields or the project changed.
    var hasReferences = false
    /// The catalogue changed.
    var hasProducts = false
    /// A source of events is gone, or a type of containers has other times: what the index read of them is to be read anew.
    var hasOtherGround = false
    /// Audiences whose members changed, by code.
    var audiences: Set<String> = []

    init(
        orders: [OrderBoard.Move] = [], customers: [CustomerColumns.Move] = [], receipts: [ReceiptBoard.Move] = [],
        hasAllFigures: Bool = false, segments: [SegmentChange] = []
    ) {
        self.orders = Set(orders.flatMap { [$0.removed?.rawValue, $0.put?.id.rawValue] }.compactMap { $0 })
        self.receipts = Set(receipts.flatMap { [$0.removed?.rawValue, $0.put?.id.rawValue] }.compactMap { $0 })
        self.customers = Set(customers.map(\.customer.rawValue))
        self.hasAllFigures = hasAllFigures
        for change in segments {
            switch change {
            case .products, .catalogue: hasProducts = true
            case .event(let event): events.insert(event.id.rawValue)
            case .eventGone(_, let owner), .containerGone(_, let owner), .tracked(let owner, _, _):
                owners.insert(owner.rawValue)
            case .container(let container): owners.insert(container.customer.rawValue)
            case .audience(let code, _, _), .members(let code, _): audiences.insert(code)
            // These are told of as facts of lists.
            case .customer, .customerGone, .order, .orderGone, .receipt, .receiptGone: break
            }
        }
    }

    /// What messages say together.
    init(_ messages: [String]) {
        for message in messages {
            let words = message.split(separator: " ")
            let ids = words.dropFirst().compactMap { Int64($0) }
            switch words.first {
            case "orders": orders.formUnion(ids)
            case "customers": customers.formUnion(ids)
            case "receipts": receipts.formUnion(ids)
            case "events": events.formUnion(ids)
            case "owners": owners.formUnion(ids)
            case "figures": hasAllFigures = true
            case "ground": hasOtherGround = true
            case "products": hasProducts = true
            case "audiences": audiences.formUnion(words.dropFirst().map(String.init))
            default: hasReferences = hasReferences || message == WriterMemo<Int>.message
            }
        }
    }

    /// The message that says so.
    static let otherGround = "ground"

    var isEmpty: Bool {
        orders.isEmpty && customers.isEmpty && receipts.isEmpty && !hasAllFigures && !hasReferences && !hasProducts
            && audiences.isEmpty && events.isEmpty && owners.isEmpty
    }

    /// Tells it with the commit of a write.
    func tell(_ tx: Connection) {
        let facts = [
            ("orders", orders), ("customers", customers), ("receipts", receipts), ("events", events),
            ("owners", owners),
        ]
        for (word, ids) in facts where !ids.isEmpty {
            tx.tell(([word] + ids.map(String.init)).joined(separator: " "))
        }
        if hasAllFigures { tx.tell("figures") }
        if hasProducts { tx.tell("products") }
        if !audiences.isEmpty { tx.tell((["audiences"] + audiences.sorted()).joined(separator: " ")) }
    }
}

extension CustomerColumns.Move {
    fileprivate var customer: Customer.ID {
        switch self {
        case .put(let entry): entry.id
        case .add(let id, _, _, _), .set(let id, _), .remove(let id): id
        }
    }
}
