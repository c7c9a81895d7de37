/// Makes text that browsers write as JSON into JSON that can be kept.
package enum JSONMending {
    /// Replaces `\u0000` and halves of surrogate pairs, which no database keeps, by `\ufffd`.
    ///
    /// A page's title or a search that was cut in the middle of an emoji ends in such a half, and must not cost the other
    /// events of the body. Everything else stays as it is, also what is no JSON.
    package static func mended(_ bytes: [UInt8]) -> [UInt8] {
        guard needsMending(bytes) else { return bytes }
        var mended: [UInt8] = []
        mended.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                mended.append(bytes[index])
                index += 1
                continue
            }
            guard let unit = unit(bytes, at: index) else {
                mended.append(contentsOf: bytes[index...index + 1])
                index += 2
                continue
            }
            let isPair =
                unit & 0xfc00 == 0xd800 && self.unit(bytes, at: index + 6).map { $0 & 0xfc00 == 0xdc00 } ?? false
            let length = isPair ? 12 : 6
            if !isPair, unit == 0 || unit & 0xf800 == 0xd800 {
                mended.append(contentsOf: #"\ufffd"#.utf8)
            } else {
                mended.append(contentsOf: bytes[index..<index + length])
            }
            index += length
        }
        return mended
    }

    /// Whether an escape of a surrogate or of U+0000 stands somewhere.
    private static func needsMending(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            guard bytes.count >= 6 else { return false }
            for index in 0..<bytes.count - 5 where bytes[index] == UInt8(ascii: "\\") {
                guard bytes[index + 1] == UInt8(ascii: "u") else { continue }
                let first = bytes[index + 2] | 0x20
                if first == UInt8(ascii: "d") { return true }
                if bytes[index + 2] == UInt8(ascii: "0"), bytes[index + 3] == UInt8(ascii: "0") { return true }
            }
            return false
        }
    }

    /// The code unit of an escape `\uXXXX`; nil where none stands.
    private static func unit(_ bytes: [UInt8], at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var value: UInt16 = 0
        for byte in bytes[index + 2..<index + 6] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
