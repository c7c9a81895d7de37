import Database
import Domain
import Storage

/// Writes what a shop's message says, within a transaction.
struct ShopOrderWriter: Sendable {
    let orders: OrderWriter
    let identifiers: Identifiers
    let connection: ShopConnection

    private var origin: Origin { Origin(actor: connection.name, channel: .api) }

    /// What is written, and whether anything of it is new.
    func write(
        _ task: ShopMessage.Task, _ json: ShopJSON, at now: Instant, _ tx: Connection
    ) throws -> OrderService.Outcome<Bool> {
        var outcome = OrderService.Outcome(result: false)
        let terms = OrderWriter.Terms(origin: origin)
        switch task {
        case .order:
            let order =
                switch connection.kind {
                case .shopify: try ShopifyOrder.read(json, prefix: connection.idPrefix)
                case .woocommerce: try WooOrder.read(json, prefix: connection.idPrefix)
                }
            let patch = order.translated(by: connection)
            try makeStatuses(patch, at: now, tx)
            // What the order is stale against, its customer is too.
            if try isStale(patch, tx) { return outcome }
            let person = try orders.customers.register(order.customer, terms, at: now, tx)
            if let move = person.move { outcome.people.append(move) }
            if let profile = person.profile { outcome.profiles.append(profile) }
            outcome.written = [try orders.register(patch, terms, at: now, tx)]
        case .refund:
            let externalID = try ShopifyRefund.order(json, prefix: connection.idPrefix)
            guard let stored = try find(externalID, tx) else { throw ConnectorError.unknownOrder(externalID) }
            guard let refund = ShopifyRefund.read(json, of: stored) else { return outcome }
            var order = ShopOrder(order: refund.order, customer: CustomerPatch(externalID: stored.customerExternalID))
            order.statuses = refund.statuses
            let patch = order.translated(by: connection)
            try makeStatuses(patch, at: now, tx)
            outcome.written = [try orders.register(patch, terms, at: now, tx)]
        case .delete:
            guard let number = json["id"].identifier else {
                throw ConnectorError.notUnderstood("The message names no order.")
            }
            let externalID = connection.idPrefix + number
            // One that never came, or went already, is as it should be.
            guard try orders.orders.find(externalID, tx) != nil else { return outcome }
            outcome.written = [try orders.delete(externalID, terms, at: now, tx)]
        }
        outcome.result = outcome.written.contains { $0.move != nil }
        return outcome
    }

    private func find(_ externalID: String, _ tx: Connection) throws -> StoredOrder? {
        try orders.orders.find(externalID, tx).flatMap {
            try orders.orders.get($0, try orders.fields.writerBook(tx), tx)
        }
    }

    private func isStale(_ patch: OrderPatch, _ tx: Connection) throws -> Bool {
        guard let reported = patch.reportedAt, let stored = try find(patch.externalID, tx)?.order.reportedAt else {
            return false
        }
        return reported < stored
    }

    /// Makes the statuses that the project lacks: a shop cannot be asked to send others.
    private func makeStatuses(_ patch: OrderPatch, at now: Instant, _ tx: Connection) throws {
        let book = try orders.statuses.writerBook(tx)
        var position = book.statuses.map(\.position).max() ?? 0
        for type in OrderStatusType.allCases {
            guard case .set(let code) = patch.statuses[type], book.status(type, code: code) == nil else { continue }
            position += 1
            let usual = connection.kind.statuses.first { $0.source.group.type == type && $0.code == code }
            try orders.statuses.insert(
                OrderStatus(
                    id: identifiers.next(at: now), type: type, code: code, name: usual?.name ?? code,
                    includeInAnalytics: usual?.includeInAnalytics ?? false, color: usual?.color ?? .grey,
                    position: position
                ),
                at: now, tx
            )
        }
    }
}
