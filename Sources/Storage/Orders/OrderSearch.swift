import Database
import Domain

/// Finds the orders that a text or an identifier points to, by the indexes alone.
///
/// Deleted orders may be among them: the list facts, which hold none, leave them out. To ask here would read each row.
package struct OrderSearch: Sendable {
    package init() {}

    /// Orders whose number or identifier begins with `text`, and customers whom it points to.
    ///
    /// - Parameter personal: Whether customers are found by name, email and phone too.
    package func pointer(matching text: String, personal: Bool, _ tx: Connection) throws -> OrderPointer {
        guard let customers = CustomerStore.matching(text, personal: personal) else { return OrderPointer() }
        var orders = Set(
            try tx.rows("SELECT id FROM orders WHERE \(CustomerStore.prefix("number", text))") {
                $0.id(0) as Order.ID
            }
        )
        orders.formUnion(
            try tx.rows("SELECT order_id FROM order_key WHERE \(CustomerStore.prefix("external_id", text))") {
                $0.id(0) as Order.ID
            }
        )
        return OrderPointer(orders: orders, customers: Set(try tx.rows(customers) { $0.id(0) }))
    }

    /// Orders whose value of a custom field matches.
    package func pointer(matching filter: CustomFilter, _ tx: Connection) throws -> OrderPointer {
        OrderPointer(orders: Set(try tx.rows(CustomValueStore(.order).matching(filter)) { $0.id(0) }))
    }

    package func pointer(number: String, _ tx: Connection) throws -> OrderPointer {
        OrderPointer(orders: Set(try tx.rows("SELECT id FROM orders WHERE number = \(number)") { $0.id(0) }))
    }
}
