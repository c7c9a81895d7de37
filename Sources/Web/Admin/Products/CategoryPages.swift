import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Categories of products: the tree, and the form of one.
struct CategoryPages {
    let categories: CategoryService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("products/categories", use: index)
        router.get("products/categories/new", use: new)
        router.post("products/categories/new", use: add)
        router.get("products/categories/by-id/{id}", use: edit)
        router.post("products/categories/by-id/{id}", use: save)
        router.get("products/categories/by-id/{id}/delete", use: confirmDeletion)
        router.post("products/categories/by-id/{id}/delete", use: delete)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsRead)
        let (tree, products) = try categories.tree()
        let model = CategoryListModel(
            shell: frame.shell(request, context, .products), hasRows: !tree.rows.isEmpty,
            count: PageFormat.count(tree.rows.count),
            rows: tree.rows.map { row in
                let (category, count) = (row.category, products[row.category.externalID] ?? 0)
                return CategoryListModel.Row(
                    id: category.externalID, text: category.title, css: "depth-\(min(row.depth, 6))",
                    products: PageFormat.count(count), isUsed: count > 0,
                    productsHref: Links.products([("category", category.externalID)]),
                    editHref: Links.category(category.externalID),
                    deleteHref: Links.deleteCategory(category.externalID)
                )
            }
        )
        return try frame.answer(.categoryIndex, model, request)
    }

    // MARK: The form

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        return try page(request, context, nil, FormBody(""), FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        if form["external_id"] == nil { faults.add("external_id", "This is required.") }
        if faults.isEmpty {
            do {
                let patch = Self.patch(form, externalID: form["external_id"] ?? "")
                _ = try await categories.register([.success(patch)], expectedVersion: 0, by: context.actor)[0]
                    .get()
                return frame.lead(to: Links.categories, request, flash: .categoryAdded)
            } catch let refused as Faults {
                faults.add(refused)
            } catch CategoryError.outdated {
                faults.add("external_id", "There is a category with this id already.")
            }
        }
        return try page(request, context, nil, form, faults, status: .unprocessableContent)
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let category = try categories.category(try context.path("id"))
        return try page(request, context, category, nil, FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let category = try categories.category(try context.path("id"))
        let form = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            _ = try await categories.update(
                Self.patch(form, externalID: category.externalID),
                expectedVersion: form["version"].flatMap(Int64.init), by: context.actor
            )
            return frame.lead(to: Links.categories, request, flash: .categorySaved)
        } catch let refused as Faults {
            faults.add(refused)
        } catch CategoryError.outdated {
            faults.add("name", "Somebody changed this category meanwhile: open it again, and repeat your change.")
        }
        return try page(request, context, category, form, faults, status: .unprocessableContent)
    }

    private static func patch(_ form: FormBody, externalID: String) -> CategoryPatch {
        var patch = CategoryPatch(externalID: externalID)
        patch.name = Patch(form["name"])
        patch.parentExternalID = Patch(form["parent_external_id"])
        return patch
    }

    /// - Parameter form: What was sent; nil shows the category as it is.
    private func page(
        _ request: Request, _ context: OperatorContext, _ category: Category?, _ form: FormBody?,
        _ faults: FormFaults, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let parent = form?.raw("parent_external_id") ?? category?.parentExternalID ?? ""
        let options = ProductPages.options(
            try categories.tree().tree, selected: parent, without: category?.externalID
        )
        let model = CategoryFormModel(
            shell: frame.shell(request, context, .products),
            category: CategoryFormModel.Form(
                action: category.map { Links.category($0.externalID) } ?? Links.newCategory,
                heading: category == nil ? "Add category" : "Edit category", isNew: category == nil,
                version: form?["version"] ?? category.map { String($0.version) },
                externalID: FieldModel(
                    name: "external_id", value: category?.externalID ?? form?.raw("external_id") ?? "",
                    error: faults["external_id"]
                ),
                name: FieldModel(
                    name: "name", value: form?.raw("name") ?? category?.name ?? "", error: faults["name"]
                ),
                parent: ChoiceModel(
                    name: "parent_external_id", error: faults["parent_external_id"],
                    options: [OptionModel(value: "", text: "None: it stands at the top", isSelected: parent.isEmpty)]
                        + options
                )
            )
        )
        return try frame.answer(
            .categoryForm, model, request, fragment: ("dialog", .categoryFields), status: status
        )
    }

    // MARK: Deletion

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        let category = try categories.category(try context.path("id"))
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .products),
            confirm: ConfirmModel(
                action: Links.deleteCategory(category.externalID), heading: "Delete category \(category.title)?",
                sentence: "A category that products or other categories name cannot be deleted.",
                cancelHref: Links.categories, verb: "Delete category"
            )
        )
        return try frame.answer(.categoryDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.productsWrite)
        _ = try await FormBody(request, context.session)
        do {
            try await categories.delete(try context.path("id"), by: context.actor)
            return frame.lead(to: Links.categories, request, flash: .categoryDeleted)
        } catch CategoryError.inUse {
            return frame.lead(to: Links.categories, request, flash: .categoryInUse)
        } catch CategoryError.unknown {
            return frame.lead(to: Links.categories, request, flash: .categoryDeleted)
        }
    }
}
