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

    /// Hands out the places of the ones up to `count`, ascending, passing over 32 zeros at a time, or else eight.
    @inline(__always)
    static func each(_ mask: [UInt8], from first: Int = 0, _ count: Int, _ body: (Int) -> Void) {
        mask.withUnsafeBytes { mask in
            func eight(_ place: Int) -> UInt64 { mask.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
            var place = first
            while place < count {
                let end = min(place &+ 8, count)
                if end &- place == 8, eight(place) == 0 {
                    let areMore =
                        place &+ 32 <= count && eight(place &+ 8) | eight(place &+ 16) | eight(place &+ 24) == 0
                    place &+= areMore ? 32 : 8
                } else {
                    for index in place..<end where mask[index] != 0 { body(index) }
                    place = end
                }
            }
        }
    }
}
