/// The tables of ISO/IEC 18004 for level M, and its error correction.
enum QRTables {
    /// The largest version that is made.
    static let last = 13

    /// Correction codewords of a block, and the numbers of blocks, by version.
    private static let correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22]
    private static let blockCount = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9]

    /// Codewords of data and correction together.
    private static func total(_ version: Int) -> Int {
        var modules = (16 * version + 128) * version + 64
        if version >= 2 {
            let count = version / 7 + 2
            modules -= (25 * count - 10) * count - 55
            if version >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    private static func dataCount(_ version: Int) -> Int {
        total(version) - correction[version - 1] * blockCount[version - 1]
    }

    /// How many bytes of text a version holds.
    static func capacity(_ version: Int) -> Int { dataCount(version) - (version < 10 ? 2 : 3) }

    /// Where the centres of alignment patterns are, along both sides.
    static func alignment(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let (count, last) = (version / 7 + 2, version * 4 + 10)
        let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2
        return [6] + (0..<count - 1).reversed().map { last - $0 * step }
    }

    /// The text as codewords, in blocks with their correction, interleaved.
    static func interleaved(_ text: [UInt8], version: Int) -> [UInt8] {
        let data = padded(text, version: version)
        let (count, correction) = (blockCount[version - 1], correction[version - 1])
        let shortCount = count - total(version) % count
        let shortLength = total(version) / count - correction
        let divisor = divisor(correction)
        var (blocks, start): ([[UInt8]], Int) = ([], 0)
        for index in 0..<count {
            let length = shortLength + (index < shortCount ? 0 : 1)
            blocks.append(Array(data[start..<start + length]))
            start += length
        }
        var result: [UInt8] = []
        for index in 0...shortLength {
            for block in blocks where index < block.count { result.append(block[index]) }
        }
        let remainders = blocks.map { remainder($0, divisor) }
        for index in 0..<correction {
            for remainder in remainders { result.append(remainder[index]) }
        }
        return result
    }

    /// Mode, length, text, end and filling.
    private static func padded(_ text: [UInt8], version: Int) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for shift in (0..<count).reversed() { bits.append(value >> shift & 1 == 1) }
        }
        append(4, 4)
        append(text.count, version < 10 ? 8 : 16)
        for byte in text { append(Int(byte), 8) }
        let capacity = dataCount(version) * 8
        append(0, min(4, capacity - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var filling = 0xec
        while bits.count < capacity {
            append(filling, 8)
            filling ^= 0xec ^ 0x11
        }
        return stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
    }

    // MARK: Reed–Solomon over GF(2⁸ / 0x11d)

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for shift in (0..<8).reversed() {
            product = product << 1 ^ (product >> 7) * 0x11d
            product ^= Int(right >> shift & 1) * Int(left)
        }
        return UInt8(product & 0xff)
    }

    private static func divisor(_ degree: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: degree)
        result[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                result[index] = multiply(result[index], root)
                if index + 1 < degree { result[index] ^= result[index + 1] }
            }
            root = multiply(root, 2)
        }
        return result
    }

    private static func remainder(_ data: [UInt8], _ divisor: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for index in divisor.indices { result[index] ^= multiply(divisor[index], factor) }
        }
        return result
    }
}
