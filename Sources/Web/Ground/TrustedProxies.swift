import Foundation
import HTTPTypes
import Hummingbird

/// The proxies whose word on where a request came from is taken (setting `proxies.trusted`; none by default).
package struct TrustedProxies: Sendable {
    package struct Malformed: Error, CustomStringConvertible {
        let text: String

        package var description: String {
            "“\(text)” is no address: write 10.0.0.1, 10.0.0.0/8 or fd00::/8, separated by commas."
        }
    }

    private struct Range: Sendable {
        var bytes: [UInt8]
        var bits: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            return address.indices.allSatisfy { index in
                let left = min(8, max(0, bits - index * 8))
                let mask = left == 0 ? 0 : UInt8(truncatingIfNeeded: 0xff << (8 - left))
                return address[index] & mask == bytes[index] & mask
            }
        }
    }

    private let ranges: [Range]

    /// - Throws: `Malformed` for what is neither an address nor a range of them.
    package init(_ texts: [String] = []) throws(Malformed) {
        var ranges: [Range] = []
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let bytes = Self.bytes(String(first)) else { throw Malformed(text: text) }
            let bits = parts.count > 1 ? Int(parts[1]) : bytes.count * 8
            guard let bits, (0...bytes.count * 8).contains(bits) else { throw Malformed(text: text) }
            ranges.append(Range(bytes: bytes, bits: bits))
        }
        self.ranges = ranges
    }

    var isEmpty: Bool { ranges.isEmpty }

    func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(address) else { return false }
        return ranges.contains { $0.contains(bytes) }
    }

    /// Where a request came from: the last address that no trusted proxy vouches for.
    func origin(peer: String, forwarded: String?) -> String {
        guard !isEmpty, contains(peer), let forwarded else { return peer }
        var origin = peer
        for part in forwarded.split(separator: ",").reversed() {
            let address = part.trimmingCharacters(in: .whitespaces)
            guard Self.bytes(address) != nil else { return origin }
            origin = address
            if !contains(address) { return origin }
        }
        return origin
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        // An IPv4 address as an IPv6 socket writes it.
        let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xff && sixteen[11] == 0xff
        return isMapped ? Array(sixteen[12...]) : sixteen
    }
}

/// Gives requests that came through a trusted proxy the address of who sent them.
struct AddressMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard !proxies.isEmpty else { return try await next(request, context) }
        var context = context
        let forwarded = request.headers[values: .forwardedFor].joined(separator: ",")
        context.address = proxies.origin(peer: context.address, forwarded: forwarded.isEmpty ? nil : forwarded)
        return try await next(request, context)
    }
}
