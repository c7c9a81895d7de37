import Domain

/// Gives texts small numbers, and keeps each text once.
///
/// A text of digits is its own number, a negative one, and is not kept: identifiers and order numbers cost no memory here.
struct Interner: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each text ends; the first begins at 0.
    private(set) var ends: [Int] = []
    /// Numbers of texts by their hash, 0 where there is none.
    private(set) var slots: [Int32] = [Int32](repeating: 0, count: 16)

    init() {}

    /// Takes what another one had.
    mutating func restore(_ bytes: [UInt8], _ ends: [Int], slots: [Int32]) {
        (self.bytes, self.ends, self.slots) = (bytes, ends, slots)
    }

    /// How many texts are kept; their numbers are 1 to this.
    var count: Int { ends.count }

    /// The number of a text, which is kept from now on.
    mutating func number(of text: String) -> Int64 {
        var text = text
        return text.withUTF8 { utf8 in
            if let digits = Self.digits(utf8) { return digits }
            if (ends.count + 1) * 2 > slots.count { grow() }
            let slot = place(of: utf8)
            if slots[slot] == 0 {
                bytes.append(contentsOf: utf8)
                ends.append(bytes.count)
                slots[slot] = Int32(ends.count)
            }
            return Int64(slots[slot])
        }
    }

    /// The number of a text that is kept; nil for any other.
    func existing(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { utf8 in
            if let digits = Self.digits(utf8) { return digits }
            let number = slots[place(of: utf8)]
            return number == 0 ? nil : Int64(number)
        }
    }

    /// The text of a number.
    func text(of number: Int64) -> String {
        guard number > 0 else { return String(-(number + 1)) }
        let index = Int(number) - 1
        return String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    /// Hands out the bytes of a kept text.
    func withBytes<Result>(of number: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let index = Int(number) - 1
        let range = (index == 0 ? 0 : ends[index - 1])..<ends[index]
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// The number of a text that is a whole number as it would be printed, of up to 18 digits.
    static func digits(_ utf8: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard (1...18).contains(utf8.count), utf8[0] != UInt8(ascii: "0") || utf8.count == 1 else { return nil }
        var value: Int64 = 0
        for byte in utf8 {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return -value - 1
    }

    private func place(of utf8: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
        while slots[slot] != 0, !isText(Int(slots[slot]) - 1, utf8) { slot = (slot + 1) & mask }
        return slot
    }

    private func isText(_ index: Int, _ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == utf8.count else { return false }
        for offset in 0..<utf8.count where bytes[start + offset] != utf8[offset] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for index in ends.indices {
            let start = index == 0 ? 0 : ends[index - 1]
            let slot = bytes[start..<ends[index]].withUnsafeBufferPointer { place(of: $0) }
            slots[slot] = Int32(index + 1)
        }
    }

    var byteCount: Int { bytes.capacity + ends.capacity * 8 + slots.capacity * 4 }
}
