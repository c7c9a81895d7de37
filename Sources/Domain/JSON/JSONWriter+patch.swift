extension JSONWriter {
    /// Writes a text of a description; one that is kept is not written.
    mutating func patch(_ key: StaticString, _ patch: Patch<String>?) {
        switch patch {
        case .set(let text): field(key, text)
        case .clear:
            self.key(key)
            null()
        case .keep, nil: break
        }
    }

    /// Writes the system fields that a description says, those of one block or those of none.
    ///
    /// - Parameter block: What stands before the names of its fields, `delivery.`.
    mutating func patch<Field: SystemField>(_ patch: FieldPatch<Field>, block: String = "") {
        for entry in patch.entries where entry.field.path.hasPrefix(block) {
            let name = String(entry.field.path.dropFirst(block.count))
            guard !name.contains(".") else { continue }  // of another block
            key(name)
            switch entry.value {
            case .text(let text): value(text)
            case .money(let money): value(money)
            case .quantity(let quantity): value(quantity)
            case .instant(let instant): value(instant)
            case nil: null()
            }
        }
    }

    /// Writes the custom fields that a description says, by their codes.
    mutating func patch(_ patch: CustomPatch, _ book: FieldBook) {
        for entry in patch.entries {
            guard let field = book.custom(entry.field) else { continue }
            key(field.code)
            value(entry.value)
        }
    }

    /// Writes the lines of an order or a receipt.
    mutating func patch<Field>(_ lines: [LinePatch<Field>], _ book: FieldBook) {
        array("items") { writer in
            for line in lines {
                writer.object { writer in
                    writer.field("external_id", line.externalID)
                    writer.patch(line.fields)
                    writer.patch(line.custom, book)
                }
            }
        }
    }

    mutating func patch(metadata: Patch<String>) {
        switch metadata {
        case .set(let json):
            key("metadata")
            raw(json)
        case .clear:
            key("metadata")
            null()
        case .keep: break
        }
    }
}

extension FieldPatch {
    /// Whether it says a field of a block.
    func says(block: String) -> Bool { entries.contains { $0.field.path.hasPrefix(block) } }

    /// All fields, so that applying it brings them back to what they are now.
    package init(restoring values: FieldValues<Field>) {
        self.init()
        for field in Field.allCases { set(field, values[field]) }
    }
}

extension CustomPatch {
    /// All fields of an object, so that applying it brings them back to what they are now.
    ///
    /// Values that are taken from metadata come back with it; a required one that is not there cannot be said.
    package init(restoring values: CustomValues, of object: FieldObject, _ book: FieldBook) {
        self.init()
        for field in book.custom(object) where field.metadataPath == nil {
            if values[field] != nil || !field.isRequired { set(field, values[field]) }
        }
    }
}
