import Domain
import HTTPTypes

/// What `/api/order-statuses` takes and answers (spec orders.md, "Order statuses").
enum StatusOperations {
    static let list = Operation(.get, "order-statuses", .statuses, "List order statuses", scope: .ordersRead)
        .detail("In the order of their positions, type by type.")
        .pages(StatusSchemas.resource, filters: [.init("type", StatusSchemas.type, "One type only.")])

    static let create = Operation(.post, "order-statuses", .statuses, "Add an order status", scope: .admin)
        .takes(
            .envelope(StatusSchemas.input),
            example:
                #"{"data":{"attributes":{"type":"delivery","code":"at_customs","name":"At customs","color":"amber"}}}"#
        )
        .answers(.created, .one(StatusSchemas.resource), "The status is there.", headers: [.etag, .location])
        .refuses(.conflict, "The type has a status with this code already.")

    static let show = Operation(
        .get, "order-statuses/{type}/{code}", .statuses, "Get an order status", scope: .ordersRead
    ).ofStatus
        .answers(.ok, .one(StatusSchemas.resource), "The status.", headers: [.etag])

    static let update = Operation(
        .patch, "order-statuses/{type}/{code}", .statuses, "Change an order status", scope: .admin
    ).ofStatus
        .detail("The type is fixed; the code is fixed once an order has used it.")
        .takes(
            .envelope(StatusSchemas.patch),
            example: #"{"data":{"attributes":{"name":"At the customs","archived":true}}}"#
        )
        .answers(.ok, .one(StatusSchemas.resource), "The status as it is now.", headers: [.etag])
        .refuses(.conflict, "The code is taken, or fixed by orders that have used it.")
        .versioned

    static let delete = Operation(
        .delete, "order-statuses/{type}/{code}", .statuses, "Delete an order status", scope: .admin
    ).ofStatus
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "Orders are in it; archive it instead.")
        .versioned
}

extension Operation {
    fileprivate var ofStatus: Operation {
        path("type", "Which of the three types.", StatusSchemas.type).path("code", "The status's code.", .text(1...64))
    }
}

/// Order statuses as JSON has them.
enum StatusSchemas {
    static let type = Schema.choice(OrderStatusType.allCases.map(\.rawValue))
    private static let code = Schema.text(1...64, pattern: "^[A-Za-z0-9_.-]+$")
    private static let color = Schema.choice(StatusColor.allCases.map(\.rawValue))

    static let input = Schema.named(
        "OrderStatusInput",
        .object(
            fields + [.init("type", type), .init("code", code), .init("name", .text(1...100, pattern: Schema.oneLine))]
        )
    )
    static let patch = Schema.named(
        "OrderStatusPatch",
        .object(
            fields + [
                .optional("type", type), .optional("code", code),
                .optional("name", .text(1...100, pattern: Schema.oneLine)),
            ]
        )
    )
    private static let fields: [Schema.Property] = [
        .optional("archived", Schema.boolean.described("Hidden from pickers, valid on old orders.")),
        .optional("color", color),
        .optional("include_in_analytics", Schema.boolean.described("Whether orders in it count in reports.")),
        .optional("position", .integer(0...FixedPoint.quantityLimit)),
    ]

    static let resource = Schema.named(
        "OrderStatus",
        .resource(
            "order_statuses",
            .object([
                .init("archived", .boolean), .init("code", code), .init("color", color),
                .init("include_in_analytics", .boolean), .init("name", .text),
                .init("orders", Schema.count.described("Orders that are in it now.")), .init("position", .count),
                .init("type", type),
            ])
        )
    )
}
