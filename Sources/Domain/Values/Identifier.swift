/// A row's identifier that cannot be confused with another entity's.
///
/// 63 bits: milliseconds since 2020, node, counter, and in the low 12 bits the bucket of the customer the row belongs
/// to, so that any identifier tells where its row lives (ARCHITECTURE.md, "Keys").
package struct Identifier<Entity>: Hashable, Comparable, Sendable, RawRepresentable {
    package let rawValue: Int64

    @inlinable package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The bucket that the row is stored under.
    package var bucket: Bucket { Bucket(rawValue: rawValue & Bucket.mask) }

    @inlinable package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    // Written out, since what a raw value brings along looks its type up each time.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

/// One of the 4,096 parts that customers, and all that belongs to them, are spread over.
package struct Bucket: Hashable, Sendable, RawRepresentable {
    package static let count: Int64 = 4096
    package static let mask: Int64 = count - 1

    package static let first = Bucket(rawValue: 0)

    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The bucket that a key from outside hashes to: the same on every machine and in every version.
    package init(hashOf key: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        // FNV-1a leaves the low bits weak on short keys: fold the high half in.
        hash ^= hash >> 32
        self.rawValue = Int64(hash & UInt64(Self.mask))
    }
}

/// Makes identifiers that rise with time within each bucket and never repeat.
///
/// A bucket has sixteen identifiers a millisecond; a seventeenth borrows from the next one. A clock that goes back
/// borrows likewise, so the order within a bucket always holds.
package struct IdentifierMaker: Sendable {
    /// The instant that identifiers count from: 2020-01-01T00:00:00Z.
    package static let epoch = Instant(milliseconds: 1_577_836_800_000)

    /// How many processes there may be on one database.
    package static let nodeCount: Int64 = 64

    /// Which of the processes on one database this is.
    package var node: Int64
    private var lastTick = [Int64](repeating: 0, count: Int(Bucket.count))

    /// Starts a maker.
    ///
    /// - Parameter node: Which of the processes on one database this is.
    package init(node: Int64 = 0) { self.node = node & (Self.nodeCount - 1) }

    /// Makes all identifiers from now on later than one that is there already, also where the clock was set back since.
    ///
    /// - Parameter identifier: The raw value of the latest one.
    package mutating func begin(after identifier: Int64) {
        let tick = (identifier >> 22) << 4 | 15
        for slot in lastTick.indices { lastTick[slot] = max(lastTick[slot], tick) }
    }

    /// Returns a new identifier of `bucket`, later than any this maker gave for it.
    package mutating func next<Entity>(_ bucket: Bucket, at now: Instant) -> Identifier<Entity> {
        let slot = Int(bucket.rawValue)
        let tick = max((now.milliseconds - Self.epoch.milliseconds) << 4, lastTick[slot] + 1)
        lastTick[slot] = tick
        return Identifier(rawValue: (tick >> 4) << 22 | node << 16 | (tick & 15) << 12 | bucket.rawValue)
    }
}
