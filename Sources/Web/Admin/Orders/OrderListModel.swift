import Mustache

/// The list of orders as its views take it.
struct OrderListModel: Sendable {
    var shell: ShellModel
    var hasOrders: Bool
    var newHref = Links.newOrder
    var exportHref: String
    var liveHref = Links.liveOrders
    var columnChooser: ColumnChooser
    var filters: Filters
    var welcome: Welcome?
    var results: Results?

    struct Welcome: Sendable {
        var snippet: String
        var newHref = Links.newOrder
        var settingsHref = Links.statuses
    }

    struct ColumnChooser: Sendable {
        var action = Links.orderColumns
        var returnHref: String
        var options: [OptionModel]
    }

    struct Filters: Sendable {
        struct Range: Sendable {
            var text: String
            var href: String
        }

        struct StatusMenu: Sendable {
            var label: String
            var field: String
            var count: String
            var options: [OptionModel]
        }

        var action = Links.orders
        var sort: String
        var q: String
        /// What the search finds, in a few words.
        var searchHint: String
        var dateFrom: String
        var dateTo: String
        var dateCount: String
        var moreCount: String
        var ranges: [Range]
        var statusMenus: [StatusMenu]
        var unit: String
        var units: [String]
        var totalFrom: String
        var totalTo: String
        var orderNumber: String
        var customerID: String
        var customMenu: CustomFilterMenu?
    }

    struct Results: Sendable {
        var hasActiveFilters: Bool
        var activeFilters: [ActiveFilter]
        var clearHref: String
        var hasRows: Bool
        var totalCount: String
        var totalValue: String
        var averageValue: String
        var includedCount: String
        var includedShare: String
        var includedValue: String
        var isWide: Bool
        var columns: [Column]
        var rows: [Row]
        /// What can be done with chosen orders; nil for who may only read.
        var bulk: Bulk?
        var pager: PagerModel
    }

    /// Changing the status of many.
    struct Bulk: Sendable {
        var action = Links.statusesOfChosen
        var returnHref: String
        var groups: [StatusGroupModel]
        var allHref: String
        var allText: String
    }

    struct ActiveFilter: Sendable {
        var label: String
        var text: String
        var removeHref: String
    }

    struct Column: Sendable {
        var label: String
        var href = ""
        var isSortable = false
        var isNumber: Bool
        var ariaSort = "none"
        var isAscending = false
        var isDescending = false
    }

    struct Row: Sendable {
        var id: String
        var version: String
        var href: String
        var cells: [Cell]
    }

    /// A cell of the table; exactly one of the `is…` is true.
    struct Cell: Sendable {
        enum Kind: Sendable { case link, moment, chip, plain }

        var label: String
        var css: String
        var text: String
        var kind = Kind.plain
        var href = ""
        var iso = ""
        var title = ""
        var color = "grey"
        var detail = ""
    }
}

// A list has hundreds of cells: asking them by name is many times faster than reflecting on them.

extension OrderListModel.Row: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "version": version
        case "href": href
        case "cells": cells
        default: nil
        }
    }
}

extension OrderListModel.Cell: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": label
        case "css": css
        case "text": text
        case "isLink": kind == .link
        case "isMoment": kind == .moment
        case "isChip": kind == .chip
        case "isPlain": kind == .plain
        case "href": href
        case "iso": iso
        case "title": title
        case "color": color
        case "hasDetail": !detail.isEmpty
        case "detail": detail
        default: nil
        }
    }
}
