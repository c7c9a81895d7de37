import Database
import Domain
import Storage

extension OrderWriter {
    /// What of an order can tell who the customer is.
    private static let personal: [OrderField] = [.card, .deliveryAddress, .deliveryNote]

    /// Takes from an order what is personal, and from its history what was said of it; sums and statuses stay.
    ///
    /// Of custom fields those go that hold free text, since nobody can tell what stands in it.
    func anonymise(_ id: Order.ID, _ terms: Terms, at now: Instant, _ tx: Connection) throws -> Written? {
        let book = try fields.writerBook(tx)
        guard let before = try orders.get(id, book, tx) else { return nil }
        let free = book.custom(.order).filter(\.isFreeText)
        let freeOfLines = book.custom(.orderLine).filter(\.isFreeText)
        var stored = before
        for field in Self.personal { stored.order.fields[field] = nil }
        for field in free { stored.order.custom[field] = nil }
        for line in stored.order.lines.indices {
            for field in freeOfLines { stored.order.lines[line].custom[field] = nil }
        }
        stored.order.metadata = nil
        stored.order.version += 1
        stored.order.updatedAt = now
        try orders.update(from: before.order, to: stored.order, tx)
        try ErasureStore().blankHistory(
            of: id, fields: Self.personal.map(\.path) + free.map(\.code) + ["client_external_id", "metadata"],
            lineFields: freeOfLines.map(\.code), tx
        )
        try ImportTraceStore().forgetEverything(
            of: stored.order.externalID, ImportKind.orders.rawValue, tx
        )
        let change = OrderChange(OrderChange.customerErased, happenedAt: now)
        try history.append([change], to: id, version: stored.order.version, at: now, by: terms.origin, tx)
        return Written(kind: .updated, stored: stored, formerID: id)
    }
}

extension CustomField {
    /// Whether anything may stand in it.
    fileprivate var isFreeText: Bool {
        switch type {
        case .string, .text, .url: true
        default: metadataPath != nil
        }
    }
}
