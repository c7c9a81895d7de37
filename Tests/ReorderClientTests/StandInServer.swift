import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A server that takes batches as the specification says, on a port of this machine; it can be told how to answer, stopped
/// and started again.
final class StandInServer: Sendable {
    struct Request: Sendable {
        var path: String
        var authorization: String
        var batch: [Message]
        var status: Int
    }

    struct Message: Decodable, Sendable {
        var type: String
        var messageId: String
        var timestamp: String
        var anonymousId: String?
        var userId: String?
        var event: String?
        var name: String?
        var text: String = ""

        enum CodingKeys: CodingKey { case type, messageId, timestamp, anonymousId, userId, event, name }
    }

    struct Reply: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var body = #"{"success":true}"#
    }

    private struct State {
        var socket: Int32 = -1
        var replies: [Reply] = []
        var requests: [Request] = []
    }

    private let state = Mutex(State())
    let port: UInt16

    init() throws {
        let (socket, port) = try Self.listen(on: 0)
        self.port = port
        state.withLock { $0.socket = socket }
        accept(on: socket)
    }

    deinit { stop() }

    var address: URL { URL(string: "http://127.0.0.1:\(port)") ?? URL(filePath: "/") }
    var requests: [Request] { state.withLock { $0.requests } }

    /// What was taken, in the order of its coming.
    var messages: [Message] { requests.filter { $0.status == 200 }.flatMap(\.batch) }
    var events: [String] { messages.map { $0.event ?? $0.name ?? $0.type } }

    /// Has the next requests answered so, one each; those after them with 200.
    func reply(_ replies: Reply...) {
        state.withLock { $0.replies += replies }
    }

    func stop() {
        let socket = state.withLock { state in
            defer { state.socket = -1 }
            return state.socket
        }
        guard socket >= 0 else { return }
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    func start() throws {
        let (socket, _) = try Self.listen(on: port)
        state.withLock { $0.socket = socket }
        accept(on: socket)
    }

    private func answer(_ head: String, body: Data) -> String {
        let lines = head.split(separator: "\r\n").map(String.init)
        let path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let authorization = Self.header("authorization", in: lines) ?? ""
        let batch = Self.messages(in: body)
        let reply = state.withLock { state in
            let reply = state.replies.isEmpty ? Reply(status: 200) : state.replies.removeFirst()
            state.requests.append(
                Request(path: path, authorization: authorization, batch: batch, status: reply.status))
            return reply
        }
        let headers = reply.headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "HTTP/1.1 \(reply.status) Answer\r\nContent-Length: \(reply.body.utf8.count)\r\n"
            + "Connection: close\r\n\(headers)\r\n\(reply.body)"
    }

    private static func header(_ name: String, in lines: [String]) -> String? {
        let line = lines.first { $0.lowercased().hasPrefix(name + ":") }
        return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    private static func messages(in body: Data) -> [Message] {
        struct Batch: Decodable { var batch: [Message] }
        do {
            var messages = try JSONDecoder().decode(Batch.self, from: body).batch
            let whole = try JSONSerialization.jsonObject(with: body) as? [String: Any]
            for (index, one) in (whole?["batch"] as? [Any] ?? []).enumerated() {
                let json = try JSONSerialization.data(
                    withJSONObject: one, options: [.sortedKeys, .withoutEscapingSlashes])
                messages[index].text = String(decoding: json, as: UTF8.self)
            }
            return messages
        } catch {
            return []
        }
    }
}

// The sockets.
extension StandInServer {
    struct SocketFault: Error { var code = errno }

    private static func listen(on port: UInt16) throws -> (socket: Int32, port: UInt16) {
        #if canImport(Darwin)
        let socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #else
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && Self.listens(socket) && getsockname(socket, address, &size) == 0
            }
        }
        guard bound else { throw SocketFault() }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    private static func listens(_ socket: Int32) -> Bool {
        #if canImport(Darwin)
        Darwin.listen(socket, 16) == 0
        #else
        Glibc.listen(socket, 16) == 0
        #endif
    }

    private func accept(on socket: Int32) {
        Thread.detachNewThread { [weak self] in
            while true {
                #if canImport(Darwin)
                let connection = Darwin.accept(socket, nil, nil)
                #else
                let connection = Glibc.accept(socket, nil, nil)
                #endif
                guard connection >= 0 else { return }
                self?.serve(connection)
                close(connection)
            }
        }
    }

    private func serve(_ connection: Int32) {
        var bytes = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var need = Int.max
        while bytes.count < need {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes.append(contentsOf: buffer[..<count])
            guard need == .max, let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            need = end.upperBound + (Int(Self.header("content-length", in: lines.map(String.init)) ?? "") ?? 0)
        }
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let answer = Array(answer(head, body: Data(bytes[end.upperBound...])).utf8)
        _ = write(connection, answer, answer.count)
    }
}
