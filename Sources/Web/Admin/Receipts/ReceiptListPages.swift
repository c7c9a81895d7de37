import Domain
import Hummingbird
import Platform

/// The list of receipts.
struct ReceiptListPages {
    let receipts: ReceiptService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("receipts", use: index)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsRead)
        let hasReceipts = receipts.count > 0
        let maker = ReceiptListMaker(
            asked: ReceiptListQuery(request, frame.references.current.reading, context.mask),
            format: frame.format(context),
            hasLinks: frame.features.has(.orders) && context.may(.ordersRead)
        )
        let model = ReceiptListModel(
            shell: frame.shell(request, context, .receipts), hasReceipts: hasReceipts,
            exportHref: maker.asked.exportLink(.receipts), filters: maker.filters(units: receipts.units(limit: 200)),
            welcome: hasReceipts ? nil : ReceiptListModel.Welcome(snippet: Self.snippet(request)),
            results: hasReceipts ? try results(maker) : nil
        )
        return try frame.answer(.receiptIndex, model, request, fragment: ("receipts", .receiptResults))
    }

    private func results(_ maker: ReceiptListMaker) throws -> ReceiptListModel.Results {
        func list(page: Int) throws -> ReceiptService.List {
            let size = ReceiptListQuery.pageSize
            return try receipts.list(
                maker.asked.query, place: .offset((page - 1) * size), limit: size, withLines: false
            )
        }
        let found = try list(page: maker.asked.page)
        let page = maker.asked.page(of: found.total)
        return maker.results(page == maker.asked.page ? found : try list(page: page), page: page)
    }

    /// A first receipt, sent to this server.
    private static func snippet(_ request: Request) -> String {
        let scheme = request.headers[.forwardedProtocol] == "https" ? "https" : request.head.scheme ?? "http"
        let host = request.head.authority ?? "localhost:8080"
        return """
            curl \(scheme)://\(host)\(APILinks.receipts) \\
              -H "Authorization: Bearer YOUR_API_KEY" \\
              -H "Content-Type: application/json" \\
              -d '{"data": {"attributes": {
                    "external_id": "T1-481",
                    "client_external_id": "C-1",
                    "number": "481",
                    "sum": 48.50
                  }}}'
            """
    }
}
