import Foundation

/// Asks who answers at an address.
enum PortProbe {
    enum Answer: Equatable {
        case ready
        case notReady
        case nobody
        /// Something that is not ours.
        case other
        /// The address has a name, or another form than is asked here.
        case notAsked
    }

    static func ask(host: String, port: Int) -> Answer {
        let host = ["0.0.0.0", "localhost", ""].contains(host) ? "127.0.0.1" : host
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return .notAsked }
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return .notAsked }
        defer { close(descriptor) }
        // Who does not answer within so long is not well.
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return .nobody }
        let request = Array("GET /health/ready HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard write(descriptor, request, request.count) == request.count else { return .other }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while received.count < 64 * 1024 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            received += buffer[..<count]
        }
        let text = String(decoding: received, as: UTF8.self)
        if text.hasPrefix("HTTP/1.1 200"), text.contains(#""status":"ready""#) { return .ready }
        return text.hasPrefix("HTTP/1.1 503") && text.contains("urn:reorder:problem") ? .notReady : .other
    }
}
