import Foundation
import Hummingbird

/// The part of an address behind the question mark, decoded; names may repeat.
struct QueryItems {
    private(set) var items: [(name: String, value: String)] = []

    init(_ text: String?) {
        guard let text else { return }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            items.append((Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : ""))
        }
    }

    init(_ request: Request) { self.init(request.uri.query) }

    /// The first value of a name; an empty one counts as absent.
    subscript(name: String) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// All values of a name that are not empty.
    func all(_ name: String) -> [String] {
        items.compactMap { $0.name == name && !$0.value.isEmpty ? $0.value : nil }
    }

    private static func decode(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        // What is not an escape stands for itself.
        return spaced.removingPercentEncoding ?? String(spaced)
    }

    /// Names and values as they stand behind the question mark.
    static func text(_ items: [(name: String, value: String)]) -> String {
        items.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    /// A name or value as it is written in an address.
    static func encode(_ text: String) -> String {
        // Most need no escapes, and Foundation is slow to find that out.
        if text.utf8.allSatisfy(isUnreserved) { return text }
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}

extension RequestContext {
    /// A parameter of the path; it may hold any character, percent-encoded.
    func path(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        // Most need no decoding, and Foundation is slow to find that out.
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return raw }
        guard let decoded = raw.removingPercentEncoding else {
            throw Problem.badRequest("bad_path", "The address holds a % that begins no escape.")
        }
        return decoded
    }
}
