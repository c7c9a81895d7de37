import Domain

/// Codes on paper for who has lost the phone: each serves once, and is kept as a hash.
enum RecoveryCodes {
    static let count = 10

    /// `fk3pm-w8s2t`.
    static func make(_ surroundings: Surroundings) -> String {
        let text = surroundings.token(length: 10).lowercased()
        return "\(text.prefix(5))-\(text.suffix(5))"
    }

    /// What is kept; spaces and capitals do not matter.
    static func hash(_ code: String, of user: User.ID) -> String {
        let plain = code.lowercased().filter { $0.isLetter || $0.isNumber }
        return Passwords.fastHash("recovery \(user.rawValue) \(plain)")
    }
}
