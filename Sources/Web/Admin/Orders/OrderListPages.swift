import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The list of orders.
struct OrderListPages {
    let orders: OrderService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("orders", use: index)
        router.post("orders/columns", use: chooseColumns)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersRead)
        let reference = frame.references.current
        let hasOrders = orders.count > 0
        let asked = OrderListQuery(request, reference.reading, context.mask)
        let columns = OrderListColumn.chosen(request, reference.fields)
        let maker = OrderListMaker(
            asked: asked, columns: columns, format: frame.format(context), book: reference.book,
            fields: reference.fields
        )
        let results = hasOrders ? try results(maker, mayChange: context.may(.ordersWrite)) : nil
        let model = OrderListModel(
            shell: frame.shell(request, context, .orders), hasOrders: hasOrders,
            exportHref: asked.exportLink(.orders),
            columnChooser: OrderListModel.ColumnChooser(
                returnHref: asked.link(page: asked.page), options: maker.columnOptions
            ),
            filters: maker.filters(units: orders.units(limit: 200)),
            welcome: hasOrders ? nil : OrderListModel.Welcome(snippet: Self.snippet(request)), results: results
        )
        return try frame.answer(.orderIndex, model, request, fragment: ("orders", .orderResults))
    }

    private func results(_ maker: OrderListMaker, mayChange: Bool) throws -> OrderListModel.Results {
        func list(page: Int) throws -> OrderService.List {
            try orders.list(
                maker.asked.query, place: .offset((page - 1) * OrderListQuery.pageSize), limit: OrderListQuery.pageSize,
                withLines: false
            )
        }
        let found = try list(page: maker.asked.page)
        let page = maker.asked.page(of: found.total)
        return maker.results(
            page == maker.asked.page ? found : try list(page: page), page: page, mayChange: mayChange)
    }

    @Sendable private func chooseColumns(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersRead)
        let form = try await FormBody(request, context.session)
        let names = form.isOn("reset") ? [] : form.all("columns")
        let columns = OrderListColumn.all(frame.references.current.fields).filter { names.contains($0.name) }
        var response = frame.lead(to: AccountPages.local(form["return"]), request)
        response.setCookie(OrderListColumn.cookie(columns == OrderListColumn.standard ? [] : columns))
        return response
    }

    /// A first order, sent to this server.
    private static func snippet(_ request: Request) -> String {
        let scheme = request.headers[.forwardedProtocol] == "https" ? "https" : request.head.scheme ?? "http"
        let host = request.head.authority ?? "localhost:8080"
        return """
            curl \(scheme)://\(host)/api/orders \\
              -H "Authorization: Bearer YOUR_API_KEY" \\
              -H "Content-Type: application/json" \\
              -d '{"data": {"attributes": {
                    "external_id": "1001",
                    "client_external_id": "C-1",
                    "number": "L-1001",
                    "items_sum": 48.50
                  }}}'
            """
    }
}
