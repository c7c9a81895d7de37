import Foundation

/// Reads a form with a file as browsers send it (`multipart/form-data`), piece by piece: memory stays at a chunk.
struct MultipartReader {
    enum Event {
        case field(name: String, value: String)
        /// A file begins; its bytes follow.
        case file(name: String, fileName: String)
        case bytes(ArraySlice<UInt8>)
    }

    private enum Place {
        case head
        case field(name: String)
        case file
        case ended
    }

    /// What a field's value and a part's head may have, in bytes.
    private static let limit = 1 << 16

    private let delimiter: [UInt8]
    private var place = Place.field(name: "")
    /// A first line end makes the first delimiter like the others.
    private var buffer: [UInt8] = Array("\r\n".utf8)
    private var value: [UInt8] = []

    /// - Returns: Nil when the type is not that of such a form.
    init?(contentType: String) {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let start = contentType.range(of: "boundary=")?.upperBound
        else { return nil }
        let boundary = contentType[start...].prefix { $0 != ";" }.filter { $0 != "\"" && $0 != " " }
        guard (1...70).contains(boundary.utf8.count) else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// Takes the next bytes and returns what they hold.
    ///
    /// - Throws: 400 for what is no such form.
    mutating func read(_ chunk: some Collection<UInt8>) throws -> [Event] {
        buffer += chunk
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// To be called at the end of the body.
    ///
    /// - Throws: 400 when the form is not whole.
    func finish() throws {
        guard case .ended = place else { throw Self.broken }
    }

    private static let broken = Problem.badRequest("broken_form", "The form is not whole: send it again.")

    /// Does what can be done with the bytes that are there; false when more are needed.
    private mutating func step(_ events: inout [Event]) throws -> Bool {
        switch place {
        case .ended: return false
        case .head: return try readHead(&events)
        case .field, .file: return try readBody(&events)
        }
    }

    private mutating func readHead(_ events: inout [Event]) throws -> Bool {
        if buffer.starts(with: Array("--".utf8)) {
            place = .ended
            return false
        }
        guard let end = Self.find(Array("\r\n\r\n".utf8), in: buffer) else {
            guard buffer.count <= Self.limit else { throw Self.broken }
            return false
        }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        guard let name = Self.parameter("name", of: head) else { throw Self.broken }
        if let fileName = Self.parameter("filename", of: head) {
            place = .file
            events.append(.file(name: name, fileName: fileName))
        } else {
            place = .field(name: name)
        }
        return true
    }

    private mutating func readBody(_ events: inout [Event]) throws -> Bool {
        let end = Self.find(delimiter, in: buffer)
        // What may be the beginning of a delimiter waits for the rest.
        let count = end ?? max(0, buffer.count - delimiter.count + 1)
        if case .file = place {
            if count > 0 { events.append(.bytes(buffer[..<count])) }
        } else {
            value += buffer[..<count]
            guard value.count <= Self.limit else { throw Self.broken }
        }
        guard end != nil else {
            buffer.removeFirst(count)
            return false
        }
        buffer.removeFirst(count + delimiter.count)
        if case .field(let name) = place, !name.isEmpty {
            events.append(.field(name: name, value: String(decoding: value, as: UTF8.self)))
        }
        value = []
        place = .head
        return true
    }

    /// Where `pattern` begins in `bytes`.
    private static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            pattern.withUnsafeBufferPointer { pattern in
                for start in 0...(bytes.count - pattern.count) where bytes[start] == pattern[0] {
                    var length = 1
                    while length < pattern.count, bytes[start + length] == pattern[length] { length += 1 }
                    if length == pattern.count { return start }
                }
                return nil
            }
        }
    }

    /// A parameter of `Content-Disposition`, in which browsers write a quote as `%22`.
    private static func parameter(_ name: String, of head: String) -> String? {
        guard let start = head.range(of: "; \(name)=\"")?.upperBound else { return nil }
        return String(head[start...].prefix { $0 != "\"" }).replacing("%22", with: "\"")
    }
}
