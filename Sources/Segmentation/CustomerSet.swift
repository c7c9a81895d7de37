import Domain

/// Some of an index's customers, a bit each.
package struct CustomerSet: Hashable, Sendable {
    /// 64 customers a word, by their numbers; shards begin with words of their own.
    private(set) var words: [UInt64] = []

    package init() {}

    init(words: [UInt64]) { self.words = words }

    static let wordsOfShard = Shard.size / 64

    /// How many there are.
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    subscript(number: Int) -> Bool {
        get { number / 64 < words.count && words[number / 64] >> UInt64(number % 64) & 1 != 0 }
        set {
            while words.count <= number / 64 { words.append(0) }
            let bit: UInt64 = 1 << UInt64(number % 64)
            words[number / 64] = newValue ? words[number / 64] | bit : words[number / 64] & ~bit
        }
    }

    mutating func formUnion(_ other: CustomerSet) {
        for index in other.words.indices {
            if index < words.count { words[index] |= other.words[index] } else { words.append(other.words[index]) }
        }
    }

    /// The numbers, ascending.
    var numbers: [Int] {
        words.enumerated().flatMap { index, word in
            var (rest, numbers) = (word, [Int]())
            while rest != 0 {
                numbers.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
            return numbers
        }
    }

    /// The numbers that are in one of the two and not in the other, ascending.
    func differences(from other: CustomerSet) -> [Int] {
        let count = max(words.count, other.words.count)
        func word(_ words: [UInt64], _ index: Int) -> UInt64 { index < words.count ? words[index] : 0 }
        return CustomerSet(words: (0..<count).map { word(words, $0) ^ word(other.words, $0) }).numbers
    }

    /// The bits of a shard's mask.
    static func words(of mask: [UInt8]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: wordsOfShard)
        mask.withUnsafeBytes { mask in
            // Eight bytes of 0 or 1 at a time: the product gathers their bits in its highest byte.
            for place in stride(from: 0, to: mask.count - 7, by: 8) {
                let eight = mask.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                words[place / 64] |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(place % 64)
            }
            for place in mask.count / 8 * 8..<mask.count {
                words[place / 64] |= UInt64(mask[place]) << UInt64(place % 64)
            }
        }
        return words
    }

    package static func == (left: Self, right: Self) -> Bool { left.differences(from: right).isEmpty }

    package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
