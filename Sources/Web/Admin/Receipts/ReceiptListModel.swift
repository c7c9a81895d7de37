/// The list of receipts as its views take it.
struct ReceiptListModel: Sendable {
    var shell: ShellModel
    var hasReceipts: Bool
    var exportHref: String
    var filters: Filters
    var welcome: Welcome?
    var results: Results?

    struct Welcome: Sendable {
        var snippet: String
    }

    struct Filters: Sendable {
        var action = Links.receipts
        var sort: String
        var q: String
        /// What the search finds, in a few words.
        var searchHint: String
        var dateFrom: String
        var dateTo: String
        var dateCount: String
        var moreCount: String
        var ranges: [OrderListModel.Filters.Range]
        var hasLinks: Bool
        var linkedCount: String
        var isAny: Bool
        var isLinked: Bool
        var isUnlinked: Bool
        var unit: String
        var units: [String]
        var totalFrom: String
        var totalTo: String
        var receiptNumber: String
        var customerID: String
        var orderID: String
        var customMenu: CustomFilterMenu?
    }

    struct Results: Sendable {
        var hasActiveFilters: Bool
        var activeFilters: [OrderListModel.ActiveFilter]
        var clearHref: String
        var hasRows: Bool
        var totalCount: String
        var totalValue: String
        var averageValue: String
        var hasLinks: Bool
        var linkedCount: String
        var linkedShare: String
        var linkedValue: String
        var columns: [OrderListModel.Column]
        var rows: [OrderListModel.Row]
        var pager: PagerModel
    }
}
