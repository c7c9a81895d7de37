import Domain

/// What tells a thing that keeps no version from what it was before: an `ETag` of answers, a hidden field of forms.
struct ContentTag: Hashable, Sendable {
    let text: String

    private init(_ facts: AuditFacts) {
        // FNV-1a: it is to notice a change, and keeps no secret.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            for byte in "\(name)\u{1}\(value)\u{2}".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        text = String(hash, radix: 16)
    }

    init(_ status: OrderStatus) { self.init(status.facts) }

    init(_ project: Project) { self.init(project.facts) }

    init(_ field: CustomField) {
        var facts = field.facts
        (facts["help"], facts["default"]) = (field.help, field.defaultValue?.plain)
        self.init(facts)
    }

    /// As a header carries it.
    var header: String { "\"\(text)\"" }

    /// Whether a form was made of what the thing is now.
    func isSeen(by form: FormBody) -> Bool { form["seen"] == nil || form["seen"] == text }
}
