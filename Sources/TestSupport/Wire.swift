import Dispatch
import Foundation

/// Bytes to and from a server on this machine, as they are: for requests that no decent client sends.
package enum Wire {
    /// Sends `request` whole, and returns what came until the server closed.
    package static func send(_ request: String, port: Int, within limit: Duration = .seconds(20)) async throws -> String
    {
        try await onThread { try sendBlocking(request, port: port, within: limit) }
    }

    static func sendBlocking(_ request: String, port: Int, within limit: Duration) throws -> String {
        let socket = try Socket()
        try socket.connect(port: port)
        try socket.write(request)
        return try socket.readToEnd(within: limit)
    }

    /// Runs a conversation on a thread that may block.
    package static func talk<Result: Sendable>(
        port: Int, _ body: @escaping @Sendable (Socket) throws -> Result
    ) async throws -> Result {
        try await onThread {
            let socket = try Socket()
            try socket.connect(port: port)
            return try body(socket)
        }
    }
}

/// Runs `body` on a thread of its own, which it may block: the threads of tasks are few.
package func onThread<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
) async throws(Failure) -> Result {
    let outcome = await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: Swift.Result { () throws(Failure) in try body() }) }.start()
    }
    return try outcome.get()
}

/// A TCP socket; closed with the last who holds it.
package final class Socket: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private let descriptor: Int32

    init() throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw Self.failure("socket") }
    }

    deinit { close(descriptor) }

    func connect(port: Int) throws {
        var address = Self.local(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Foundation.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Self.failure("connect") }
    }

    package func write(_ text: String) throws { try write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Self.noSignal)
            }
            guard count > 0 else { throw Self.failure("send") }
            sent += count
        }
    }

    /// What comes until `isEnough` of it has, or the other side closes.
    package func read(within limit: Duration, until isEnough: (String) -> Bool) throws -> String {
        let end = ContinuousClock.now + limit
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if isEnough(text) { return text }
            let left = end - ContinuousClock.now
            guard left > .zero else {
                throw Failure(description: "Nothing more came within \(limit), after: \(text.prefix(500))")
            }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, Int32(left.components.seconds * 1000 + 50)) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            // A server that closes with unread bytes resets the connection: that is an end too.
            guard count > 0 else { return text }
            received += buffer[..<count]
        }
    }

    package func readToEnd(within limit: Duration) throws -> String { try read(within: limit) { _ in false } }

    #if canImport(Glibc)
    private static let noSignal = Int32(MSG_NOSIGNAL)
    #else
    private static let noSignal: Int32 = 0
    #endif

    /// A port that nobody listens on at this moment.
    static func freePort() throws -> Int {
        let socket = try Socket()
        var address = local(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket.descriptor, pointer, length) == 0
                    ? getsockname(socket.descriptor, pointer, &length) : -1
            }
        }
        guard result == 0 else { throw failure("bind") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func local(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func failure(_ what: String) -> Failure {
        Failure(description: "\(what): \(String(cString: strerror(errno)))")
    }
}
