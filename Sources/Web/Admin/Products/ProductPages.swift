import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The catalogue: its list, and the form of one product.
struct ProductPages {
    let products: ProductService
    let categories: CategoryService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("products", use: index)
        router.get("products/new", use: new)
        router.post("products/new", use: add)
        router.get("products/by-id/{id}", use: edit)
        router.post("products/by-id/{id}", use: save)
        router.get("products/by-id/{id}/delete", use: confirmDeletion)
        router.post("products/by-id/{id}/delete", use: delete)
    }

    // MARK: The list

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsRead)
        let asked = ProductListQuery(QueryItems(request), frame.references.current.reading)
        let size = ProductListQuery.pageSize
        func list(_ page: Int) throws -> (page: [Product], total: Int, next: String?) {
            try products.list(asked.query, offset: (page - 1) * size, limit: size)
        }
        var found = try list(asked.page)
        let page = asked.page(of: found.total)
        if page != asked.page { found = try list(page) }
        let tree = try categories.tree().tree
        let names = Dictionary(
            tree.rows.map { ($0.category.externalID, $0.category.title) }, uniquingKeysWith: { first, _ in first }
        )
        let chips = asked.customChips(frame.format(context))
        let model = ProductListModel(
            shell: frame.shell(request, context, .products), exportHref: asked.exportLink(.products),
            q: asked[.text] ?? "", categories: Self.options(tree, selected: asked[.category] ?? ""),
            hasCategories: !tree.rows.isEmpty, customMenu: asked.custom.menu, hasActiveFilters: !chips.isEmpty,
            activeFilters: chips, isEmpty: found.total == 0 && asked.query == ProductQuery() && chips.isEmpty,
            hasRows: !found.page.isEmpty, rows: found.page.map { row($0, names) },
            pager: PagerModel(page: page, size: size, total: found.total, link: asked.link(page:))
        )
        return try frame.answer(.productIndex, model, request, fragment: ("products", .productResults))
    }

    private func row(_ product: Product, _ names: [String: String]) -> ProductListModel.Row {
        let fields = product.fields
        let name = fields.text(.name)
        let image = Self.image(product)
        let category = fields.text(.category)
        return ProductListModel.Row(
            id: product.externalID, href: Links.product(product.externalID), name: name ?? product.externalID,
            detail: name == nil ? "" : product.externalID, hasImage: image != nil, image: image ?? "",
            initial: (name ?? product.externalID).prefix(1).uppercased(), sku: fields.text(.sku) ?? PageFormat.none,
            category: category.map { names[$0] ?? $0 } ?? PageFormat.none,
            price: frame.format.money(fields.money(.price)), stock: frame.format.quantity(fields.quantity(.stock)),
            isGone: fields.quantity(.stock) == .zero, deleteHref: Links.deleteProduct(product.externalID)
        )
    }

    /// The picture's address; browsers are told to load none over plain HTTP.
    private static func image(_ product: Product) -> String? {
        product.fields.text(.imageURL).flatMap { $0.hasPrefix("https://") ? $0 : nil }
    }

    /// The tree as options, deeper ones set in.
    static func options(_ tree: CategoryTree, selected: String, without: String? = nil) -> [OptionModel] {
        tree.rows.filter { $0.category.externalID != without }.map { row in
            OptionModel(
                value: row.category.externalID,
                text: String(repeating: "\u{2003}", count: row.depth) + row.category.title,
                isSelected: row.category.externalID == selected
            )
        }
    }

    // MARK: The form

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let start = CustomInputs(frame.references.current.fields, .product).start(frame.format(context))
        return try page(request, context, nil, FormBody(QueryItems.text(start)), FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let form = try await FormBody(request, context.session)
        var (patch, faults) = ProductForm.patch(form, externalID: form["external_id"], frame.references.current.reading)
        if form["external_id"] == nil { faults.add("external_id", "This is required.") }
        if faults.isEmpty {
            do {
                _ = try await products.register([.success(patch)], expectedVersion: 0, by: context.actor)[0].get()
                return frame.lead(to: Links.products, request, flash: .productAdded)
            } catch let refused as Faults {
                faults.add(refused)
            } catch OrderError.outdated {
                faults.add("external_id", "There is a product with this id already.")
            }
        }
        patch.externalID = ""
        return try page(request, context, nil, form, faults, status: .unprocessableContent)
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsRead)
        let product = try products.product(try context.path("id"))
        return try page(request, context, product, nil, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let product = try products.product(try context.path("id"))
        let form = try await FormBody(request, context.session)
        var (patch, faults) = ProductForm.patch(
            form, externalID: product.externalID, frame.references.current.reading
        )
        if faults.isEmpty {
            do {
                let seen = form["version"].flatMap(Int64.init)
                _ = try await products.register([.success(patch)], expectedVersion: seen, by: context.actor)[0].get()
                return frame.lead(to: Links.products, request, flash: .productSaved)
            } catch let refused as Faults {
                faults.add(refused)
            } catch OrderError.outdated {
                faults.add("name", "Somebody changed this product meanwhile: open it again, and repeat your change.")
            }
        }
        patch.externalID = ""
        return try page(request, context, product, form, faults, status: .unprocessableContent)
    }

    /// - Parameter form: What was sent; nil shows the product as it is.
    private func page(
        _ request: Request, _ context: OperatorContext, _ product: Product?, _ form: FormBody?, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let format = frame.format(context)
        let custom = CustomInputs(frame.references.current.fields, .product)
        let values = form ?? product.map { ProductForm.body($0, custom, format) } ?? FormBody("")
        let labels = ProductForm.labels.merging(custom.fields.map { ($0.code, $0.name) }) { system, _ in system }
        let tree = try categories.tree().tree
        let image = product.flatMap(Self.image)
        let model = ProductFormModel(
            shell: frame.shell(request, context, .products),
            product: ProductFormModel.Form(
                action: product.map { Links.product($0.externalID) } ?? Links.newProduct,
                heading: product.map { $0.fields.text(.name) ?? $0.externalID } ?? "Add product",
                isNew: product == nil, version: form?["version"] ?? product.map { String($0.version) },
                mayChange: context.may(.productsWrite), hasProblems: !faults.isEmpty,
                problems: faults.listed({ labels[$0] ?? $0 }),
                deleteHref: product.map { Links.deleteProduct($0.externalID) } ?? "", hasImage: image != nil,
                image: image ?? "",
                externalID: FieldModel(
                    name: "external_id", value: product?.externalID ?? values.raw("external_id"),
                    error: faults["external_id"]
                ),
                name: faults.field("name", values), sku: faults.field("sku", values),
                category: faults.field("category_external_id", values),
                categories: Self.options(tree, selected: values.raw("category_external_id")),
                price: faults.field("price", values), stock: faults.field("stock", values),
                url: faults.field("url", values), imageURL: faults.field("image_url", values),
                customGroups: custom.groups(values, faults, plain: "Custom fields")
            )
        )
        return try frame.answer(.productForm, model, request, status: status)
    }

    // MARK: Deletion

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let product = try products.product(try context.path("id"))
        let name = product.fields.text(.name) ?? product.externalID
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .products),
            confirm: ConfirmModel(
                action: Links.deleteProduct(product.externalID), heading: "Delete product \(name)?",
                sentence: "Lines of orders and receipts that name it stay as they are, and show its id instead.",
                cancelHref: Links.products, verb: "Delete product"
            )
        )
        return try frame.answer(.productDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        _ = try await FormBody(request, context.session)
        do {
            try await products.delete(try context.path("id"), by: context.actor)
        } catch is ProductService.UnknownProduct {
            // Somebody else was quicker; what was asked for is so.
        }
        return frame.lead(to: Links.products, request, flash: .productDeleted)
    }
}

/// A product's form as a patch, and a product as a filled form.
enum ProductForm {
    static let labels = [
        "external_id": "Product id", "name": "Name", "sku": "Article number", "category_external_id": "Category",
        "price": "Price", "stock": "Stock", "url": "Page", "image_url": "Picture",
    ]

    /// Every field of the form is said: an empty one clears.
    static func patch(
        _ form: FormBody, externalID: String?, _ reading: ReadingContext
    ) -> (ProductPatch, FormFaults) {
        var patch = ProductPatch(externalID: externalID ?? "")
        var faults = FormFaults()
        for field in ProductField.allCases {
            do throws(Refusal) {
                patch.fields.set(field, try field.type.read(text: form[field.path] ?? "", reading))
            } catch {
                faults.add(field.path, error.detail)
            }
        }
        CustomInputs(reading.fields, .product).read(form, reading, into: &patch.custom, &faults)
        return (patch, faults)
    }

    static func body(_ product: Product, _ custom: CustomInputs, _ format: PageFormat) -> FormBody {
        let items = ProductField.allCases.compactMap { field in
            product.fields[field].map { (name: field.path, value: $0.plain) }
        }
        return FormBody(QueryItems.text(items + custom.items(product.custom, format)))
    }
}
