import Domain

/// Reads the form of a new order: its fields are named as on the wire.
struct OrderForm {
    let form: FormBody
    let reading: ReadingContext
    private(set) var faults = FormFaults()

    init(_ form: FormBody, _ reading: ReadingContext) { (self.form, self.reading) = (form, reading) }

    /// The numbers of the lines that were sent, in their order; there may be gaps.
    static func lineIndexes(_ form: FormBody) -> [String] {
        var indexes: [String] = []
        for name in form.names where name.hasPrefix("lines.") {
            let index = name.dropFirst(6).prefix { $0 != "." }
            if index.allSatisfy(\.isNumber), !index.isEmpty, indexes.last != String(index) {
                indexes.append(String(index))
            }
        }
        return indexes
    }

    /// What a field is called above the form.
    static func label(_ name: String, _ form: FormBody, _ fields: FieldBook) -> String {
        switch name {
        case "external_id": return "Order id"
        case "client_external_id": return "Customer id"
        default: break
        }
        let parts = name.split(separator: ".", maxSplits: 2)
        guard parts.first == "lines", parts.count == 3, let place = lineIndexes(form).firstIndex(of: String(parts[1]))
        else { return ActivityField(name, fields).label }
        if parts[2] == "external_id" { return "Line \(place + 1), line id" }
        return ActivityField("items[\(place + 1)].\(parts[2])", fields).label
    }

    /// What the form says of the order; what is wrong with it is in `faults`.
    mutating func patch() -> OrderPatch {
        var patch = OrderPatch(externalID: identifier("external_id") ?? "")
        if let customer = identifier("client_external_id") { patch.customerExternalID = .set(customer) }
        if case .instant(let date) = value(.instant, "date", form["date"].map(Self.withSeconds)) {
            patch.date = .set(date)
        }
        for type in OrderStatusType.allCases {
            if let code = form[type.path] { patch.statuses[type] = .set(code) }
        }
        for field in OrderField.allCases {
            if let value = value(field.type, field.path, form[field.path]) { patch.fields.set(field, value) }
        }
        CustomInputs(reading.fields, .order).read(form, reading, into: &patch.custom, &faults)
        patch.lines = lines()
        return patch
    }

    private mutating func lines() -> [OrderLinePatch] {
        var lines: [OrderLinePatch] = []
        for index in Self.lineIndexes(form) where form["lines.\(index).product_external_id"] != nil {
            let name = "lines.\(index).external_id"
            let given = value(.text(FieldType.identifierLimit), name, form[name])?.plain
            let id = given ?? Self.free(lines)
            if lines.contains(where: { $0.externalID == id }) {
                faults.add(name, "Another line has the id “\(id)”: each needs its own.")
            }
            var line = OrderLinePatch(externalID: id)
            for field in LineField.allCases {
                let name = "lines.\(index).\(field.path)"
                if let value = value(field.type, name, form[name]) { line.fields.set(field, value) }
            }
            CustomInputs(reading.fields, .orderLine, prefix: "lines.\(index).")
                .read(form, reading, into: &line.custom, &faults, keepsAbsent: true)
            lines.append(line)
        }
        return lines
    }

    /// The number of the next line that no other has taken.
    private static func free(_ lines: [OrderLinePatch]) -> String {
        var number = lines.count + 1
        while lines.contains(where: { $0.externalID == String(number) }) { number += 1 }
        return String(number)
    }

    private mutating func identifier(_ name: String) -> String? {
        guard let text = form[name] else {
            faults.add(name, name == "external_id" ? "Give the order an id." : "Name the customer.")
            return nil
        }
        return value(.text(FieldType.identifierLimit), name, text)?.plain
    }

    private mutating func value(_ type: FieldType, _ name: String, _ text: String?) -> FieldValue? {
        guard let text else { return nil }
        do throws(Refusal) {
            return try type.read(text: text, reading)
        } catch {
            // What reads well of JSON would puzzle in a form, where nothing stands in quotes.
            faults.add(name, error.code == "not_a_number" ? "This must be a number, such as 12.50." : error.detail)
            return nil
        }
    }

    /// Browsers leave seconds out where they are zero.
    private static func withSeconds(_ text: String) -> String { text.utf8.count == 16 ? text + ":00" : text }
}
