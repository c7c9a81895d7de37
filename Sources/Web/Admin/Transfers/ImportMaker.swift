import Domain
import Platform

/// What the page of an import shows.
struct ImportPageModel: Sendable {
    var shell: ShellModel
    var title: String
    var backHref: String
    var backText: String
    var run: Run

    struct Run: Sendable {
        var state: String
        var color: String
        /// Whether the page asks again by itself.
        var isActive: Bool
        var what: String
        /// Whether many orders are given a status, and no file is brought in.
        var isStatusChange: Bool
        var percent: String
        var progress: String
        var facts: [Fact]
        var hasFacts: Bool
        var reason: String?
        var failure: String?
        var cancelAction: String?
        var undoHref: String?
        var mapping: Mapping?
        var findings: Findings?
        var refused: Refused?
        var undone: Undone?
    }

    struct Fact: Sendable {
        var label: String
        var value: String
    }

    struct Mapping: Sendable {
        struct Column: Sendable {
            var name: String
            var field: String
            var samples: [String]
            var isGuessed: Bool
            var options: [OptionModel]
        }

        var action: String
        var isNDJSON: Bool
        var lines: [String]
        var hasColumns: Bool
        var columns: [Column]
        var hasDecimalComma: Bool
        var audiences: [OptionModel]
        var hasAudiences: Bool
        var skipsTriggers: Bool
        var wasChecked: Bool
    }

    struct Findings: Sendable {
        struct Change: Sendable {
            var field: String
            var from: String
            var to: String
        }

        struct Example: Sendable {
            var name: String
            var changes: [Change]
        }

        var created: [String]
        var hasCreated: Bool
        var changed: [Example]
        var hasChanged: Bool
    }

    struct Refused: Sendable {
        struct Row: Sendable {
            var line: String
            var reason: String
            var raw: String
        }

        var count: String
        var href: String
        var rows: [Row]
        var hasMore: Bool
    }

    struct Undone: Sendable {
        struct Left: Sendable {
            var name: String
            var href: String
            var reason: String
        }

        /// What each is, as the head of a column.
        var what: String
        var left: [Left]
        var hasLeft: Bool
    }
}

/// Makes the model of an import's page.
struct ImportMaker {
    let imports: ImportService
    let format: PageFormat
    let fields: FieldBook
    /// The audiences that who looks at the page may put customers into.
    let audiences: [Segment]

    private static let shownRows = 20
    private static let rawLimit = 160

    func model(_ run: ImportRun, sent: ImportRequest, failure: String?) throws -> ImportPageModel.Run {
        let (state, color) = RunLabels.state(run)
        let share = run.bytesTotal == 0 ? 0 : Double(run.bytesDone) / Double(run.bytesTotal)
        let isUndo = run.state == .undoing || run.state == .undone
        return ImportPageModel.Run(
            state: state, color: color, isActive: run.state.isOpen, what: RunLabels.what(run),
            isStatusChange: run.isStatusChange,
            percent: String(Int(share * 100)), progress: progress(run), facts: isUndo ? undoFacts(run) : facts(run),
            hasFacts: run.state != .draft,
            reason: run.reason, failure: failure,
            cancelAction: run.state.canStart || run.state == .queued || run.state == .running
                ? Links.cancelImport(run.id) : nil,
            undoHref: run.state.canUndo && (run.created + run.updated > 0 || run.request.audience != nil)
                ? Links.undoImport(run.id) : nil,
            mapping: run.state.canStart ? try mapping(run, sent) : nil, findings: findings(run),
            refused: try refused(run), undone: isUndo ? try undone(run) : nil
        )
    }

    private func progress(_ run: ImportRun) -> String {
        switch run.state {
        case .queued: "Waiting for its turn"
        case .undoing: "\(PageFormat.count(run.undone.deleted + run.undone.restored)) \(run.kind) so far"
        default:
            run.isStatusChange
                ? "\(PageFormat.count(run.itemsDone, "order", "orders")) so far"
                : "\(PageFormat.count(run.itemsDone, "row", "rows")) so far"
        }
    }

    private func facts(_ run: ImportRun) -> [ImportPageModel.Fact] {
        guard run.state != .draft else { return [] }
        let isDry = run.request.isDryRun
        guard !run.isStatusChange else {
            return [
                .init(label: "Changed", value: PageFormat.count(run.updated)),
                .init(label: "Had it already", value: PageFormat.count(run.unchanged)),
                .init(label: "Refused", value: PageFormat.count(run.refused)),
            ]
        }
        let audience = run.request.audience.map { [ImportPageModel.Fact(label: "Audience", value: $0)] } ?? []
        return audience + [
            .init(label: isDry ? "Would be new" : "New", value: PageFormat.count(run.created)),
            .init(label: isDry ? "Would change" : "Changed", value: PageFormat.count(run.updated)),
            .init(label: "Unchanged", value: PageFormat.count(run.unchanged)),
            .init(label: "Refused", value: PageFormat.count(run.refused)),
        ]
    }

