import Domain

/// The list of customers as its views take it.
struct CustomerListModel: Sendable {
    var shell: ShellModel
    var hasCustomers: Bool
    var mayWrite: Bool
    var newHref = Links.newCustomer
    var exportHref: String
    var columnChooser: OrderListModel.ColumnChooser
    var filters: Filters
    var welcome: Welcome?
    var results: Results?

    struct Welcome: Sendable {
        var newHref = Links.newCustomer
        var settingsHref = Links.statuses
        var mayWrite: Bool
    }

    struct Filters: Sendable {
        struct ConsentMenu: Sendable {
            var label: String
            var field: String
            var options: [OptionModel]
        }

        var action = Links.customers
        var sort: String
        var q: String
        /// What the search finds, in a few words.
        var searchHint: String
        var createdFrom: String
        var createdTo: String
        var dateCount: String
        var placeCount: String
        var country: String
        var countries: [String]
        var city: String
        var cities: [String]
        var ordersCount: String
        var hasOrders: [OptionModel]
        var consentCount: String
        var consentMenus: [ConsentMenu]
        var customMenu: CustomFilterMenu?
    }

    struct Results: Sendable {
        var hasActiveFilters: Bool
        var activeFilters: [OrderListModel.ActiveFilter]
        var clearHref: String
        var hasRows: Bool
        var totalCount: String
        var buyerCount: String
        var buyerShare: String
        var orderCount: String
        var totalValue: String
        var averageValue: String
        var isWide: Bool
        var columns: [OrderListModel.Column]
        var rows: [OrderListModel.Row]
        var pager: PagerModel
    }
}
