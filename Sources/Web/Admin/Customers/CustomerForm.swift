import Domain

/// Reads the form of a customer: its fields are named as on the wire.
struct CustomerForm {
    let form: FormBody
    let reading: ReadingContext
    private(set) var faults = FormFaults()

    init(_ form: FormBody, _ reading: ReadingContext) { (self.form, self.reading) = (form, reading) }

    /// What the form says of the customer; what is wrong with it is in `faults`.
    ///
    /// - Parameter externalID: Who is changed; nil takes the identifier from the form.
    mutating func patch(externalID: String?) -> CustomerPatch {
        let reading = reading
        var patch = CustomerPatch(externalID: externalID ?? identifier() ?? "")
        for field in CustomerField.allCases where form.names.contains(field.path) {
            let text = form[field.path].map { field.type == .instant ? Self.withSeconds($0) : $0 }
            read(field.path) { () throws(Refusal) in
                patch.fields.set(field, try field.type.read(text: text ?? "", reading))
            }
        }
        for field in reading.fields.custom(.customer) where field.metadataPath == nil {
            // A group of checkboxes sends nothing when none is on, so a mark says that it was there.
            guard form.names.contains(field.code) || form.names.contains(CustomerFormModel.mark(field)) else {
                continue
            }
            var text = field.type == .choices ? form.all(field.code).joined(separator: ",") : form[field.code] ?? ""
            if field.type == .datetime { text = Self.withSeconds(text) }
            read(field.code) { () throws(Refusal) in patch.custom.set(field, try field.read(text: text, reading)) }
        }
        return patch
    }

    mutating func add(_ refused: Faults) { faults.add(refused) }
    mutating func add(_ field: String, _ text: String) { faults.add(field, text) }

    private mutating func identifier() -> String? {
        guard let text = form["external_id"] else {
            faults.add("external_id", "Give the customer an id.")
            return nil
        }
        var identifier: String?
        read("external_id") { () throws(Refusal) in
            identifier = try FieldType.checked(text, limit: FieldType.identifierLimit)
        }
        return identifier
    }

    private mutating func read(_ name: String, _ body: () throws(Refusal) -> Void) {
        do throws(Refusal) {
            try body()
        } catch {
            // What reads well of JSON would puzzle in a form, where nothing stands in quotes.
            faults.add(name, error.code == "not_a_number" ? "This must be a number, such as 12.50." : error.detail)
        }
    }

    /// Browsers leave seconds out where they are zero.
    private static func withSeconds(_ text: String) -> String { text.utf8.count == 16 ? text + ":00" : text }
}
