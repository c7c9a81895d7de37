/// Small numbers packed to as many bits as they need, 512 of them at a time.
///
/// A block of so many bits a number takes as many rows of 64 bytes. Its numbers stand side by side in lanes as wide as a `Cell`, the
/// first in the first lane, and those of one lane one above the other: what unpacks them does the same to a whole row. Where all
/// bits of a lane are used, the numbers simply stand in their order.
enum Lanes<Cell: FixedWidthInteger & UnsignedInteger> {
    /// How many lanes there are.
    @inline(__always)
    static var count: Int { 512 / Cell.bitWidth }

    /// The greatest number of so many bits.
    @inline(__always)
    static func greatest(_ bits: Int) -> Cell { bits == 0 ? 0 : Cell.max &>> Cell(Cell.bitWidth &- bits) }

    /// Where the lowest bit of a block's number is: in which of its cells, and where in that.
    @inline(__always)
    private static func place(_ index: Int, _ bits: Int) -> (cell: Int, shift: Int) {
        let bit = index / count &* bits
        return (bit / Cell.bitWidth &* count &+ index % count, bit % Cell.bitWidth)
    }

    /// One number of the block that begins with a row.
    @inline(__always)
    static func read(_ rows: [UInt64], from start: Int, _ index: Int, _ bits: Int) -> Cell {
        guard bits > 0 else { return 0 }
        let (place, shift) = place(index, bits)
        return rows.withUnsafeBytes { bytes in
            func cell(_ place: Int) -> Cell {
                bytes.load(fromByteOffset: start &* 64 &+ place &* MemoryLayout<Cell>.size, as: Cell.self)
            }
            var number = cell(place) &>> Cell(shift)
            if shift &+ bits > Cell.bitWidth { number |= cell(place &+ count) &<< Cell(Cell.bitWidth &- shift) }
            return number & greatest(bits)
        }
    }

    static func write(_ number: Cell, to rows: inout [UInt64], from start: Int, _ index: Int, _ bits: Int) {
        guard bits > 0 else { return }
        let (place, shift) = place(index, bits)
        let all = greatest(bits)
        rows.withUnsafeMutableBytes { bytes in
            func change(_ place: Int, _ body: (Cell) -> Cell) {
                let offset = start * 64 + place * MemoryLayout<Cell>.size
                bytes.storeBytes(
                    of: body(bytes.load(fromByteOffset: offset, as: Cell.self)), toByteOffset: offset, as: Cell.self)
            }
            change(place) { $0 & ~(all &<< Cell(shift)) | number &<< Cell(shift) }
            guard shift + bits > Cell.bitWidth else { return }
            let rest = Cell(Cell.bitWidth - shift)
            change(place + count) { $0 & ~(all &>> rest) | number &>> rest }
        }
    }

    /// Writes some numbers of a block to their places among all of them, and others beside them.
    ///
    /// Whole rows are shifted: what comes over from the next lane is not among the bits that are kept.
    static func unpack(
        _ block: UnsafeRawPointer, _ bits: Int, _ wanted: Range<Int>, to target: UnsafeMutableRawPointer
    ) {
        /// The same bits in each lane.
        func repeated(_ cell: Cell) -> SIMD8<UInt64> {
            SIMD8(repeating: UInt64(truncatingIfNeeded: cell) &* (UInt64.max / UInt64(truncatingIfNeeded: Cell.max)))
        }
        let all = repeated(greatest(bits))
        guard bits > 0 else {
            target.initializeMemory(as: UInt8.self, repeating: 0, count: Cell.bitWidth * 64)
            return
        }
        for position in wanted.lowerBound / count...(wanted.upperBound &- 1) / count {
            let bit = position &* bits
            let (source, shift) = (block + bit / Cell.bitWidth &* 64, bit % Cell.bitWidth)
            var row = source.loadUnaligned(as: SIMD8<UInt64>.self) &>> UInt64(truncatingIfNeeded: shift)
            if shift &+ bits > Cell.bitWidth {
                let rest = Cell.bitWidth &- shift
                let next = (source + 64).loadUnaligned(as: SIMD8<UInt64>.self) &<< UInt64(truncatingIfNeeded: rest)
                let low = repeated(greatest(rest))
                row = row & low | next & ~low
            }
            target.storeBytes(of: row & all, toByteOffset: position &* 64, as: SIMD8<UInt64>.self)
        }
    }
}
