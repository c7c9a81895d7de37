import Domain
import Hummingbird
import Platform

/// What was brought in and out: the page where both begin (spec admin.md, "Imports, exports").
struct TransferPages {
    let imports: ImportService
    let exports: ExportService
    let frame: PageFrame

    /// How many of each are shown.
    private static let shown = 20

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("transfers", use: index)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        guard context.may(.imports) || context.may(.exports) else { throw Problem.forbidden(.imports, context.role) }
        return try page(request, context)
    }

    /// The page, with what is wrong with a file that was sent.
    func page(
        _ request: Request, _ context: OperatorContext, kind: ImportKind = .orders, failure: String? = nil
    ) throws -> Response {
        let format = frame.format(context)
        let (importRuns, _, _) = try imports.list(limit: Self.shown)
        let (exportRuns, _, _) = try exports.list(limit: Self.shown)
        let model = TransfersModel(
            shell: frame.shell(request, context, .transfers), failure: failure,
            kinds: ImportKind.allCases.filter { $0.feature.map(frame.references.current.features.has) ?? true }.map {
                OptionModel(value: $0.rawValue, text: RunLabels.object($0.rawValue), isSelected: $0 == kind)
            },
            imports: importRuns.map { TransfersModel.Row($0, format) },
            exports: exportRuns.map { TransfersModel.Row($0, format) }, hasImports: !importRuns.isEmpty,
            hasExports: !exportRuns.isEmpty
        )
        return try frame.answer(
            .transfers, model, request, fragment: ("transfers", .transferLists),
            status: failure == nil ? .ok : .unprocessableContent
        )
    }
}

/// What the page of imports and exports shows.
struct TransfersModel: Sendable {
    var shell: ShellModel
    var uploadAction = Links.imports
    var failure: String?
    var kinds: [OptionModel]
    var imports: [Row]
    var exports: [Row]
    var hasImports: Bool
    var hasExports: Bool
    var newExportHref = Links.newExport

    struct Row: Sendable {
        var name: String
        var href: String
        var what: String
        var state: String
        var color: String
        var rows: String
        var refused: String
        var hasRefused: Bool
        var actor: String
        var when: String
        var iso: String
        var exact: String

        init(_ run: ImportRun, _ format: PageFormat) {
            (name, href) = (run.source, Links.importRun(run.id))
            what = RunLabels.what(run)
            (state, color) = RunLabels.state(run)
            rows = PageFormat.count(run.itemsDone)
            (refused, hasRefused) = (PageFormat.count(run.refused), run.refused > 0)
            actor = run.actor.isEmpty ? "Command line" : run.actor
            (when, iso, exact) = (format.short(run.startedAt), run.startedAt.rfc3339, format.exact(run.startedAt))
        }

        init(_ run: ExportRun, _ format: PageFormat) {
            (name, href) = (run.fileName, Links.exportRun(run.id))
            what = RunLabels.object(run.request.object.rawValue)
            (state, color) = RunLabels.state(run)
            rows = PageFormat.count(run.rowsDone)
            (refused, hasRefused) = ("", false)
            actor = run.actor
            (when, iso, exact) = (format.short(run.createdAt), run.createdAt.rfc3339, format.exact(run.createdAt))
        }
    }
}

/// The words and colours of runs.
enum RunLabels {
    static func what(_ run: ImportRun) -> String { run.isStatusChange ? "Change of status" : object(run.kind) }

    static func object(_ name: String) -> String {
        let words = name.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    static func state(_ run: ImportRun) -> (text: String, color: String) {
        switch run.state {
        case .draft: ("To be checked", "amber")
        case .queued: ("Waiting", "blue")
        case .running: (run.isStatusChange ? "Changing" : run.request.isDryRun ? "Checking" : "Importing", "blue")
        case .checked: ("Checked", "violet")
        case .done: ("Done", "green")
        case .failed: ("Failed", "red")
        case .cancelled: ("Cancelled", "grey")
        case .stopped: ("Broken off", "orange")
        case .undoing: ("Undoing", "blue")
        case .undone: ("Undone", "grey")
        }
    }

    static func state(_ run: ExportRun) -> (text: String, color: String) {
        switch run.state {
        case .queued: ("Waiting", "blue")
        case .running: ("Writing", "blue")
        case .done: ("Ready", "green")
        case .failed: ("Failed", "red")
        case .cancelled: ("Cancelled", "grey")
        case .expired: ("Expired", "grey")
        }
    }
}
