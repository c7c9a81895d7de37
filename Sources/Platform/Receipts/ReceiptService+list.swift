import Database
import Domain
import Storage

extension ReceiptService {
    /// One page of a list, with the sums of all that is filtered.
    package struct List: Sendable {
        package var receipts: [StoredReceipt]
        package var total: Int
        package var value: MoneySum
        /// How many of them are linked to an order, and what these are worth; only without lines, as pages ask.
        package var linked: Int
        package var linkedValue: MoneySum
        package var next: OrderCursor?
    }

    /// Answers a query over all receipts; the total is exact.
    ///
    /// - Parameter withLines: Whether each receipt comes with its lines, as the API shows it. A page goes without, and
    ///   gets the sums of what is linked.
    package func list(_ query: ReceiptQuery, place: PagePlace, limit: Int, withLines: Bool) throws -> List {
        let (columns, fields) = (board.snapshot, references.current.fields)
        return try engine.read { tx in
            let answer = columns.answer(
                query, pointers: try pointers(of: query, tx), place: place, limit: limit, sumsLinked: !withLines
            )
            let receipts = try answer.page.compactMap { id in
                try withLines ? writer.receipts.get(id, fields, tx) : brief(id, fields, tx)
            }
            return List(
                receipts: receipts, total: answer.total, value: answer.value, linked: answer.linked,
                linkedValue: answer.linkedValue, next: answer.next
            )
        }
    }

    /// Points of sale that receipts have named, up to `limit`.
    package func units(limit: Int) -> [String] { board.snapshot.units(limit: limit) }

    /// What a query's texts and identifiers point to, by index.
    private func pointers(of query: ReceiptQuery, _ tx: Connection) throws -> [ReceiptPointer] {
        var pointers: [ReceiptPointer] = []
        if let name = query.customerExternalID {
            let customer = try writer.customers.store.find(name, tx)
            pointers.append(ReceiptPointer(customers: customer.map { [$0] } ?? []))
        }
        if let name = query.orderExternalID {
            let order = try writer.orders.find(name, tx)
            let linked = try order.map { try writer.receipts.identifiers(linkedTo: $0, tx) } ?? []
            pointers.append(ReceiptPointer(receipts: Set(linked)))
        }
        for filter in query.custom { pointers.append(try writer.receipts.pointer(matching: filter, tx)) }
        if let number = query.number { pointers.append(try writer.receipts.pointer(number: number, tx)) }
        if let text = query.text {
            pointers.append(try writer.receipts.pointer(matching: text, personal: query.findsPersonalData, tx))
        }
        return pointers
    }

    /// A receipt for a list: with its lines only where its value follows from them.
    func brief(_ id: Receipt.ID, _ fields: FieldBook, _ tx: Connection) throws -> StoredReceipt? {
        guard let stored = try writer.receipts.row(id, fields, tx) else { return nil }
        return stored.receipt.fields.money(.sum) != nil ? stored : try writer.receipts.get(id, fields, tx)
    }
}
