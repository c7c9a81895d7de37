import Domain

/// The names that columns go by without a mapping, besides the paths on the wire (Docs/importing.md).
enum ColumnNames {
    /// The path that a column's name means, or nil.
    ///
    /// Case, spaces and dashes do not matter.
    static func path(of column: String, _ kind: ImportKind, _ fields: FieldBook) -> String? {
        let name = normalised(column)
        switch kind {
        case .orders, .receipts: return salePath(name, kind, fields)
        case .customers: return FieldTarget<CustomerField>(path: name, fields) == nil ? people[name] : name
        case .products: return FieldTarget<ProductField>(path: name, fields) == nil ? products[name] : name
        }
    }

    /// The path of an order or a receipt, with `items.` before a line's and `customer.` before that of an order's person.
    private static func salePath(_ name: String, _ kind: ImportKind, _ fields: FieldBook) -> String? {
        func known(_ path: String?) -> String? {
            path.flatMap { ImportPaths.isKnown($0, kind, fields) ? $0 : nil }
        }
        if let path = known(name) { return path }
        for prefix in ["items.", "items[].", "item.", "line.", "lineitem_", "line_item_"] where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.utf8.count))
            // Behind a shop's own prefix, `quantity` is how many.
            if let path = known(prefix.hasSuffix(".") ? "items." + rest : nil) ?? known(lines[rest]) { return path }
        }
        let own = kind == .receipts ? receipts[name] : nil
        return own ?? known(orders[name]) ?? known(lines[name])
    }

    private static func normalised(_ column: String) -> String {
        var name = ""
        for character in column.lowercased() {
            let isGap = character == " " || character == "-"
            name.append(isGap ? "_" : character)
        }
        return name
    }

    private static let orders: [String: String] = [
        "order_id": "external_id", "id": "external_id", "order_external_id": "external_id",
        "customer_id": "client_external_id", "client_id": "client_external_id",
        "customer_external_id": "client_external_id", "user_id": "client_external_id",
        "order_date": "date", "created_at": "date", "ordered_at": "date", "purchased_at": "date",
        "order_number": "number", "order_no": "number",
        "status": "status_code", "order_status": "status_code",
        "items_count": "items_cnt", "item_count": "items_cnt",
        "subtotal": "items_sum", "order_value": "items_sum",
        "store": "unit", "shop": "unit", "point_of_sale": "unit",
        "offers": "actions", "loyalty_card": "card",
        "delivery_status": "delivery.status_code", "fulfillment_status": "delivery.status_code",
        "delivery_type": "delivery.type", "shipping_method": "delivery.type", "delivery_method": "delivery.type",
        "carrier": "delivery.provider", "delivery_provider": "delivery.provider",
        "delivery_country": "delivery.country", "shipping_country": "delivery.country",
        "delivery_city": "delivery.city", "shipping_city": "delivery.city",
        "delivery_address": "delivery.address", "shipping_address": "delivery.address",
        "delivery_date": "delivery.date", "delivery_time": "delivery.time", "delivery_note": "delivery.note",
        "payment_status": "payment.status_code", "financial_status": "payment.status_code",
        "payment_type": "payment.type", "payment_method": "payment.type",
        "payment_provider": "payment.provider", "gateway": "payment.provider",
        "total": "payment.total", "total_price": "payment.total", "grand_total": "payment.total",
        "order_total": "payment.total", "amount": "payment.total",
        "shipping": "payment.delivery", "shipping_cost": "payment.delivery", "delivery_cost": "payment.delivery",
        "discount_total": "payment.discount", "total_discounts": "payment.discount",
        "order_discount": "payment.discount",
        "bonuses": "payment.bonuses", "cash": "payment.cash",
        "email": "customer.email", "phone": "customer.phone",
        "first_name": "customer.first_name", "last_name": "customer.last_name",
    ]

    /// Names of receipts' columns that are not those of orders.
    private static let receipts: [String: String] = [
        "receipt_id": "external_id", "receipt_external_id": "external_id", "receipt_date": "date",
        "receipt_number": "number", "receipt_no": "number", "receipt_sum": "sum", "receipt_total": "sum",
        "total": "sum", "amount": "sum", "subtotal": "sum", "items_sum": "sum", "grand_total": "sum", "till": "unit",
    ]

    private static let lines: [String: String] = [
        "line_id": "items.external_id", "item_id": "items.external_id", "order_item_id": "items.external_id",
        "product_id": "items.product_external_id", "product_external_id": "items.product_external_id",
        "sku": "items.product_external_id",
        "qty": "items.cnt", "quantity": "items.cnt", "cnt": "items.cnt",
        "price": "items.price", "unit_price": "items.price",
        "line_total": "items.sum", "line_sum": "items.sum", "weight": "items.quantity",
        "line_discount": "items.discount", "discount": "items.discount",
    ]

    private static let people: [String: String] = [
        "id": "external_id", "customer_id": "external_id", "client_id": "external_id", "user_id": "external_id",
        "e_mail": "email", "email_address": "email", "phone_number": "phone", "mobile": "phone",
        "firstname": "first_name", "lastname": "last_name", "surname": "last_name",
        "birthday": "birth_date", "date_of_birth": "birth_date", "language": "locale", "timezone": "time_zone",
        "created_at": "registered_at",
    ]

    private static let products: [String: String] = [
        "id": "external_id", "product_id": "external_id", "title": "name", "product_name": "name",
        "category": "category_external_id", "category_id": "category_external_id",
        "link": "url", "image": "image_url", "image_link": "image_url", "in_stock": "stock",
    ]
}
