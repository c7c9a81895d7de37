import Domain

/// An order as a line of NDJSON.
enum OrderLineText {
    static func bytes(of patch: OrderPatch) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("external_id", patch.externalID)
            if case .set(let customer) = patch.customerExternalID { writer.field("client_external_id", customer) }
            if case .set(let date) = patch.date { writer.field("date", date) }
            block(nil, .general, patch, &writer)
            writer.object("delivery") { block("delivery.", .delivery, patch, &$0) }
            writer.object("payment") { block("payment.", .payment, patch, &$0) }
            writer.array("items") { writer in
                for line in patch.lines ?? [] {
                    writer.object { writer in
                        writer.field("external_id", line.externalID)
                        for entry in line.fields.entries { write(entry.field.path, entry.value, &writer) }
                    }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes the status and the fields that stand in one object; those of the order itself have no prefix.
    private static func block(
        _ prefix: String?, _ type: OrderStatusType, _ patch: OrderPatch, _ writer: inout JSONWriter
    ) {
        var status = patch.past.last { $0.type == type }?.code
        if case .set(let code) = patch.statuses[type] { status = code }
        writer.field("status_code", status)
        for entry in patch.fields.entries {
            let path = entry.field.path
            if let prefix {
                if path.hasPrefix(prefix) { write(String(path.dropFirst(prefix.count)), entry.value, &writer) }
            } else if !path.contains(".") {
                write(path, entry.value, &writer)
            }
        }
    }

    private static func write(_ key: String, _ value: FieldValue?, _ writer: inout JSONWriter) {
        writer.key(key)
        switch value {
        case .text(let text): writer.value(text)
        case .money(let money): writer.value(money)
        case .quantity(let quantity): writer.value(quantity)
        case .instant(let instant): writer.value(instant)
        case nil: writer.null()
        }
    }
}
