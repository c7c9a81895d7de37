import Domain

/// Reads NDJSON: one JSON object a line, handed out as bytes for whoever knows the attributes.
package struct LineReader {
    /// A line, or why it was not taken.
    package enum Line: Sendable {
        /// A line with an object; `attributes` is that object, without the envelope it may have come in.
        case object(line: Int, raw: [UInt8], attributes: [UInt8])
        case refused(RefusedRow)
    }

    private var buffer: TextBuffer

    var source: ByteSource { buffer.source }

    /// Opens a file.
    ///
    /// - Throws: `ImportError` when the file cannot be opened or is no text.
    package init(path: String) throws { self.init(buffer: try TextBuffer(path: path)) }

    /// Reads a text of which nothing was read yet.
    init(buffer: TextBuffer) { self.buffer = buffer }

    /// Reads the next line that is not blank, or returns nil at the end.
    ///
    /// - Throws: `ImportError` when the file cannot be read further; all lines before that were handed out.
    package mutating func next() throws -> Line? {
        while true {
            guard let (end, next) = buffer.lineEnd() else {
                guard buffer.bytes.count - buffer.position <= TextBuffer.rowLimit else { return try refuseLong() }
                try buffer.fill()
                continue  // the line's end may be in memory now
            }
            guard end - buffer.position <= TextBuffer.rowLimit else { return try refuseLong() }
            let raw = Array(buffer.bytes[buffer.position..<end])
            let line = buffer.line
            if next == buffer.position {
                guard !buffer.isLast else { return nil }
                try buffer.fill()
                continue  // nothing was in memory
            }
            buffer.advance(to: next, lines: 1)
            if !raw.allSatisfy(\.isSpace) { return Self.object(line: line, raw: raw) }
        }
    }

    private mutating func refuseLong() throws -> Line {
        let line = buffer.line
        let reason = "This line is longer than 1 MB. Shorten it; only its beginning is kept here."
        return .refused(RefusedRow(line: line, reason: reason, raw: try buffer.skipLine()))
    }

    /// Takes an object out of `{"data":{"attributes":…}}`, which the API takes; a bare object stays as it is.
    private static func object(line: Int, raw: [UInt8]) -> Line {
        func refused(_ reason: String) -> Line { .refused(RefusedRow(line: line, reason: reason, raw: raw)) }
        guard raw.first(where: { !$0.isSpace }) == UInt8(ascii: "{") else {
            return refused("A line must be one JSON object. A list is brought into lines by: jq -c '.[]'.")
        }
        // The key of an envelope stands first: no order need be read twice.
        guard raw.drop(while: { $0.isSpace || $0 == UInt8(ascii: "{") }).starts(with: #""data""#.utf8) else {
            return .object(line: line, raw: raw, attributes: raw)
        }
        do {
            guard let attributes = try attributes(inEnvelope: raw) else {
                return refused("A line with “data” must hold one object, in “data”, “attributes”.")
            }
            return .object(line: line, raw: raw, attributes: attributes)
        } catch let error as JSONError {
            return refused("This is not JSON: \(error.message) (byte \(error.offset + 1) of the line)")
        } catch {
            return refused("This is not JSON.")
        }
    }

    private static func attributes(inEnvelope raw: [UInt8]) throws -> [UInt8]? {
        var attributes: [UInt8]?
        try JSONReader.read(raw) { reader in
            try reader.object { reader, key in
                guard case "data" = key, try reader.peek() == .object else { return try reader.skip() }
                try reader.object { reader, key in
                    guard case "attributes" = key, try reader.peek() == .object else { return try reader.skip() }
                    attributes = Array(try reader.raw().utf8)
                }
            }
        }
        return attributes
    }
}

extension UInt8 {
    var isSpace: Bool { self == Byte.space || self == Byte.tab || self == Byte.lf || self == Byte.cr }
}
