/// What a shop says of a receipt: all of it, or a part; merged as orders are (spec orders.md, rules 1 to 6).
package struct ReceiptPatch: SalePatch {
    package var externalID: String
    package var customerExternalID: Patch<String> = .keep
    package var date: Patch<Instant> = .keep
    package var fields = FieldPatch<ReceiptField>()
    package var custom = CustomPatch()
    /// Replaces the set of lines; nil leaves it.
    package var lines: [ReceiptLinePatch]?
    package var metadata: Patch<String> = .keep
    /// When the shop saw this state; a later one already stored wins.
    package var reportedAt: Instant?

    package init(externalID: String) { self.externalID = externalID }
}
