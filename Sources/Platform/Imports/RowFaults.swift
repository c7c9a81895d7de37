import Domain

/// All that is wrong with a row, gathered so that one look mends it.
struct RowFaults: Error {
    private(set) var reasons: [String] = []

    var isEmpty: Bool { reasons.isEmpty }
    var text: String { reasons.joined(separator: " ") }

    mutating func add(_ path: String, _ detail: String) { reasons.append("\(path): \(detail)") }

    /// Returns what `body` does, or notes why not.
    mutating func attempt<Value>(_ path: String, _ body: () throws(Refusal) -> Value) -> Value? {
        do {
            return try body()
        } catch {
            add(path, error.detail)
            return nil
        }
    }

    /// Returns an identifier that must be there.
    mutating func identifier(_ path: String, _ body: () throws(Refusal) -> String) -> String? {
        let text = attempt(path) { () throws(Refusal) in
            try FieldType.checked(try body(), limit: FieldType.identifierLimit)
        }
        if text == "" { add(path, "This is empty; it must be there.") }
        return text == "" ? nil : text
    }
}
