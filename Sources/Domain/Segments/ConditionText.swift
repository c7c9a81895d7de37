import Foundation

/// Texts as conditions compare them: without case, byte by byte.
package enum ConditionText {
    /// A text without case, in Unicode's composed form.
    ///
    /// Each character is folded by itself, so that a part of a text stays a part of it: “ß” is “ss”, “ς” is “σ”.
    package static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = ""
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded += upper.properties.lowercaseMapping
            }
        }
        return folded.precomposedStringWithCanonicalMapping
    }

    /// What stands between the parts of a value that has several.
    package static let separator: Character = "\u{1f}"
}

/// What is asked of a text, ready to be asked of many.
package struct TextTest: Hashable, Sendable {
    private enum Pattern: Hashable, Sendable {
        case anything
        case among(Set<[UInt8]>)
        case contains([UInt8])
        case begins([UInt8])
        case ends([UInt8])
    }

    private let pattern: Pattern

    /// - Parameter op: An operator that is no denial.
    package init?(_ op: ConditionOperator, _ operand: ConditionOperand) {
        switch (op, operand) {
        case (.isSet, _): pattern = .anything
        case (.eq, .text(let text)): pattern = .among([Self.bytes(text)])
        case (.in, .texts(let texts)): pattern = .among(Set(texts.map(Self.bytes)))
        case (.contains, .text(let text)): pattern = .contains(Self.bytes(text))
        case (.startsWith, .text(let text)): pattern = .begins(Self.bytes(text))
        case (.endsWith, .text(let text)): pattern = .ends(Self.bytes(text))
        default: return nil
        }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(ConditionText.fold(text).utf8) }

    /// Whether it holds for a text, or for one of the parts of a text that has several.
    package func holds(for text: String) -> Bool {
        guard text.contains(ConditionText.separator) else { return holds(forPart: text) }
        return text.split(separator: ConditionText.separator).contains { holds(forPart: String($0)) }
    }

    private func holds(forPart text: String) -> Bool {
        let bytes = Self.bytes(text)
        switch pattern {
        case .anything: return true
        case .among(let texts): return texts.contains(bytes)
        case .begins(let part): return bytes.starts(with: part)
        case .ends(let part): return bytes.suffix(part.count).elementsEqual(part)
        case .contains(let part):
            guard let first = part.first else { return true }
            guard bytes.count >= part.count else { return false }
            return (0...bytes.count - part.count).contains { start in
                bytes[start] == first && bytes[start..<start + part.count].elementsEqual(part)
            }
        }
    }

    /// The folded texts that alone fulfil it, where they are few; nil where any may.
    package var exact: Set<[UInt8]>? {
        if case .among(let texts) = pattern { texts } else { nil }
    }
}
