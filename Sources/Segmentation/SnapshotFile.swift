import Foundation

/// Why a snapshot was not taken; the index is then built from the database.
package enum SnapshotError: Error, Hashable, Sendable {
    /// It was written by another version, or for other fields.
    case otherVersion
    /// It was cut off, or its bytes are not those that were written.
    case damaged
}

/// Writes numbers and runs of numbers one after the other, as the machine has them, into a file that is there once it is whole.
struct SnapshotWriter {
    /// Bytes of what stands before all else: what is handed to `finish`, and the sum.
    static let headLength = 24
    /// How much is written at a time.
    private static let limit = 1 << 20

    private let place: URL
    private let unfinished: URL
    private let file: FileHandle
    private var bytes = Data()
    private var sum = SnapshotSum()

    init(to place: URL) throws {
        (self.place, unfinished) = (place, place.appendingPathExtension("unfinished"))
        try Data(count: Self.headLength).write(to: unfinished)
        file = try FileHandle(forWritingTo: unfinished)
        try file.seekToEnd()
    }

    mutating func number(_ value: Int64) throws {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        if bytes.count > Self.limit { try flush() }
    }

    mutating func text(_ text: String) throws { try array(Array(text.utf8)) }

    /// Writes an array, beginning where its numbers can be read in place.
    mutating func array<Value: FixedWidthInteger>(_ values: [Value]) throws {
        try number(Int64(values.count))
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
        if bytes.count > Self.limit { try flush() }
    }

    /// Takes in all but the last incomplete block.
    private mutating func flush() throws {
        let length = bytes.count / SnapshotSum.block * SnapshotSum.block
        var sum = sum
        bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in sum.take(bytes[..<length]) }
        self.sum = sum
        try file.write(contentsOf: bytes.prefix(length))
        bytes = Data(bytes.suffix(bytes.count - length))
    }

    /// Writes the head, and gives the file its name.
    mutating func finish(_ head: (Int64, Int64)) throws {
        try flush()
        try file.write(contentsOf: bytes)
        let (taken, rest) = (sum, bytes)
        let total = rest.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in taken.value(with: bytes[...]) }
        try file.seek(toOffset: 0)
        for number in [UInt64(bitPattern: head.0), UInt64(bitPattern: head.1), total] {
            try withUnsafeBytes(of: number.littleEndian) { try file.write(contentsOf: Data($0)) }
        }
        // Not flushed to the disk: a file that was cut off is found out by its sum, and only costs the time to build anew.
        try file.close()
        guard rename(unfinished.path, place.path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    /// Removes what was written of a file that is not to be.
    static func discard(_ place: URL) { unlink(place.appendingPathExtension("unfinished").path) }
}

/// Reads what a writer wrote, from a file that is mapped and not copied.
struct SnapshotReader {
    private let bytes: Data
    private var position: Int

    init(_ bytes: Data, from position: Int = 0) { (self.bytes, self.position) = (bytes, position) }

    mutating func number() throws(SnapshotError) -> Int64 {
        guard position + 8 <= bytes.count else { throw .damaged }
        defer { position += 8 }
        return bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Int64.self)) }
    }

    /// A number of things, which cannot be more than there are bytes.
    mutating func count() throws(SnapshotError) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count else { throw .damaged }
        return Int(count)
    }

    mutating func text() throws(SnapshotError) -> String { String(decoding: try array(of: UInt8.self), as: UTF8.self) }

    mutating func array<Value: FixedWidthInteger>(of _: Value.Type) throws(SnapshotError) -> [Value] {
        let count = try count()
        let length = count * MemoryLayout<Value>.size
        guard position + length <= bytes.count else { throw .damaged }
        defer { position += (length + 7) / 8 * 8 }
        return [Value](unsafeUninitializedCapacity: count) { buffer, written in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[position..<position + length]))
            }
            written = count
        }
    }
}

/// A sum over bytes that tells whether they are those that were written; four lanes, so that it is read at the speed of memory.
struct SnapshotSum {
    /// How many bytes are taken in at a time.
    static let block = 32
    private static let prime: UInt64 = 0x9e37_79b9_7f4a_7c15

    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)

    /// Takes in whole blocks.
    mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let source = UnsafeRawBufferPointer(rebasing: bytes)
        func number(_ place: Int) -> UInt64 {
            UInt64(littleEndian: source.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
        var lanes = lanes
        for place in stride(from: 0, to: source.count - Self.block + 1, by: Self.block) {
            lanes.0 = (lanes.0 ^ number(place)) &* Self.prime
            lanes.1 = (lanes.1 ^ number(place + 8)) &* Self.prime
            lanes.2 = (lanes.2 ^ number(place + 16)) &* Self.prime
            lanes.3 = (lanes.3 ^ number(place + 24)) &* Self.prime
            // The high bits reach the low ones, or a change in them would go unseen.
            lanes = (lanes.0 ^ lanes.0 >> 29, lanes.1 ^ lanes.1 >> 29, lanes.2 ^ lanes.2 >> 29, lanes.3 ^ lanes.3 >> 29)
        }
        self.lanes = lanes
    }

    /// The sum of all, with bytes that are no whole block.
    func value(with rest: Slice<UnsafeRawBufferPointer>) -> UInt64 {
        var first = lanes.0
        for byte in rest { first = (first ^ UInt64(byte)) &* Self.prime }
        return (first ^ lanes.1 &* 3 ^ lanes.2 &* 5 ^ lanes.3 &* 7) &* Self.prime
    }

    static func of(_ bytes: Data, from start: Int) -> UInt64 {
        guard bytes.count > start else { return 0 }
        return bytes.withUnsafeBytes { source in
            let end = start + (source.count - start) / block * block
            var sum = SnapshotSum()
            sum.take(source[start..<end])
            return sum.value(with: source[end...])
        }
    }
}
