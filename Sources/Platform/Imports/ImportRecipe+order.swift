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
        var patch = OrderPatch(externalID: "")
        var metadata: [(String, String)] = []
        for step in order {
            set(step, in: &patch, &metadata, scope, &faults)
        }
        if !metadata.isEmpty { patch.metadata = faults.metadata(metadata) }
        for past in history {
            let at = faults.attempt("history, \(past.code)") { () throws(Refusal) in
                let text = try scope.text(past.at)
                return text.isEmpty ? nil : try scope.reading.instant(text)
            }
            if let at, let at { patch.past.append(PastStatus(type: past.type, code: past.code, at: at)) }
        }
        if let lines { patch.lines = linePatches(lines, lineRows, scope, &faults) }
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

    private func set(
        _ step: Step<OrderTarget>, in patch: inout OrderPatch, _ metadata: inout [(String, String)],
        _ scope: ImportScope, _ faults: inout RowFaults
    ) {
        switch step.target {
        case .externalID:
            patch.externalID =
                faults.identifier("external_id") { () throws(Refusal) in try scope.text(step.value) } ?? ""
        case .customer:
            let text = faults.identifier("client_external_id") { () throws(Refusal) in try scope.text(step.value) }
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
        case .status(let type):
            patch.statuses[type] = faults.attempt(type.path) { () throws(Refusal) in
                let code = try scope.text(step.value)
                guard code.isEmpty || OrderStatus.isValid(code: code) else {
                    throw Refusal("not_a_code", "“\(code)” cannot be a status's code: translate it with “map”.")
                }
                return Patch(code.isEmpty ? nil : code)
            }
        case .field(let field):
            if let value = faults.value(of: step.value, field, scope) { patch.fields.set(field, value) }
        case .custom(let field): faults.set(field, to: step.value, in: &patch.custom, scope)
        case .metadata(let key):
            let text = faults.attempt("metadata.\(key)") { () throws(Refusal) in try scope.text(step.value) }
            if let text, !text.isEmpty { metadata.append((key, text)) }
        }
    }

    private func linePatches(
        _ lines: Lines, _ records: [CSVRecord]?, _ scope: ImportScope, _ faults: inout RowFaults
    ) -> [OrderLinePatch] {
        var rows: [ImportScope.LineRow] = []
        if case .joined(let table, _) = lines.each {
            rows = scope.rows[table].map { .joined(table: table, row: $0) }
        } else {
            rows = (records ?? []).map { .record($0) }
        }
        guard rows.count <= OrderLinePatch.limit else {
            faults.add("items", "An order may have at most \(OrderLinePatch.limit) lines; this one has \(rows.count).")
            return []
        }
        var seen: Set<String> = []
        return rows.enumerated().compactMap { index, row in
            var scope = scope
            scope.line = row
            guard var patch = linePatch(lines, scope, &faults) else { return nil }
            // A line that the shop does not number is known by its place.
            if patch.externalID.isEmpty { patch.externalID = String(index + 1) }
            if !seen.insert(patch.externalID).inserted {
                faults.add("items", "Two lines of this order have the external_id “\(patch.externalID)”.")
            }
            return patch
        }
    }

    /// Nil where a row of the main file has nothing of a line: an order without lines has such a row.
    private func linePatch(_ lines: Lines, _ scope: ImportScope, _ faults: inout RowFaults) -> OrderLinePatch? {
        var patch = OrderLinePatch(externalID: "")
        var lineFaults = RowFaults()
        for step in lines.steps {
            switch step.target {
            case .externalID:
                patch.externalID =
                    lineFaults.attempt("external_id") { () throws(Refusal) in
                        try FieldType.checked(try scope.text(step.value), limit: FieldType.identifierLimit)
                    } ?? ""
            case .field(let field):
                if let value = lineFaults.value(of: step.value, field, scope) { patch.fields.set(field, value) }
            case .custom(let field): lineFaults.set(field, to: step.value, in: &patch.custom, scope)
            case .metadata: break  // lines have none
            }
        }
        for reason in lineFaults.reasons {
            switch scope.line {
            case .record(let record): faults.add("line \(record.line)", reason)
            case .joined(let table, let row):
                faults.add("“\(scope.tables[table].name)”, line \(scope.tables[table].line(ofRow: row))", reason)
            case nil: break
            }
        }
        let isEmpty =
            patch.externalID.isEmpty && patch.fields.entries.allSatisfy { $0.value == nil }
            && patch.custom.entries.allSatisfy { $0.value == nil }
        return isEmpty && lines.each == nil ? nil : patch
    }
}
