import Dispatch
import Foundation
import Synchronization

/// Looks up where a host's name leads.
enum AddressResolver {
    /// Why a name leads nowhere.
    struct Failure: Error, Hashable { var reason: String }

    private typealias Found = Result<[(NetworkAddress, text: String)], Failure>

    private static let queue = DispatchQueue(label: "reorder-names", attributes: .concurrent)

    /// The addresses of a host, each with its text; a text that is an address is its own.
    ///
    /// - Throws: `Failure` for a name that is not known, or takes longer than `limit`.
    static func addresses(of host: String, within limit: Duration) async throws -> [(NetworkAddress, text: String)] {
        let found: Found = await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            queue.async { answer.give(lookUp(host)) }
            let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) {
                answer.give(.failure(Failure(reason: "The name \(host) was not found in time.")))
            }
        }
        return try found.get()
    }

    /// Answers once: the look-up or the clock, whichever comes first.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<Found, Never>?>

        init(_ continuation: CheckedContinuation<Found, Never>) { waiting = Mutex(continuation) }

        func give(_ found: Found) {
            let continuation = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(returning: found)
        }
    }

    private static func lookUp(_ host: String) -> Found {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { return .failure(Failure(reason: "The name \(host) is not known.")) }
        defer { freeaddrinfo(first) }
        var found: [(NetworkAddress, text: String)] = []
        var next = first
        while let entry = next {
            if let address = address(entry.pointee), !found.contains(where: { $0.0 == address.0 }) {
                found.append(address)
            }
            next = entry.pointee.ai_next
        }
        return found.isEmpty ? .failure(Failure(reason: "The name \(host) has no address.")) : .success(found)
    }

    private static func address(_ entry: addrinfo) -> (NetworkAddress, text: String)? {
        guard let socketAddress = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                var inner = pointer.pointee.sin_addr
                return (NetworkAddress(bytes: withUnsafeBytes(of: &inner) { Array($0) }), text(AF_INET, &inner))
            }
        case AF_INET6:
            return socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                var inner = pointer.pointee.sin6_addr
                return (NetworkAddress(bytes: withUnsafeBytes(of: &inner) { Array($0) }), text(AF_INET6, &inner))
            }
        default: return nil
        }
    }

    private static func text(_ family: Int32, _ inner: UnsafeRawPointer) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        guard inet_ntop(family, inner, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
