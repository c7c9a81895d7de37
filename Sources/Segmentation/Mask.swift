/// Runs of bytes that are 1 where a condition holds and 0 where not; the loops are as plain as compilers like them.
enum Mask {
    static func set(_ mask: inout [UInt8], _ value: UInt8, _ count: Int) {
        mask.withUnsafeMutableBufferPointer { mask in
            for index in 0..<count { mask[index] = value }
        }
    }

    /// Takes the bytes of another mask, from one of its places on.
    static func copy(_ mask: inout [UInt8], _ other: [UInt8], _ start: Int, _ count: Int) {
        mask.withUnsafeMutableBufferPointer { mask in
            other.withUnsafeBufferPointer { other in
                for index in 0..<count { mask[index] = other[start &+ index] }
            }
        }
    }

    static func and(_ mask: inout [UInt8], _ other: [UInt8], _ start: Int, _ count: Int) {
        mask.withUnsafeMutableBufferPointer { mask in
            other.withUnsafeBufferPointer { other in
                for index in 0..<count { mask[index] &= other[start &+ index] }
            }
        }
    }

    /// Leaves the records that are there.
    static func and(_ mask: inout [UInt8], _ living: Living, _ start: Int, _ count: Int) {
        living.restrict(&mask, start, count)
    }

    static func or(_ mask: inout [UInt8], _ other: [UInt8], _ count: Int) {
        mask.withUnsafeMutableBufferPointer { mask in
            other.withUnsafeBufferPointer { other in
                for index in 0..<count { mask[index] |= other[index] }
            }
        }
    }

    static func turn(_ mask: inout [UInt8], _ count: Int) {
        mask.withUnsafeMutableBufferPointer { mask in
            for index in 0..<count { mask[index] ^= 1 }
        }
    }

    /// Whether any of the first so many is 1.
    static func hasAny(_ mask: [UInt8], _ count: Int) -> Bool { hasAny(mask, 0..<count) }

    static func hasAny(_ mask: [UInt8], _ places: Range<Int>) -> Bool {
        mask.withUnsafeBufferPointer { mask in
            var any: UInt8 = 0
            for index in places { any |= mask[index] }
            return any != 0
        }
    }

    /// Whether so few of so many are 1 that looking at each of those is quicker than looking at all.
    static func areFew(_ ones: Int, of count: Int) -> Bool { ones < count / 64 }

    /// How many of the first so many are 1.
    static func ones(_ mask: [UInt8], _ count: Int) -> Int {
        mask.withUnsafeBytes { mask in
            var (all, place) = (0, 0)
            while place &+ 8 <= count {
                // Eight sums side by side, each of as many bytes as it can hold.
                var sums: UInt64 = 0
                let end = min(place &+ 8 &* 255, count & ~7)
                while place < end {
                    sums &+= mask.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    place &+= 8
                }
                for lane in UInt64(0)..<8 { all &+= Int(sums &>> (lane &* 8) & 0xff) }
            }
            for index in place..<count { all &+= Int(mask[index]) }
            return all
        }
    }

    /// Hands out the places of the ones up to `count`, ascending, passing over 32 zeros at a time, or else eight.
    @inline(__always)
    static func each(_ mask: [UInt8], from first: Int = 0, _ count: Int, _ body: (Int) -> Void) {
        mask.withUnsafeBytes { each($0, from: first, count, body) }
    }

    /// Leaves those ones of which something holds; each is asked once, ascending.
    @inline(__always)
    static func restrict(_ mask: inout [UInt8], _ count: Int, _ holds: (Int) -> Bool) {
        mask.withUnsafeMutableBytes { mask in
            each(UnsafeRawBufferPointer(mask), from: 0, count) { place in
                if !holds(place) { mask[place] = 0 }
            }
        }
    }

    @inline(__always)
    private static func each(_ mask: UnsafeRawBufferPointer, from first: Int, _ count: Int, _ body: (Int) -> Void) {
        func eight(_ place: Int) -> UInt64 { mask.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
        var place = first
        while place &+ 8 <= count {
            var ones = eight(place)
            if ones == 0, place &+ 32 <= count, eight(place &+ 8) | eight(place &+ 16) | eight(place &+ 24) == 0 {
                place &+= 32
                continue
            }
            // Which are ones is not branched upon: each has one bit.
            while ones != 0 {
                body(place &+ ones.trailingZeroBitCount &>> 3)
                ones &= ones &- 1
            }
            place &+= 8
        }
        for index in place..<max(place, count) where mask[index] != 0 { body(index) }
    }
}
