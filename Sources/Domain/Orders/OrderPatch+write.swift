extension OrderPatch {
    /// Writes the description as the wire has it: what is not said is not written.
    ///
    /// What went before (`past`) has no name on the wire, and is left out.
    ///
    /// - Parameter book: The custom fields, which are written by their codes; without it they are left out.
    package func write(_ writer: inout JSONWriter, _ book: FieldBook = .empty) {
        writer.object { writer in
            writer.field("external_id", externalID)
            writer.patch("client_external_id", customerExternalID)
            if case .set(let instant) = date { writer.field("date", instant) }
            writer.patch("status_code", statuses[.general])
            writer.patch(fields)
            for type in [OrderStatusType.delivery, .payment] {
                let block = "\(type.rawValue)."
                guard fields.says(block: block) || statuses[type] != nil else { continue }
                writer.key(type.rawValue)
                writer.object { writer in
                    writer.patch("status_code", statuses[type])
                    writer.patch(fields, block: block)
                }
            }
            writer.patch(custom, book)
            if let lines { writer.patch(lines, book) }
            writer.patch(metadata: metadata)
            if let reportedAt { writer.field("updated_at", reportedAt) }
        }
    }
}
