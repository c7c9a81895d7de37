/// What the descriptions of an order and of a receipt have in common: a customer, a date, and lines.
package protocol SalePatch: Hashable, Sendable {
    associatedtype Field: SystemField
    associatedtype Line: SystemField

    init(externalID: String)

    var externalID: String { get set }
    var customerExternalID: Patch<String> { get set }
    var date: Patch<Instant> { get set }
    var fields: FieldPatch<Field> { get set }
    var custom: CustomPatch { get set }
    /// Replaces the set of lines; nil leaves it.
    var lines: [LinePatch<Line>]? { get set }
    var metadata: Patch<String> { get set }
    var reportedAt: Instant? { get set }
}

/// What a shop says of a line.
package struct LinePatch<Field: SystemField>: Hashable, Sendable {
    package var externalID: String
    package var fields = FieldPatch<Field>()
    package var custom = CustomPatch()

    package init(externalID: String) { self.externalID = externalID }

    /// The most lines an order or a receipt may have.
    package static var limit: Int { 1000 }
}

package typealias OrderLinePatch = LinePatch<LineField>
package typealias ReceiptLinePatch = LinePatch<ReceiptLineField>
