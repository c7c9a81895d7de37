/// The list of products as its view takes it.
struct ProductListModel: Sendable {
    struct Row: Sendable {
        var id: String
        var href: String
        var name: String
        var detail: String
        var hasImage: Bool
        var image: String
        var initial: String
        var sku: String
        var category: String
        var price: String
        var stock: String
        var isGone: Bool
        var deleteHref: String
    }

    var shell: ShellModel
    var newHref = Links.newProduct
    var exportHref: String
    var categoriesHref = Links.categories
    var action = Links.products
    var q: String
    var categories: [OptionModel]
    var hasCategories: Bool
    var customMenu: CustomFilterMenu?
    var hasActiveFilters: Bool
    var activeFilters: [OrderListModel.ActiveFilter]
    var isEmpty: Bool
    var hasRows: Bool
    var clearHref = Links.products
    var rows: [Row]
    var pager: PagerModel
}

/// The form of a product.
struct ProductFormModel: Sendable {
    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref = Links.products
        var isNew: Bool
        /// What the form was made of; nil for a new one.
        var version: String?
        var mayChange: Bool
        var hasProblems: Bool
        var problems: [ProblemModel]
        var deleteHref: String
        var hasImage: Bool
        var image: String
        var externalID: FieldModel
        var name: FieldModel
        var sku: FieldModel
        var category: FieldModel
        var categories: [OptionModel]
        var price: FieldModel
        var stock: FieldModel
        var url: FieldModel
        var imageURL: FieldModel
        var customGroups: [CustomInputGroup]
    }

    var shell: ShellModel
    var product: Form
}

/// The tree of categories.
struct CategoryListModel: Sendable {
    struct Row: Sendable {
        var id: String
        var text: String
        /// How deep it stands, as a class of the style sheet; deeper than six looks like six.
        var css: String
        var products: String
        var isUsed: Bool
        var productsHref: String
        var editHref: String
        var deleteHref: String
    }

    var shell: ShellModel
    var productsHref = Links.products
    var newHref = Links.newCategory
    var hasRows: Bool
    var count: String
    var rows: [Row]
}

/// The form of a category: a page, or a window over the tree.
struct CategoryFormModel: Sendable {
    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref = Links.categories
        var isNew: Bool
        /// What the form was made of; nil for a new one.
        var version: String?
        var externalID: FieldModel
        var name: FieldModel
        var parent: ChoiceModel
    }

    var shell: ShellModel
    var category: Form
}
