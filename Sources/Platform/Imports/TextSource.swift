/// A file's text as UTF-8, chunk by chunk, whatever encoding it came in.
///
/// UTF-8 is passed on unchecked, and what is not UTF-16 comes out as bytes that are not UTF-8: the reader of rows has
/// one check for both, and refuses the row alone.
struct TextSource {
    let bytes: ByteSource
    private var encoding: Encoding?

    private enum Encoding {
        case utf8
        case utf16(UTF16Decoder)
    }

    /// Opens a file; see `ByteSource.init(path:)`.
    init(path: String) throws { bytes = try ByteSource(path: path) }

    /// Appends the next text to `buffer` and returns false when there is no more.
    ///
    /// - Throws: `ImportError` of the kind `encoding` when the file's first bytes show that it cannot be read as text.
    mutating func read(into buffer: inout [UInt8]) throws -> Bool {
        switch encoding {
        case .utf8:
            return try bytes.read(into: &buffer)
        case .utf16(var decoder):
            var chunk: [UInt8] = []
            let hasMore = try bytes.read(into: &chunk)
            if hasMore { decoder.decode(chunk, into: &buffer) } else { decoder.finish(into: &buffer) }
            encoding = .utf16(decoder)
            return hasMore
        case nil:
            return try readFirst(into: &buffer)
        }
    }

    private mutating func readFirst(into buffer: inout [UInt8]) throws -> Bool {
        var start: [UInt8] = []
        while start.count < 4, try bytes.read(into: &start) {}
        guard !start.isEmpty else { return false }
        if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]), !isUTF32(start) {
            var decoder = UTF16Decoder(isBigEndian: start[0] == 0xfe)
            decoder.decode(start.dropFirst(2), into: &buffer)
            encoding = .utf16(decoder)
            return true
        }
        if start.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
            throw fault("This is a ZIP or Excel file. Unpack it, or save it as “CSV UTF-8”, and import that.")
        }
        guard !start.prefix(4).contains(0) else {
            throw fault(
                "This is not UTF-8, nor UTF-16 with a byte order mark. Save it as UTF-8 (in Excel: “CSV UTF-8”)."
            )
        }
        buffer.append(contentsOf: start.starts(with: [0xef, 0xbb, 0xbf]) ? start.dropFirst(3) : start[...])
        encoding = .utf8
        return true
    }

    private func isUTF32(_ start: [UInt8]) -> Bool { start.starts(with: [0xff, 0xfe, 0, 0]) }

    private func fault(_ message: String) -> ImportError { ImportError(.encoding, file: bytes.file, message) }
}

/// Turns UTF-16 into UTF-8, with characters split between chunks put together.
struct UTF16Decoder {
    private let isBigEndian: Bool
    private var firstByte: UInt8?
    private var highSurrogate: UInt32?

    /// Stands where half a character was: no UTF-8 text holds this byte.
    private static let broken: UInt8 = 0xff

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func decode(_ bytes: some Sequence<UInt8>, into buffer: inout [UInt8]) {
        for byte in bytes {
            guard let first = firstByte else {
                firstByte = byte
                continue  // a unit has two bytes
            }
            firstByte = nil
            let (high, low) = isBigEndian ? (first, byte) : (byte, first)
            append(UInt32(high) << 8 | UInt32(low), to: &buffer)
        }
    }

    /// Marks what is left over at the end as broken.
    mutating func finish(into buffer: inout [UInt8]) {
        if firstByte != nil || highSurrogate != nil { buffer.append(Self.broken) }
        (firstByte, highSurrogate) = (nil, nil)
    }

    private mutating func append(_ unit: UInt32, to buffer: inout [UInt8]) {
        if let high = highSurrogate {
            highSurrogate = nil
            if (0xdc00...0xdfff).contains(unit) {
                encode(0x10000 + (high - 0xd800) << 10 + (unit - 0xdc00), into: &buffer)
                return
            }
            buffer.append(Self.broken)
        }
        switch unit {
        case 0xd800...0xdbff: highSurrogate = unit
        case 0xdc00...0xdfff: buffer.append(Self.broken)
        default: encode(unit, into: &buffer)
        }
    }

    private func encode(_ value: UInt32, into buffer: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { UInt8(0x80 | value >> shift & 0x3f) }
        switch value {
        case ..<0x80: buffer.append(UInt8(value))
        case ..<0x800: buffer += [UInt8(0xc0 | value >> 6), continuation(0)]
        case ..<0x10000: buffer += [UInt8(0xe0 | value >> 12), continuation(6), continuation(0)]
        default: buffer += [UInt8(0xf0 | value >> 18), continuation(12), continuation(6), continuation(0)]
        }
    }
}
