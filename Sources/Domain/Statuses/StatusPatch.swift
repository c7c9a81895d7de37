import Foundation

/// What somebody says of a status itself: its name, flag, colour and so on.
package struct OrderStatusPatch: Hashable, Sendable {
    package var code: String?
    package var name: String?
    package var includeInAnalytics: Bool?
    package var color: StatusColor?
    package var position: Int64?
    package var isArchived: Bool?

    package init() {}

    /// Writes what is said into `status`.
    package func apply(to status: inout OrderStatus) {
        status.code = code ?? status.code
        status.name = name ?? status.name
        status.includeInAnalytics = includeInAnalytics ?? status.includeInAnalytics
        status.color = color ?? status.color
        status.position = position ?? status.position
        status.isArchived = isArchived ?? status.isArchived
    }

    /// What is wrong with the values, whatever is stored.
    ///
    /// - Parameter base: Where they stand in the request.
    package func faults(base: String) -> [Fault] {
        var faults: [Fault] = []
        if let code, !OrderStatus.isValid(code: code) {
            faults.append(
                Fault(
                    "\(base)/code", "not_a_code",
                    "A code has 1 to 64 letters, digits, dots, hyphens and underscores."
                )
            )
        }
        if let name, name.isEmpty || name.unicodeScalars.count > 100 {
            faults.append(Fault("\(base)/name", "wrong_length", "A name has 1 to 100 characters."))
        }
        return faults
    }

    /// Reads a status's attributes; `type` is read too, since a new status must name it.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> (patch: OrderStatusPatch, type: OrderStatusType?) {
        var attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt))
        var patch = OrderStatusPatch()
        var type: OrderStatusType?
        try attributes.object(&reader) { attributes, key, reader in
            func text(_ name: String) throws -> String? {
                try attributes.text(name, limit: 1000, &reader).applied(to: nil)
            }
            switch key {
            case "code": patch.code = try text("code")
            case "name": patch.name = try text("name")
            case "include_in_analytics": patch.includeInAnalytics = try attributes.flag("include_in_analytics", &reader)
            case "archived": patch.isArchived = try attributes.flag("archived", &reader)
            case "color":
                let name = try text("color")
                patch.color = name.flatMap(StatusColor.init)
                if name != nil, patch.color == nil { attributes.refuse("color", Self.unknownColor) }
            case "position":
                guard case .set(.quantity(let position)) = try attributes.value(of: .quantity, "position", &reader)
                else { return }
                patch.position = position.millionths / 1_000_000
            case "type":
                let name = try text("type")
                type = name.flatMap(OrderStatusType.init)
                if name != nil, type == nil { attributes.refuse("type", Self.unknownType) }
            default: try attributes.unknown(key, &reader)
            }
        }
        let faults = attributes.faults + patch.faults(base: base)
        guard faults.isEmpty else { throw Faults(faults) }
        return (patch, type)
    }

    private static let unknownColor = Refusal(
        "not_a_choice", "This must be one of: \(StatusColor.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    private static let unknownType = Refusal("not_a_choice", "This must be general, delivery or payment.")
}
