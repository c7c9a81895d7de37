/// A status that orders are given, whatever they are in now.
package struct StatusChange: Codable, Hashable, Sendable {
    package var type: OrderStatusType
    /// Nil for no status of the type.
    package var code: String?

    package init(_ type: OrderStatusType, code: String?) { (self.type, self.code) = (type, code) }

    /// Reads what a form sends: `payment:paid`, or `payment:` for no status.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let type = OrderStatusType(rawValue: String(parts[0])) else { return nil }
        self.init(type, code: parts[1].isEmpty ? nil : String(parts[1]))
    }

    package var text: String { "\(type.rawValue):\(code ?? "")" }

    package var patch: StatusPatch { StatusPatch(statuses: [type: Patch(code)]) }
}
