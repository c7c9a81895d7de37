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

    /// The same of a text's bytes, without making a text of them where they are plain.
    package func holds(utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.allSatisfy({ $0 < 0x80 && $0 != 0x1f }) else {
            return holds(for: String(decoding: utf8, as: UTF8.self))
        }
        if case .among(let texts) = pattern, texts.allSatisfy({ $0.count != utf8.count }) { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(utf8.count, 1)) { folded in
            for index in 0..<utf8.count {
                let byte = utf8[index]
                folded[index] = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            }
            return matches(UnsafeBufferPointer(rebasing: folded[..<utf8.count]))
        }
    }

    private func holds(forPart text: String) -> Bool { Self.bytes(text).withUnsafeBufferPointer(matches) }

    private func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch pattern {
        case .anything: return true
        case .among(let texts):
            return texts.count < 8 ? texts.contains { $0.elementsEqual(bytes) } : texts.contains(Array(bytes))
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

    /// Whether every text fulfils it.
    package var isAnything: Bool { pattern == .anything }

    /// The folded texts that alone fulfil it, where they are few; nil where any may.
    package var exact: Set<[UInt8]>? {
        if case .among(let texts) = pattern { texts } else { nil }
    }
}
