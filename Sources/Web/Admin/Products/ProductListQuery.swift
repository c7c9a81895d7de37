import Domain
import Hummingbird

/// What the address of the list of products asks for.
typealias ProductListQuery = ListAddress<ProductListFilter, ProductQuery>

enum ProductListFilter: String, ListFilter {
    case text = "q"
    case category

    var takesSeveral: Bool { false }

    static func link(_ query: [(name: String, value: String)]) -> String { Links.products(query) }
}

extension ListAddress where Name == ProductListFilter, Query == ProductQuery {
    init(_ sent: QueryItems, _ reading: ReadingContext) {
        // Products name nobody.
        self.init(sent, ProductQuery(), sort: ("", false), .product, reading, PersonalMask(isOn: false))
        (query.text, query.category, query.custom) = (self[.text], self[.category], custom.filters)
    }
}
