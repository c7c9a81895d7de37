extension OrderPatch {
    /// Writes the description as the wire has it: what is not said is not written.
    ///
    /// What went before (`past`) has no name on the wire, and is left out.
    ///
    /// - Parameter book: The custom fields, which are written by their codes; without it they are left out.
    package func write(_ writer: inout JSONWriter, _ book: FieldBook = .empty) {
        writer.object { writer in
            writer.field("external_id", externalID)
            write("client_external_id", customerExternalID, &writer)
            if case .set(let instant) = date { writer.field("date", instant) }
            write("status_code", statuses[.general], &writer)
            write(fields.entries.filter { !$0.field.path.contains(".") }, block: "", &writer)
            for type in [OrderStatusType.delivery, .payment] {
                let block = "\(type.rawValue)."
                let entries = fields.entries.filter { $0.field.path.hasPrefix(block) }
                guard !entries.isEmpty || statuses[type] != nil else { continue }
                writer.key(type.rawValue)
                writer.object { writer in
                    write("status_code", statuses[type], &writer)
                    write(entries, block: block, &writer)
                }
            }
            write(custom, book, &writer)
            if let lines {
                writer.array("items") { writer in
                    for line in lines {
                        writer.object { writer in
                            writer.field("external_id", line.externalID)
                            write(line.fields.entries, block: "", &writer)
                            write(line.custom, book, &writer)
                        }
                    }
                }
            }
            switch metadata {
            case .set(let json):
                writer.key("metadata")
                writer.raw(json)
            case .clear:
                writer.key("metadata")
                writer.null()
            case .keep: break
            }
            if let reportedAt { writer.field("updated_at", reportedAt) }
        }
    }

    private func write(_ key: StaticString, _ patch: Patch<String>?, _ writer: inout JSONWriter) {
        switch patch {
        case .set(let text): writer.field(key, text)
        case .clear:
            writer.key(key)
            writer.null()
        case .keep, nil: break
        }
    }

    private func write(_ patch: CustomPatch, _ book: FieldBook, _ writer: inout JSONWriter) {
        for entry in patch.entries {
            guard let field = book.custom(entry.field) else { continue }
            writer.key(field.code)
            writer.value(entry.value)
        }
    }

    private func write<Field: SystemField>(
        _ entries: [FieldPatch<Field>.Entry], block: String, _ writer: inout JSONWriter
    ) {
        for entry in entries {
            writer.key(String(entry.field.path.dropFirst(block.count)))
            switch entry.value {
            case .text(let text): writer.value(text)
            case .money(let money): writer.value(money)
            case .quantity(let quantity): writer.value(quantity)
            case .instant(let instant): writer.value(instant)
            case nil: writer.null()
            }
        }
    }
}
