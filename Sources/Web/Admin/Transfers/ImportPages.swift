import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The page of one import: what its columns are, how far it has come, what became of it.
struct ImportPages {
    let imports: ImportService
    let transfers: TransferPages
    let frame: PageFrame
    /// The largest file, in bytes.
    let limit: Int

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.post("imports", use: upload)
        router.get("imports/{id}", use: show)
        router.post("imports/{id}/start", use: start)
        router.post("imports/{id}/cancel", use: cancel)
        router.get("imports/{id}/undo", use: confirmUndo)
        router.post("imports/{id}/undo", use: undo)
        router.get("imports/{id}/refused", use: refused)
    }

    @Sendable private func upload(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.imports)
        let form = try await ImportForm.read(request, context.session, imports, limit: limit)
        let kind = form.fields["kind"].flatMap(ImportKind.init) ?? .orders
        do {
            let run = try await imports.start(
                form.upload, named: form.fileName.isEmpty ? "file" : form.fileName, kind, ImportRequest(), as: .draft,
                by: context.session.email
            )
            return frame.lead(to: Links.importRun(run.id), request)
        } catch let error as ImportError {
            let failure = form.fileName.isEmpty ? "Choose a file first." : "\(error)"
            return try transfers.page(request, context, kind: kind, failure: failure)
        }
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try await page(try run(context), request, context)
    }

    private func page(
        _ run: ImportRun, _ request: Request, _ context: OperatorContext, sent: ImportRequest? = nil,
        failure: String? = nil
    ) async throws -> Response {
        if run.state.canStart { try await imports.bring(run) }
        let maker = ImportMaker(
            imports: imports, format: frame.format(context), fields: frame.references.current.fields,
            audiences: context.may(.segmentsWrite) ? frame.references.current.segments.audiences : []
        )
        let model = ImportPageModel(
            shell: frame.shell(request, context, run.isStatusChange ? .orders : .transfers), title: run.source,
            backHref: run.isStatusChange ? Links.orders : Links.transfers,
            backText: run.isStatusChange ? "Orders" : "Imports and exports",
            run: try maker.model(run, sent: sent ?? run.request, failure: failure)
        )
        return try frame.answer(
            .importShow, model, request, fragment: ("import", .importFragment),
            status: failure == nil ? .ok : .unprocessableContent
        )
    }

    @Sendable private func start(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.imports)
        let form = try await FormBody(request, context.session)
        let run = try run(context)
        var wanted = ImportRequest()
        try await imports.bring(run)
        let preview = try imports.preview(run)
        for (index, column) in preview.columns.enumerated() {
            wanted.columns[column.name] = form["map.\(index)"] ?? ""
        }
        wanted.hasDecimalComma = form.isOn("decimal_comma")
        wanted.startsCampaigns = !form.isOn("skip_triggers")
        wanted.isDryRun = form["do"] == "check"
        wanted.audience = form["audience"].flatMap { $0.isEmpty ? nil : $0 }
        if wanted.audience != nil { try context.require(.segmentsWrite) }
        do {
            _ = try await imports.start(run.id, wanted, author: context.actor)
            return frame.lead(to: Links.importRun(run.id), request)
        } catch let error as ImportError {
            return try await page(run, request, context, sent: wanted, failure: error.message)
        }
    }

    @Sendable private func cancel(_ request: Request, context: OperatorContext) async throws -> Response {
        _ = try await FormBody(request, context.session)
        let run = try await imports.cancel(try run(context).id)
        return frame.lead(to: Links.importRun(run.id), request, flash: .importCancelled)
    }

    @Sendable private func confirmUndo(_ request: Request, context: OperatorContext) async throws -> Response {
        let run = try run(context)
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .transfers),
            confirm: ConfirmModel(
                action: Links.undoImport(run.id),
                heading: run.isStatusChange ? "Undo this change?" : "Undo this import?",
                sentence: run.isStatusChange
                    ? "The orders get the status back that they had before “\(run.source)”."
                    : "Everything that the import of \(run.source) did to \(run.kind) is taken back.",
                losses: Self.losses(run), cancelHref: Links.importRun(run.id),
                verb: run.isStatusChange ? "Undo change" : "Undo import"
            )
        )
        return try frame.answer(.importUndo, model, request, fragment: ("dialog", .confirmFragment))
    }

    private static func losses(_ run: ImportRun) -> [String] {
        let kind = ImportKind(rawValue: run.kind)
        let (one, many) = ((kind ?? .orders).noun, run.kind)
        var losses = [
            "\(PageFormat.count(run.updated, one, many)) it changed will be as before.",
            "What somebody else changed since stays as it is, and is listed.",
        ]
        guard !run.isStatusChange else { return losses }
        losses.insert("\(PageFormat.count(run.created, one, many)) it made will be deleted.", at: 0)
        switch kind {
        case .orders, .receipts: losses.append("Customers that it made stay.")
        case .customers: losses.append("Customers who have orders or receipts stay, and are listed.")
        default: break
        }
        return losses
    }

    @Sendable private func undo(_ request: Request, context: OperatorContext) async throws -> Response {
        _ = try await FormBody(request, context.session)
        let run = try await imports.startUndo(try run(context).id, author: context.actor)
        return frame.lead(to: Links.importRun(run.id), request)
    }

    @Sendable private func refused(_ request: Request, context: OperatorContext) async throws -> Response {
        RefusedDownload.response(try run(context), imports)
    }

    /// The run that the address names: who may not import sees the changes of statuses that they began themselves.
    private func run(_ context: OperatorContext) throws -> ImportRun {
        let id = Int64(try context.path("id")).map { ImportRun.ID(rawValue: $0) }
        if !context.may(.imports) {
            guard context.may(.ordersWrite) else { throw Problem.forbidden(.imports, context.role) }
            guard let id, case let run = try imports.run(id), run.isStatusChange, run.actor == context.session.email
            else { throw Problem.forbidden(.imports, context.role) }
            return run
        }
        guard let id else { throw ImportRunError.unknown }
        return try imports.run(id)
    }
}
