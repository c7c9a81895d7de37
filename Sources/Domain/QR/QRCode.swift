/// A QR code of bytes, at error correction M (ISO/IEC 18004): versions 1 to 13, up to 331 bytes.
package struct QRCode: Sendable {
    /// Modules a side, without the quiet ground around.
    package let size: Int
    private var dark: [Bool]
    private var isFunction: [Bool]

    /// Nil when the text is too long.
    package init?(_ text: String) {
        let data = Array(text.utf8)
        guard let version = (1...QRTables.last).first(where: { QRTables.capacity($0) >= data.count }) else {
            return nil
        }
        size = version * 4 + 17
        dark = [Bool](repeating: false, count: size * size)
        isFunction = dark
        drawPatterns(version)
        draw(codewords: QRTables.interleaved(data, version: version))
        let plain = self
        var best: (penalty: Int, code: QRCode)?
        for mask in 0..<8 {
            var code = plain
            code.apply(mask: mask)
            code.drawFormat(mask: mask)
            let penalty = code.penalty
            if best.map({ penalty < $0.penalty }) ?? true { best = (penalty, code) }
        }
        guard let best else { return nil }
        dark = best.code.dark
    }

    package subscript(x: Int, y: Int) -> Bool { dark[y * size + x] }

    /// The dark modules as the path of a picture, `border` modules from its edge.
    package func path(border: Int = 4) -> String {
        var path = ""
        for y in 0..<size {
            var x = 0
            while x < size {
                guard self[x, y] else {
                    x += 1
                    continue
                }
                let start = x
                while x < size, self[x, y] { x += 1 }
                path += "M\(start + border) \(y + border)h\(x - start)v1h-\(x - start)z"
            }
        }
        return path
    }

    // MARK: What every code has

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        dark[y * size + x] = isDark
        isFunction[y * size + x] = true
    }

    private mutating func drawPatterns(_ version: Int) {
        for index in 0..<size {
            set(6, index, index.isMultiple(of: 2))
            set(index, 6, index.isMultiple(of: 2))
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let places = QRTables.alignment(version)
        for x in places {
            for y in places where !isCorner(x, y, places) { drawAlignment(x, y) }
        }
        drawFormat(mask: 0)
        if version >= 7 { drawVersion(version) }
    }

    private func isCorner(_ x: Int, _ y: Int, _ places: [Int]) -> Bool {
        let (first, last) = (places.first, places.last)
        return (x == first && y == first) || (x == first && y == last) || (x == last && y == first)
    }

    private mutating func drawFinder(_ centerX: Int, _ centerY: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let (x, y, distance) = (centerX + dx, centerY + dy, max(abs(dx), abs(dy)))
                guard (0..<size).contains(x), (0..<size).contains(y) else { continue }
                set(x, y, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ centerX: Int, _ centerY: Int) {
        for dy in -2...2 {
            for dx in -2...2 { set(centerX + dx, centerY + dy, max(abs(dx), abs(dy)) != 1) }
        }
    }

    /// Level M and the mask, with their correction, twice.
    private mutating func drawFormat(mask: Int) {
        // Level M is 00.
        var remainder = mask
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        let bits = (mask << 10 | remainder) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0...5 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    private mutating func drawVersion(_ version: Int) {
        var remainder = version
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1f25 }
        let bits = version << 12 | remainder
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            let (long, short) = (size - 11 + index % 3, index / 3)
            set(long, short, isDark)
            set(short, long, isDark)
        }
    }

    // MARK: The data

    /// Lays bits in pairs of columns, up and down, from the right.
    private mutating func draw(codewords: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for vertical in 0..<size {
                for x in [right, right - 1] {
                    let isUpward = (right + 1) & 2 == 0
                    let y = isUpward ? size - 1 - vertical : vertical
                    guard !isFunction[y * size + x], index < codewords.count * 8 else { continue }
                    dark[y * size + x] = codewords[index >> 3] >> (7 - index & 7) & 1 == 1
                    index += 1
                }
            }
            right -= 2
        }
    }

    private mutating func apply(mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFunction[y * size + x] && Self.inverts(mask, x, y) {
                dark[y * size + x].toggle()
            }
        }
    }

    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    /// How hard the code is to read: runs of one colour, blocks, what looks like a corner, and too much of one colour.
    private var penalty: Int {
        var result = 0
        let finder = [true, false, true, true, true, false, true]
        let patterns = [finder + [false, false, false, false], [false, false, false, false] + finder]
        for isColumn in [false, true] {
            for line in 0..<size {
                let row = (0..<size).map { isColumn ? self[line, $0] : self[$0, line] }
                var run = 0
                for index in row.indices {
                    run = index > 0 && row[index] == row[index - 1] ? run + 1 : 1
                    if run == 5 { result += 3 } else if run > 5 { result += 1 }
                }
                for start in 0...(size - 11) where patterns.contains(Array(row[start..<start + 11])) { result += 40 }
            }
        }
        for y in 0..<size - 1 {
            for x in 0..<size - 1
            where self[x, y] == self[x + 1, y] && self[x, y] == self[x, y + 1]
                && self[x, y] == self[x + 1, y + 1]
            {
                result += 3
            }
        }
        let count = dark.count { $0 }
        return result + abs(count * 20 - size * size * 10) / (size * size) * 10
    }
}
