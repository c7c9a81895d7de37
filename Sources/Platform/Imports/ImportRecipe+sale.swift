import Domain

extension ImportRecipe<ColumnPlace> {
    /// The order that a row describes, and the person to be made if unknown.
    ///
    /// - Parameter lineRows: The rows of the main file that are lines; nil where lines are rows of a joined file.
    /// - Throws: `RowFaults` with all that is wrong.
    func order(
        _ scope: ImportScope, lineRows: [CSVRecord]?
    ) throws(RowFaults) -> (order: OrderPatch, customer: CustomerPatch?) {
        var faults = RowFaults()
        var patch: OrderPatch = sale(order, scope, lineRows, &faults)
        for step in order.steps {
            guard case .status(let type) = step.target else { continue }
            patch.statuses[type] = faults.attempt(type.path) { () throws(Refusal) in
                let code = try scope.text(step.value)
                guard code.isEmpty || OrderStatus.isValid(code: code) else {
                    throw Refusal("not_a_code", "“\(code)” cannot be a status's code: translate it with “map”.")
                }
                return Patch(code.isEmpty ? nil : code)
            }
        }
        for past in history {
            let at = faults.attempt("history, \(past.code)") { () throws(Refusal) in
                let text = try scope.text(past.at)
                return text.isEmpty ? nil : try scope.reading.instant(text)
            }
            if let at, let at { patch.past.append(PastStatus(type: past.type, code: past.code, at: at)) }
        }
        var person: CustomerPatch?
        if !customer.isEmpty {
            var identifier: String?
            if case .set(let known) = patch.customerExternalID { identifier = known }
            person = customerPatch(scope, knownAs: identifier, &faults)
            if let person, patch.customerExternalID == .keep { patch.customerExternalID = .set(person.externalID) }
        }
        guard faults.isEmpty else { throw faults }
        return (patch, person)
    }

    /// The receipt that a row describes.
    ///
    /// - Parameter lineRows: As for an order.
    /// - Throws: `RowFaults` with all that is wrong.
    func receipt(_ scope: ImportScope, lineRows: [CSVRecord]?) throws(RowFaults) -> ReceiptPatch {
        var faults = RowFaults()
        let patch: ReceiptPatch = sale(receipt, scope, lineRows, &faults)
        guard faults.isEmpty else { throw faults }
        return patch
    }

    /// What an order and a receipt have in common.
    private func sale<Patch: SalePatch>(
        _ sale: Sale<Patch.Field, Patch.Line>, _ scope: ImportScope, _ lineRows: [CSVRecord]?,
        _ faults: inout RowFaults
    ) -> Patch {
        var patch = Patch(externalID: "")
        var row = RowAttributes<Patch.Field>(identifier: "external_id")
        for step in sale.steps {
            switch step.target {
            case .customer:
                let text = faults.identifier("client_external_id") { () throws(Refusal) in
                    try scope.text(step.value)
                }
                if let text { patch.customerExternalID = .set(text) }
            case .date:
                // An empty date would make an old order one of today.
                let date = faults.attempt("date") { () throws(Refusal) in
                    let text = try scope.text(step.value)
                    guard !text.isEmpty else { throw Refusal("required", "This is empty; it must be there.") }
                    return try scope.reading.instant(text)
                }
                if let date { patch.date = .set(date) }
            case .reportedAt:
                let instant = faults.attempt("updated_at") { () throws(Refusal) in
                    let text = try scope.text(step.value)
                    return text.isEmpty ? nil : try scope.reading.instant(text)
                }
                patch.reportedAt = instant ?? nil
            case .status: break  // only orders have statuses, and read them themselves
            case .attribute(let target): row.read(target, step.value, scope, &faults)
            }
        }
        patch.externalID = row.externalID ?? ""
        (patch.fields, patch.custom) = (row.fields, row.custom)
        patch.metadata = row.metadata(&faults)
        if let steps = sale.lines { patch.lines = lines(steps, lineRows, scope, &faults) }
        return patch
    }

    private func lines<Line>(
        _ steps: [Step<FieldTarget<Line>>], _ records: [CSVRecord]?, _ scope: ImportScope, _ faults: inout RowFaults
    ) -> [LinePatch<Line>] {
        var rows: [ImportScope.LineRow] = []
        if case .joined(let table, _) = each {
            rows = scope.rows[table].map { .joined(table: table, row: $0) }
        } else {
            rows = (records ?? []).map { .record($0) }
        }
        guard rows.count <= LinePatch<Line>.limit else {
            faults.add("items", "There may be at most \(LinePatch<Line>.limit) lines; here are \(rows.count).")
            return []
        }
        var seen: Set<String> = []
        return rows.enumerated().compactMap { index, row in
            var scope = scope
            scope.line = row
            guard var patch = line(steps, scope, &faults) else { return nil }
            // A line that the shop does not number is known by its place.
            if patch.externalID.isEmpty { patch.externalID = String(index + 1) }
            if !seen.insert(patch.externalID).inserted {
                faults.add("items", "Two lines have the external_id “\(patch.externalID)”.")
            }
            return patch
        }
    }

    /// Nil where a row of the main file has nothing of a line: what has no lines has such a row.
    private func line<Line>(
        _ steps: [Step<FieldTarget<Line>>], _ scope: ImportScope, _ faults: inout RowFaults
    ) -> LinePatch<Line>? {
        var row = RowAttributes<Line>(identifier: nil)
        var lineFaults = RowFaults()
        for step in steps { row.read(step.target, step.value, scope, &lineFaults) }
        for reason in lineFaults.reasons {
            switch scope.line {
            case .record(let record): faults.add("line \(record.line)", reason)
            case .joined(let table, let row):
                faults.add("“\(scope.tables[table].name)”, line \(scope.tables[table].line(ofRow: row))", reason)
            case nil: break
            }
        }
        guard each != nil || !row.isEmpty else { return nil }
        var patch = LinePatch<Line>(externalID: row.externalID ?? "")
        (patch.fields, patch.custom) = (row.fields, row.custom)
        return patch
    }
}
