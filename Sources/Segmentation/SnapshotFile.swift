import Foundation

/// Why a snapshot was not taken; the index is then built from the database.
package enum SnapshotError: Error, Hashable, Sendable {
    /// It was written by another version, or for other fields.
    case otherVersion
    /// It was cut off, or its bytes are not those that were written.
    case damaged
}

/// Writes numbers and runs of numbers one after the other, as the machine has them.
struct SnapshotWriter {
    private(set) var bytes = Data()

    mutating func number(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ text: String) { array(Array(text.utf8)) }

    /// Writes an array, beginning where its numbers can be read in place.
    mutating func array<Value: FixedWidthInteger>(_ values: [Value]) {
        number(Int64(values.count))
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
    }
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
enum SnapshotSum {
    static func of(_ bytes: Data, from start: Int) -> UInt64 {
        bytes.withUnsafeBytes { source in
            var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
            let prime: UInt64 = 0x9e37_79b9_7f4a_7c15
            var position = start
            while position + 32 <= source.count {
                lanes.0 = (lanes.0 ^ source.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* prime
                lanes.1 = (lanes.1 ^ source.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self)) &* prime
                lanes.2 = (lanes.2 ^ source.loadUnaligned(fromByteOffset: position + 16, as: UInt64.self)) &* prime
                lanes.3 = (lanes.3 ^ source.loadUnaligned(fromByteOffset: position + 24, as: UInt64.self)) &* prime
                // The high bits reach the low ones, or a change in them would go unseen.
                lanes = (
                    lanes.0 ^ lanes.0 >> 29, lanes.1 ^ lanes.1 >> 29, lanes.2 ^ lanes.2 >> 29, lanes.3 ^ lanes.3 >> 29
                )
                position += 32
            }
            while position < source.count {
                lanes.0 = (lanes.0 ^ UInt64(source[position])) &* prime
                position += 1
            }
            return (lanes.0 ^ lanes.1 &* 3 ^ lanes.2 &* 5 ^ lanes.3 &* 7) &* prime
        }
    }
}
