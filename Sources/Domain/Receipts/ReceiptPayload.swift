/// Receipts as the API and webhooks write them (spec orders.md, "Receipts"); keys stand sorted, custom fields come last.
package enum ReceiptPayload {
    /// Writes what stands in a receipt's `attributes`; the object around it is the caller's.
    package static func attributes(
        _ stored: StoredReceipt, _ custom: FieldBook, _ writer: inout JSONWriter
    ) {
        let receipt = stored.receipt
        writer.field("card", receipt.fields.text(.card))
        // Empty once the customer was erased.
        writer.field("client_external_id", stored.customerExternalID.isEmpty ? nil : stored.customerExternalID)
        writer.field("created_at", receipt.createdAt)
        writer.field("date", receipt.date)
        writer.field("external_id", receipt.externalID)
        writer.array("items") { writer in
            for line in receipt.lines { write(line, custom, &writer) }
        }
        writer.key("metadata")
        if let metadata = receipt.metadata { writer.raw(metadata) } else { writer.null() }
        writer.field("number", receipt.fields.text(.number))
        writer.field("order_external_id", stored.orderExternalID)
        writer.field("sum", receipt.fields.money(.sum))
        writer.field("unit", receipt.fields.text(.unit))
        writer.field("updated_at", receipt.updatedAt)
        writer.field("value", receipt.value)
        writer.field("version", receipt.version)
        if custom.has(.receipt) { writer.fields(receipt.custom, custom.custom(.receipt)) }
    }

    private static func write(_ line: ReceiptLine, _ custom: FieldBook, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("cnt", line.fields.quantity(.count))
            writer.field("discount", line.fields.money(.discount))
            writer.field("external_id", line.externalID)
            writer.field("price", line.fields.money(.price))
            writer.field("product_external_id", line.fields.text(.product))
            writer.field("sum", line.fields.money(.sum))
            if custom.has(.receiptLine) { writer.fields(line.custom, custom.custom(.receiptLine)) }
        }
    }
}
