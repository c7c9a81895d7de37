import Database
import Domain
import Storage

extension FieldUser {
    /// Exports that are not made yet, and filter by a field or write it as a column.
    static let exports = FieldUser { field, tx in
        try ExportRunStore().open(tx).compactMap { run in
            let request = run.request
            guard request.object.fieldObject == field.object,
                request.columns.contains(request.object.prefix + field.code) || request.filters[field.code] != nil
            else { return nil }
            return FieldUse(kind: "export", name: run.fileName)
        }
    }

    /// Imports that are not done yet, and have a column for a field.
    static let imports = FieldUser { field, tx in
        try ImportRunStore().open(tx).compactMap { run in
            guard let path = path(of: field, in: run.kind), run.request.columns.values.contains(path) else {
                return nil
            }
            return FieldUse(kind: "import", name: run.source)
        }
    }

    /// How the columns of an import name a field; nil where it cannot be among them.
    private static func path(of field: CustomField, in kind: String) -> String? {
        switch (ImportKind(rawValue: kind), field.object) {
        case (.orders, .order), (.receipts, .receipt), (.customers, .customer), (.products, .product): field.code
        case (.orders, .orderLine), (.receipts, .receiptLine): "items.\(field.code)"
        case (.orders, .customer): "customer.\(field.code)"
        default: nil
        }
    }
}
