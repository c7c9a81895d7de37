import Domain
import Foundation
import Platform

/// The form that asks for an export.
struct ExportNewModel: Sendable {
    var shell: ShellModel
    var backHref = Links.transfers
    var failure: String?
    var form: Form

    struct Form: Sendable {
        struct Filter: Sendable {
            var name: String
            var value: String
            var label: String
            var text: String
        }

        struct Column: Sendable {
            var value: String
            var text: String
            var isSelected: Bool
        }

        var action = Links.exports
        var what: String
        var object: String
        var objects: [Object]
        var hasFilters: Bool
        var filters: [Filter]
        var columns: [Column]
        var formats: [Format]
        var separators: [OptionModel]
        var hasMark: Bool
    }

    struct Object: Sendable {
        var text: String
        var href: String
        var isCurrent: Bool
    }

    struct Format: Sendable {
        var value: String
        var text: String
        var note: String
        var isSelected: Bool
    }
}

/// The page of one export.
struct ExportPageModel: Sendable {
    var shell: ShellModel
    var title: String
    var backHref = Links.transfers
    var run: Run

    struct Run: Sendable {
        var what: String
        var state: String
        var color: String
        var isActive: Bool
        var percent: String
        var progress: String
        var reason: String?
        var downloadHref: String?
        var size: String
        var rows: String
        var expires: String
        var expiresISO: String
        var cancelAction: String?
        var cancelVerb: String
        var againHref: String?
    }
}

/// Makes the models of exports.
struct ExportMaker {
    let exports: ExportService
    let format: PageFormat
    let fields: FieldBook
    let features: Features

    func form(_ wanted: ExportRequest) -> ExportNewModel.Form {
        let known = exports.columns(of: wanted.object).map(\.path)
        let chosen = wanted.columns.filter(known.contains)
        let rest = known.filter { !chosen.contains($0) }
        return ExportNewModel.Form(
            what: RunLabels.object(wanted.object.rawValue), object: wanted.object.rawValue,
            objects: ExportObject.allCases.filter { $0.feature.map(features.has) ?? true }.map {
                .init(
                    text: RunLabels.object($0.rawValue),
                    href: Links.newExport($0, wanted.segment.map { [("segment", $0)] } ?? []),
                    isCurrent: $0 == wanted.object
                )
            },
            hasFilters: !wanted.filters.isEmpty,
            filters: wanted.filters.sorted { $0.key < $1.key }.map {
                .init(
                    name: "filter.\($0.key)", value: $0.value, label: filter($0.key, wanted.object),
                    text: shown($0.value))
            },
            columns: (chosen + rest).map {
                .init(value: $0, text: label($0, wanted.object), isSelected: chosen.contains($0))
            },
            formats: [
                .init(value: "csv", text: "CSV", note: "Opens everywhere.", isSelected: wanted.format == .csv),
                .init(
                    value: "xlsx", text: "Excel", note: "Real numbers and dates, in the project’s zone.",
                    isSelected: wanted.format == .xlsx),
                .init(
                    value: "ndjson", text: "NDJSON", note: "A line of JSON a row, for programs.",
                    isSelected: wanted.format == .ndjson),
            ],
            separators: ExportSeparator.allCases.map {
                OptionModel(
                    value: $0.rawValue, text: RunLabels.object($0.rawValue), isSelected: $0 == wanted.separator)
            }, hasMark: wanted.hasByteOrderMark
        )
    }

    private func filter(_ name: String, _ object: ExportObject) -> String {
        let owner: FieldObject =
            switch object {
            case .orders, .orderLines: .order
            case .receipts, .receiptLines: .receipt
            case .customers: .customer
            case .products: .product
            }
        if let (field, part) = CustomFilter.find(name, owner, fields) {
            return part == .exact ? field.name : "\(field.name) \(part == .from ? "from" : "to")"
        }
        switch name {
        case "q": return "Search"
        case "date_from": return "From"
        case "date_to": return "To"
        default: return RunLabels.object(name.replacing(".", with: " ").replacing("_code", with: ""))
        }
    }

    private func shown(_ value: String) -> String {
        guard value.utf8.count == 24, let instant = Instant(parsing: value, zone: .gmt) else { return value }
        return format.short(instant)
    }

    private func label(_ path: String, _ object: ExportObject) -> String {
        let (owner, code): (FieldObject, String) =
            switch object {
            case .orders, .orderLines:
                path.hasPrefix("items.")
                    ? (.orderLine, String(path.dropFirst(6)))
                    : path.hasPrefix("customer.") ? (.customer, String(path.dropFirst(9))) : (.order, path)
            case .receipts, .receiptLines:
                path.hasPrefix("items.")
                    ? (.receiptLine, String(path.dropFirst(6)))
                    : path.hasPrefix("customer.") ? (.customer, String(path.dropFirst(9))) : (.receipt, path)
            case .customers: (.customer, path)
            case .products: (.product, path)
            }
        guard let name = fields.field(owner, code: code)?.name else {
            return RunLabels.object(path.replacing(".", with: " "))
        }
        return path.hasPrefix("customer.") ? "Customer: \(name)" : name
    }

    func model(_ run: ExportRun) -> ExportPageModel.Run {
        let (state, color) = RunLabels.state(run)
        let share = run.rowsTotal == 0 ? 0 : Double(run.rowsDone) / Double(run.rowsTotal)
        let isReady = exports.file(of: run) != nil
        return ExportPageModel.Run(
            what: RunLabels.object(run.request.object.rawValue), state: state, color: color,
            isActive: !run.state.isFinal, percent: String(Int(share * 100)),
            progress: run.state == .queued
                ? "Waiting for its turn"
                : "\(PageFormat.count(run.rowsDone)) of \(PageFormat.count(run.rowsTotal, "row", "rows"))",
            reason: run.reason, downloadHref: isReady ? Links.download(run) : nil, size: Self.size(run.bytes),
            rows: PageFormat.count(run.rowsDone, "row", "rows"), expires: run.expiresAt.map(format.short) ?? "",
            expiresISO: run.expiresAt?.rfc3339 ?? "",
            cancelAction: run.state.isFinal && !isReady ? nil : Links.cancelExport(run.id),
            cancelVerb: isReady ? "Delete file" : "Cancel",
            againHref: run.state.isFinal && !isReady ? Links.newExport(run.request.object) : nil
        )
    }

    private static func size(_ bytes: Int64) -> String {
        let units = ["bytes", "KB", "MB", "GB"]
        var (size, unit) = (bytes * 10, 0)
        while size >= 10_000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
        return unit == 0 || size >= 1000
            ? "\(size / 10) \(units[unit])" : "\(size / 10).\(size % 10) \(units[unit])"
    }
}
