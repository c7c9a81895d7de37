/// Follows an address, and tells which part of it a value is in.
struct URLTracker: PlaceTracker {
    private enum State: Equatable {
        /// Nothing yet.
        case start
        /// Letters that may become a scheme.
        case scheme
        /// Behind a value that may be all, part or nothing of the beginning.
        case unsure
        case path, query, address
        /// Behind a scheme that runs or holds something.
        case forbidden
    }

    private var state = State.start
    private var scheme = ""
    let isInHTML: Bool

    init(isInHTML: Bool) { self.isInHTML = isInHTML }

    /// Schemes that links of a message may have.
    static let web: Set<String> = ["http", "https"]
    static let direct: Set<String> = ["mailto", "tel"]

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(Misplaced) {
        for byte in bytes { try read(byte) }
    }

    mutating func read(_ byte: UInt8) throws(Misplaced) {
        switch byte {
        case UInt8(ascii: ":") where state == .start || state == .scheme:
            let name = scheme.lowercased()
            state = Self.web.contains(name) ? .path : Self.direct.contains(name) ? .address : .forbidden
            if state != .forbidden { scheme = "" }
        case UInt8(ascii: ":") where state == .unsure:
            throw Misplaced(
                message: "A value stands for the scheme of an address.",
                mend: "Write the scheme out: https://{{ … }}, or give the whole address as one value.")
        case UInt8(ascii: "/") where state == .start || state == .scheme || state == .unsure:
            (state, scheme) = (.path, "")
        case UInt8(ascii: "?"), UInt8(ascii: "#"): if state != .forbidden { (state, scheme) = (.query, "") }
        default:
            if byte.isSpace, state == .start { return }
            if state == .start { state = .scheme }
            if state == .scheme, scheme.utf8.count < 20 { scheme.unicodeScalars.append(UnicodeScalar(byte)) }
        }
    }

    mutating func place() throws(Misplaced) -> Place {
        switch state {
        case .start:
            state = .unsure
            return .url(.start, inHTML: isInHTML)
        case .scheme, .unsure:
            state = .unsure
            return .url(.unsure, inHTML: isInHTML)
        case .path: return .url(.path, inHTML: isInHTML)
        case .query: return .url(.query, inHTML: isInHTML)
        case .address: return .url(.address, inHTML: isInHTML)
        case .forbidden:
            throw Misplaced(
                message: "A value stands in an address that begins with \(scheme):.",
                mend: "Links of messages begin with https:, http:, mailto: or tel:.")
        }
    }

    func joined(with other: Self) -> Self? {
        guard self != other else { return self }
        guard state != .forbidden, other.state != .forbidden else { return nil }
        var joined = self
        joined.scheme = ""
        // A beginning that may be there or not is not known to be one; what differs elsewhere is written with care.
        let early: [State] = [.start, .scheme, .unsure]
        joined.state = early.contains(state) || early.contains(other.state) ? .unsure : .query
        return joined
    }

    var unfinished: Misplaced? { nil }
}