    private func undoFacts(_ run: ImportRun) -> [ImportPageModel.Fact] {
        [
            .init(label: "Deleted", value: PageFormat.count(run.undone.deleted)),
            .init(label: "Put back", value: PageFormat.count(run.undone.restored)),
            .init(label: "Left as they are", value: PageFormat.count(run.undone.left)),
        ]
    }

    private func mapping(_ run: ImportRun, _ sent: ImportRequest) throws -> ImportPageModel.Mapping {
        let preview = try imports.preview(run)
        let kind = ImportKind(rawValue: run.kind) ?? .orders
        let paths = ImportPaths.all(kind, fields)
        let columns = preview.columns.enumerated().map { index, column in
            let path = sent.columns.isEmpty ? column.path : sent.columns[column.name]
            // A key of the metadata is known by its name alone.
            let extra = [column.path, path].compactMap { $0 }.filter { !$0.isEmpty && !paths.contains($0) }
            let options = [OptionModel(value: "", text: "Leave out", isSelected: (path ?? "").isEmpty)]
            let known = (paths + (extra.first.map { [$0] } ?? [])).map {
                OptionModel(value: $0, text: label($0, kind), isSelected: $0 == path)
            }
            return ImportPageModel.Mapping.Column(
                name: column.name, field: "map.\(index)", samples: column.samples.filter { !$0.isEmpty },
                isGuessed: column.path != nil, options: options + known
            )
        }
        let lists = kind == .customers ? audiences.map { ($0.code, $0.name) } : []
        let choices = ([("", "No audience")] + lists).map {
            OptionModel(value: $0.0, text: $0.1, isSelected: $0.0 == sent.audience ?? "")
        }
        return ImportPageModel.Mapping(
            action: Links.startImport(run.id), isNDJSON: preview.isNDJSON, lines: preview.lines,
            hasColumns: !columns.isEmpty, columns: columns, hasDecimalComma: sent.hasDecimalComma,
            audiences: choices, hasAudiences: !lists.isEmpty,
            skipsTriggers: run.state == .draft || !sent.startsCampaigns, wasChecked: run.state == .checked
        )
    }

    /// A path as people call the field, with the path behind it.
    private func label(_ path: String, _ kind: ImportKind) -> String {
        let (object, code, prefix): (FieldObject, String, String) =
            switch kind {
            case .customers: (.customer, path, "")
            case .products: (.product, path, "")
            case .receipts where path.hasPrefix("items."): (.receiptLine, String(path.dropFirst(6)), "Line: ")
            case .receipts: (.receipt, path, "")
            case .orders where path.hasPrefix("items."): (.orderLine, String(path.dropFirst(6)), "Line: ")
            case .orders where path.hasPrefix("customer."): (.customer, String(path.dropFirst(9)), "Customer: ")
            case .orders: (.order, path, "")
            }
        guard let name = fields.field(object, code: code)?.name else { return path }
        return "\(prefix)\(name) – \(path)"
    }

    private func findings(_ run: ImportRun) -> ImportPageModel.Findings? {
        guard run.state == .checked, let found = run.findings else { return nil }
        let changed = found.changed.map { example in
            ImportPageModel.Findings.Example(
                name: example.externalID,
                changes: example.changes.map {
                    .init(field: $0.field, from: $0.from ?? "–", to: $0.to ?? "–")
                }
            )
        }
        return ImportPageModel.Findings(
            created: found.created, hasCreated: !found.created.isEmpty, changed: changed, hasChanged: !changed.isEmpty
        )
    }

    private func refused(_ run: ImportRun) throws -> ImportPageModel.Refused? {
        guard run.refused > 0 else { return nil }
        let rows = try imports.refused(run.id, limit: Self.shownRows)
        guard !rows.isEmpty else { return nil }
        return ImportPageModel.Refused(
            count: PageFormat.count(run.refused), href: Links.refusedRows(run.id),
            rows: rows.map {
                .init(line: PageFormat.count($0.line), reason: $0.reason, raw: String($0.raw.prefix(Self.rawLimit)))
            }, hasMore: run.refused > Int64(rows.count)
        )
    }

    private func undone(_ run: ImportRun) throws -> ImportPageModel.Undone {
        let kind = ImportKind(rawValue: run.kind) ?? .orders
        let left = try imports.left(run.id, limit: Self.shownRows).map {
            ImportPageModel.Undone.Left(name: $0.externalID, href: link(kind, $0.externalID), reason: $0.reason)
        }
        return ImportPageModel.Undone(what: RunLabels.object(kind.noun), left: left, hasLeft: !left.isEmpty)
    }

    private func link(_ kind: ImportKind, _ externalID: String) -> String {
        switch kind {
        case .orders: Links.order(externalID)
        case .receipts: Links.receipt(externalID)
        case .customers: Links.customer(externalID)
        case .products: Links.product(externalID)
        }
    }
}
