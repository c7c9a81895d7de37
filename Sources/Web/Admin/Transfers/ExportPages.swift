import Domain
import Hummingbird
import Platform

/// Asking for an export, and the page of one.
struct ExportPages {
    let exports: ExportService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("exports/new", use: new)
        router.post("exports", use: start)
        router.get("exports/{id}", use: show)
        router.post("exports/{id}/cancel", use: cancel)
    }

    private func require(_ object: ExportObject, _ context: OperatorContext) throws {
        try context.require(.exports)
        if let feature = object.feature { try frame.references.require(feature) }
        switch object {
        case .orders, .orderLines: try context.require(.ordersRead)
        case .receipts, .receiptLines: try context.require(.receiptsRead)
        case .customers: try context.require(.customersRead)
        case .products: try context.require(.productsRead)
        }
        // A file cannot be masked as a page is.
        if object != .products { try context.require(.personalData) }
    }

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        let query = QueryItems(request)
        let object = query["object"].flatMap(ExportObject.init) ?? .orders
        try require(object, context)
        var wanted = ExportRequest(object)
        let reading = frame.references.current.reading
        wanted.filters =
            switch object {
            case .orders, .orderLines: OrderListQuery(query, reading, context.mask).query.filters
            case .receipts, .receiptLines: ReceiptListQuery(query, reading, context.mask).query.filters
            case .customers: CustomerListQuery(query, reading, context.mask).query.filters
            case .products: ProductListQuery(query, reading).query.filters
            }
        // Of a segment's customers, or what they bought.
        if object != .products, let segment = query["segment"] { wanted.filters["segment"] = segment }
        wanted.columns = exports.standardColumns(of: object)
        return try form(wanted, request, context)
    }

    private func form(
        _ wanted: ExportRequest, _ request: Request, _ context: OperatorContext, failure: String? = nil
    ) throws -> Response {
        let maker = ExportMaker(
            exports: exports, format: frame.format(context), fields: frame.references.current.fields,
            features: frame.features)
        let model = ExportNewModel(
            shell: frame.shell(request, context, .transfers), failure: failure, form: maker.form(wanted)
        )
        return try frame.answer(.exportNew, model, request, status: failure == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func start(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.exports)
        let form = try await FormBody(request, context.session)
        let object = form["object"].flatMap(ExportObject.init) ?? .orders
        try require(object, context)
        var wanted = ExportRequest(object, form["format"].flatMap(ExportFormat.init) ?? .csv)
        wanted.columns = form.all("columns")
        wanted.separator = form["separator"].flatMap(ExportSeparator.init) ?? .comma
        wanted.hasByteOrderMark = form.isOn("bom")
        for name in form.names where name.hasPrefix("filter.") {
            wanted.filters[String(name.dropFirst(7))] = form[name]
        }
        guard !wanted.columns.isEmpty else {
            return try self.form(wanted, request, context, failure: "Choose at least one column.")
        }
        do {
            let run = try await exports.start(wanted, by: context.session.email, author: context.actor)
            return frame.lead(to: Links.exportRun(run.id), request)
        } catch let faults as Faults {
            return try self.form(wanted, request, context, failure: faults.all.map(\.detail).joined(separator: " "))
        }
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.exports)
        let run = try run(context)
        let maker = ExportMaker(
            exports: exports, format: frame.format(context), fields: frame.references.current.fields,
            features: frame.features)
        let model = ExportPageModel(
            shell: frame.shell(request, context, .transfers), title: run.fileName, run: maker.model(run)
        )
        return try frame.answer(.exportShow, model, request, fragment: ("export", .exportFragment))
    }

    @Sendable private func cancel(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.exports)
        _ = try await FormBody(request, context.session)
        let run = try await exports.cancel(try run(context).id)
        return frame.lead(
            to: Links.exportRun(run.id), request, flash: run.state == .expired ? .exportDeleted : .exportCancelled
        )
    }

    private func run(_ context: OperatorContext) throws -> ExportRun {
        guard let id = Int64(try context.path("id")) else { throw ExportError.unknown }
        let run = try exports.run(ExportRun.ID(rawValue: id))
        try require(run.request.object, context)
        return run
    }
}
