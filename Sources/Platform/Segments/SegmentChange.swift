import Domain
import Segmentation

/// What a commit did to something that segments ask about, as a whole value.
///
/// Whole values can be taken in twice, so that what came while an index was being built can be told it once more.
enum SegmentChange: Sendable {
    case customer(Customer)
    /// Erased, removed, or part of somebody else.
    case customerGone(Customer.ID)
    /// - Parameters:
    ///   - stays: The statuses it was in; nil where they are as they were.
    ///   - former: Its customer and what it was called before, where it is not new.
    case order(Order, stays: [StatusStay]?, former: (Customer.ID, Order.ID)?)
    case orderGone(Order.ID, Customer.ID)
    case receipt(Receipt, former: (Customer.ID, Receipt.ID)?)
    case receiptGone(Receipt.ID, Customer.ID)
    case event(EventRecord)
    case eventGone(TrackedEvent.ID, Customer.ID)
    case container(ContainerRecord)
    case containerGone(ContainerType.ID, Customer.ID)
    /// All events and containers of a customer.
    case tracked(Customer.ID, [EventRecord], [ContainerRecord])
    case products([Product], gone: [String])
    /// All products that there are.
    case catalogue([Product])
    /// Customers who came into an audience, and who went.
    case audience(String, added: [Customer.ID], removed: [Customer.ID])
    /// All who are in an audience.
    case members(String, Set<Customer.ID>)
}

extension SegmentChange {
    var isOfGoneCustomer: Bool {
        if case .customerGone = self { true } else { false }
    }
}

extension LiveSegments {
    /// Takes in a change, and answers who moved.
    ///
    /// - Parameter isReplay: Whether the index may know of it already, or of what came after.
    mutating func take(_ change: SegmentChange, isReplay: Bool = false, at now: Instant) -> [Move] {
        switch change {
        case .customer(let customer): return put(customer, at: now)
        case .customerGone(let id): return remove(id, at: now)
        case .order(let order, let stays, let former):
            let known = stays ?? self.stays(of: order, former) ?? []
            if isReplay { changeIndex { $0.remove(order.id, of: order.customer) } }
            // Whoever was erased is nobody, and their orders are nobody's.
            guard index.contains(order.customer) else {
                return former.map { remove($0.1, of: $0.0, at: now) } ?? []
            }
            return put(order, stays: known, replacing: former, at: now)
        case .orderGone(let id, let customer): return remove(id, of: customer, at: now)
        case .receipt(let receipt, let former):
            if isReplay { changeIndex { $0.remove(receipt.id, of: receipt.customer) } }
            guard index.contains(receipt.customer) else {
                return former.map { remove($0.1, of: $0.0, at: now) } ?? []
            }
            return put(receipt, replacing: former, at: now)
        case .receiptGone(let id, let customer): return remove(id, of: customer, at: now)
        case .event(let event): return put(event, at: now)
        case .eventGone(let id, let customer): return remove(id, of: customer, at: now)
        case .container(let container): return put(container, at: now)
        case .containerGone(let type, let customer):
            return remove(container: type.rawValue, of: customer, at: now)
        case .tracked(let customer, let events, let containers):
            return replaceTracked(of: customer, events, containers, at: now)
        case .products(let products, let gone): return put(products: products, removing: gone, at: now)
        case .catalogue(let products):
            let gone = index.productNames.subtracting(products.map(\.externalID))
            return put(products: products, removing: gone.sorted(), at: now)
        case .members(let code, let members):
            guard case .members(let before) = named[code], before != members else { return [] }
            return set(.members(members), of: code, at: now)
        case .audience(let code, let added, let removed):
            guard case .members(var members) = named[code] else { return [] }
            members.formUnion(added)
            members.subtract(removed)
            return set(.members(members), of: code, at: now)
        }
    }

    private func stays(of order: Order, _ former: (Customer.ID, Order.ID)?) -> [StatusStay]? {
        former.flatMap { index.stays(of: $0.1, $0.0) } ?? index.stays(of: order.id, order.customer)
    }
}

extension OrderWriter.Written {
    /// What segments must know; nothing where nothing changed.
    var segmentChanges: [SegmentChange] {
        let people = profiles.map(SegmentChange.customer)
        let receipts = receiptMoves.compactMap(\.segmentChange)
        switch kind {
        case .created: return people + [.order(stored.order, stays: stays, former: nil)] + receipts
        case .updated:
            let former = (before?.order.customer ?? stored.order.customer, formerID ?? stored.order.id)
            return people + [.order(stored.order, stays: stays, former: former)] + receipts
        case .deleted: return people + [.orderGone(stored.order.id, stored.order.customer)] + receipts
        case .unchanged, .stale: return people
        }
    }
}

extension ReceiptBoard.Move {
    var segmentChange: SegmentChange? {
        if let receipt { return .receipt(receipt, former: former) }
        return former.map { .receiptGone($0.1, $0.0) }
    }
}
