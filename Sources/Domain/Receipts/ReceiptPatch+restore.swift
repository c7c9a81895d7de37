extension ReceiptPatch {
    /// All of a receipt, so that registering it brings the receipt back to what it is now; but for its order, which a
    /// description does not say.
    package init(restoring stored: StoredReceipt, _ book: FieldBook) {
        let receipt = stored.receipt
        self.init(externalID: receipt.externalID)
        customerExternalID = .set(stored.customerExternalID)
        date = .set(receipt.date)
        fields = FieldPatch(restoring: receipt.fields)
        custom = CustomPatch(restoring: receipt.custom, of: .receipt, book)
        lines = receipt.lines.map { line in
            var patch = ReceiptLinePatch(externalID: line.externalID)
            patch.fields = FieldPatch(restoring: line.fields)
            patch.custom = CustomPatch(restoring: line.custom, of: .receiptLine, book)
            return patch
        }
        metadata = Patch(receipt.metadata)
    }

    /// The description as the API takes it.
    package func text(_ book: FieldBook) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("external_id", externalID)
            writer.patch("client_external_id", customerExternalID)
            if case .set(let instant) = date { writer.field("date", instant) }
            writer.patch(fields)
            writer.patch(custom, book)
            if let lines { writer.patch(lines, book) }
            writer.patch(metadata: metadata)
        }
        return writer.text
    }
}
