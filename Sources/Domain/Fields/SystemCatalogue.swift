/// The fields that objects always have, with what people are told of them (spec orders.md).
///
/// `SystemField` says how they are read and stored; a test holds the two against each other.
package enum SystemCatalogue {
    package static func fields(of object: FieldObject) -> [FieldEntry] { entries[object] ?? [] }

    package static func field(_ object: FieldObject, code: String) -> FieldEntry? { byCode[object]?[code] }

    /// Whether a custom field of `object` may not be called `code`: the wire, answers or filters have it already.
    package static func isReserved(_ code: String, _ object: FieldObject) -> Bool {
        reserved.contains(code)
            || fields(of: object).contains { entry in entry.code.prefix { $0 != "." } == code }
    }

    /// What profiles show where nobody chose.
    static func standardView(of object: FieldObject) -> [String] {
        switch object {
        case .customer:
            [
                "external_id", "email", "phone", "first_name", "last_name", "birth_date", "country", "city",
                "registered_at", "consents.email", "consents.sms", "consents.push",
            ]
        case .order:
            [
                "external_id", "number", "date", "client_external_id", "status_code", "delivery.status_code",
                "payment.status_code", "items_cnt", "items_sum", "unit", "delivery.type", "delivery.city",
                "payment.type", "payment.total",
            ]
        case .orderLine: ["external_id", "product_external_id", "cnt", "price", "discount", "sum"]
        case .receipt: ["external_id", "number", "date", "client_external_id", "sum", "unit", "card"]
        case .receiptLine: ["product_external_id", "cnt", "price", "discount", "sum"]
        case .product: ["external_id", "name", "sku", "category_external_id", "price", "stock"]
        }
    }

    /// Names that answers, filters and requests give other things.
    private static let reserved: Set<String> = [
        "attributes", "bucket", "created", "created_at", "created_from", "created_to", "date_from", "date_to",
        "deleted", "events", "figures", "has_orders", "id",
        "included", "item_price_average", "items", "lines", "links", "merged", "meta", "metadata", "orders", "page",
        "q", "receipts",
        "segments", "sort", "status", "total", "total_from", "total_to", "type", "updated_at", "updated_from",
        "updated_to",
        "value", "version",
    ]

    private static let byCode: [FieldObject: [String: FieldEntry]] = entries.mapValues { fields in
        Dictionary(fields.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static let entries: [FieldObject: [FieldEntry]] = [
        .customer: table(.customer, customers), .order: table(.order, orders),
        .orderLine: table(.orderLine, lines + points), .receipt: table(.receipt, receipts),
        .receiptLine: table(.receiptLine, lines), .product: table(.product, products),
    ]

    private typealias Line = (group: String, code: String, name: String, kind: FieldKind, help: String)

    private static func table(_ object: FieldObject, _ lines: [Line]) -> [FieldEntry] {
        lines.map { FieldEntry(object, $0.group, $0.code, $0.name, $0.kind, $0.help) }
    }

    private static let customers: [Line] = [
        ("Identity", "external_id", "Customer id", .string, "What the shop's own system calls the customer."),
        ("Identity", "email", "Email", .email, "Where emails go."),
        ("Identity", "phone", "Phone", .phone, "In E.164 form, such as +351912345678."),
        ("Person", "first_name", "First name", .string, "As letters greet the customer."),
        ("Person", "last_name", "Last name", .string, "The family name."),
        ("Person", "middle_name", "Middle name", .string, "A second name, or a patronymic."),
        ("Person", "birth_date", "Birth date", .date, "A date without a time; anniversary_in finds birthdays."),
        ("Person", "gender", "Gender", .string, "As the shop tells it, in its own words."),
        ("Place", "country", "Country", .string, "Where the customer lives: a code or a name, as the shop tells it."),
        ("Place", "city", "City", .string, "Where the customer lives."),
        ("Place", "locale", "Locale", .string, "Language and region, such as pt-PT."),
        ("Place", "time_zone", "Time zone", .timeZone, "Such as Europe/Lisbon."),
        ("Identity", "registered_at", "Registered", .datetime, "When the customer became one of the shop's."),
        ("Consents", "consents.email", "Email consent", .choice, "subscribed, unsubscribed or unknown."),
        ("Consents", "consents.sms", "SMS consent", .choice, "subscribed, unsubscribed or unknown."),
        ("Consents", "consents.push", "Push consent", .choice, "subscribed, unsubscribed or unknown."),
        ("Other", "metadata", "Metadata", .json, "Free JSON; a key becomes a field once it is mapped to one."),
    ]

    private static let orders: [Line] = [
        ("Order", "external_id", "Order id", .string, "What the shop's own system calls the order."),
        ("Order", "client_external_id", "Customer id", .string, "The customer in the shop's own system."),
        ("Order", "date", "Date", .datetime, "When it was ordered."),
        ("Order", "number", "Number", .string, "The number that people know the order by."),
        (
            "Order", "items_cnt", "Number of items", .quantity,
            "How many items, as the shop sent it."
        ),
        ("Order", "items_sum", "Order value", .money, "What the items cost, as the shop sent it."),
        ("Order", "status_code", "Status", .status, "The general status."),
        ("Order", "unit", "Point of sale", .string, "Where it was sold: a shop, a site, a till."),
        ("Order", "actions", "Offers", .list, "Offers that the order took part in, commas between."),
        ("Order", "card", "Loyalty card", .string, "The card that was shown."),
        ("Delivery", "delivery.status_code", "Delivery status", .status, "How far the delivery is."),
        ("Delivery", "delivery.type", "Delivery type", .string, "Courier, self-pickup, pickup point."),
        ("Delivery", "delivery.provider", "Carrier", .string, "Who brings it."),
        ("Delivery", "delivery.country", "Delivery country", .string, "Where it goes."),
        ("Delivery", "delivery.city", "Delivery city", .string, "Where it goes."),
        ("Delivery", "delivery.address", "Delivery address", .text, "Street, house and what else finds the door."),
        ("Delivery", "delivery.date", "Delivery date", .date, "The day on which it is to come, or came."),
        ("Delivery", "delivery.time", "Delivery time", .string, "A time, or an interval as it was given."),
        ("Delivery", "delivery.note", "Delivery comment", .text, "What the customer asks of the courier."),
        ("Payment", "payment.status_code", "Payment status", .status, "Whether it is paid."),
        ("Payment", "payment.type", "Payment method", .string, "Card, cash, cash on delivery."),
        ("Payment", "payment.provider", "Payment provider", .string, "Through whom it is paid."),
        ("Payment", "payment.total", "Total paid", .money, "Paid in all ways together."),
        ("Payment", "payment.cash", "Cash", .money, "Paid in money, and not in points."),
        ("Payment", "payment.bonuses", "Bonus points", .decimal, "Points paid with."),
        ("Payment", "payment.delivery", "Delivery cost", .money, "What the delivery costs."),
        ("Payment", "payment.discount", "Discount", .money, "What the order was made cheaper by."),
        ("Other", "metadata", "Metadata", .json, "Free JSON; a key becomes a field once it is mapped to one."),
    ]

    private static let lines: [Line] = [
        ("Line", "external_id", "Line id", .string, "What the shop's own system calls the line."),
        ("Line", "product_external_id", "Product", .string, "The product in the shop's own system."),
        ("Line", "cnt", "Quantity", .quantity, "How many."),
        ("Line", "price", "Price", .money, "Of one."),
        ("Line", "sum", "Sum", .money, "Of the whole line."),
        ("Line", "discount", "Discount", .money, "What the line was made cheaper by."),
    ]

    /// What lines of orders have besides.
    private static let points: [Line] = [
        ("Line", "quantity", "Weight", .quantity, "The wire calls the weight quantity."),
        ("Payment", "cash_sum", "Cash", .money, "Paid for the line in money, and not in points."),
        ("Payment", "bonus_to_card", "Points accrued", .decimal, "Points that the line brings."),
        ("Payment", "bonus_from_card", "Points deducted", .decimal, "Points that the line is paid with."),
    ]

    private static let receipts: [Line] = [
        ("Receipt", "external_id", "Receipt id", .string, "What the shop's own system calls the receipt."),
        ("Receipt", "client_external_id", "Customer id", .string, "The customer in the shop's own system."),
        ("Receipt", "date", "Date", .datetime, "When it was paid."),
        ("Receipt", "number", "Number", .string, "The number printed on it."),
        ("Receipt", "sum", "Sum", .money, "What was paid, as the shop sent it."),
        ("Receipt", "unit", "Point of sale", .string, "The shop or the till it is from."),
        ("Receipt", "card", "Loyalty card", .string, "The card that was shown."),
        ("Other", "metadata", "Metadata", .json, "Free JSON; a key becomes a field once it is mapped to one."),
    ]

    private static let products: [Line] = [
        ("Product", "external_id", "Product id", .string, "What the shop's own system calls the product."),
        ("Product", "name", "Name", .string, "What customers read."),
        ("Product", "sku", "SKU", .string, "The stock keeping unit."),
        ("Product", "category_external_id", "Category", .string, "The category in the shop's own system."),
        ("Product", "price", "Price", .money, "What one costs in the catalogue now."),
        ("Product", "stock", "Stock", .quantity, "How many there are."),
        ("Product", "url", "Address", .url, "The product's page."),
        ("Product", "image_url", "Image", .url, "The address of a picture."),
    ]
}
