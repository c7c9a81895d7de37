/// How personal data is shown to a role that may not see it: enough to tell people apart, too little to reach them.
package struct PersonalMask: Hashable, Sendable {
    /// Whether anything is hidden.
    package var isOn: Bool

    package init(isOn: Bool) { self.isOn = isOn }

    /// The mask that a role looks through.
    package init(_ role: User.Role) { isOn = !role.may(.personalData) }

    /// `ana@example.com` as `a•••@e•••.com`.
    package func email(_ text: String) -> String {
        guard isOn else { return text }
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2 else { return Self.hidden }
        let end = parts[1].split(separator: ".").dropFirst().last.map { ".\($0)" } ?? ""
        return "\(parts[0].prefix(1))\(Self.hidden)@\(parts[1].prefix(1))\(Self.hidden)\(end)"
    }

    /// `+351912345678` as `•••78`.
    package func phone(_ text: String) -> String {
        isOn ? "\(Self.hidden)\(text.count > 6 ? text.suffix(2) : "")" : text
    }

    /// `Ana Maria Silva` as `A••• M••• S•••`.
    package func name(_ text: String) -> String {
        guard isOn else { return text }
        return text.split(separator: " ").map { "\($0.prefix(1))\(Self.hidden)" }.joined(separator: " ")
    }

    /// An address, a comment, a card: what may name a person in any part of it.
    package func text(_ text: String) -> String { isOn ? Self.hidden : text }

    private static let hidden = "•••"
}
