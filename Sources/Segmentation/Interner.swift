import Domain

/// Gives texts small numbers, and keeps each text once.
///
/// A text that ends in digits is a number of its own, a negative one, of those digits and of what stands before them, and only
/// the latter is kept: identifiers and order numbers such as T-100001 cost no memory here.
struct Interner: Sendable {
    /// What stands before digits; the first of them is nothing.
    private(set) var prefixes = [""]
    private var prefixNumbers: [String: Int64] = ["": 0]
    private(set) var bytes: [UInt8] = []
    /// Where each text ends; the first begins at 0.
    private(set) var ends: [UInt32] = []
    /// Numbers of texts by their hash, 0 where there is none.
    private(set) var slots: [Int32] = [Int32](repeating: 0, count: 16)

    init() {}

    /// Takes what another one had.
    mutating func restore(_ bytes: [UInt8], _ ends: [UInt32], slots: [Int32], prefixes: [String]) {
        (self.bytes, self.ends, self.slots, self.prefixes) = (bytes, ends, slots, prefixes)
        for (number, prefix) in prefixes.enumerated() { prefixNumbers[prefix] = Int64(number) }
    }

    /// How many texts are kept; their numbers are 1 to this.
    var count: Int { ends.count }

    /// Rises with each text, or beginning of one, that is kept.
    var version: Int { ends.count + prefixes.count }

    /// The number of a text, which is kept from now on.
    mutating func number(of text: String) -> Int64 {
        var text = text
        return text.withUTF8 { utf8 in
            if let number = numbered(utf8) { return number }
            if (ends.count + 1) * 4 > slots.count * 3 { grow() }
            let slot = place(of: utf8)
            if slots[slot] == 0 {
                bytes.append(contentsOf: utf8)
                ends.append(UInt32(bytes.count))
                slots[slot] = Int32(ends.count)
            }
            return Int64(slots[slot])
        }
    }

    /// The number of a text that is kept; nil for any other.
    func existing(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { utf8 in
            if let parts = Self.parts(utf8), let prefix = prefixNumbers[parts.prefix] {
                return Self.number(prefix, parts.digits)
            }
            let number = slots[place(of: utf8)]
            return number == 0 ? nil : Int64(number)
        }
    }

    /// The text of a number.
    func text(of number: Int64) -> String {
        guard number > 0 else { return Self.text(of: number, prefixes) }
        return String(decoding: bytes[range(Int(number) - 1)], as: UTF8.self)
    }

    /// Hands out the bytes of a kept text.
    func withBytes<Result>(of number: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let range = range(Int(number) - 1)
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    // MARK: Digits

    /// More beginnings, or longer ones, are no beginnings of numbers.
    private static let prefixLimit = 1000
    private static let prefixLength = 12
    /// Fewer digits behind something else are part of a name, as in “WELCOME10”.
    private static let leastDigits = 5
    /// Above all numbers that are read as digits.
    private static let span: Int64 = 1_000_000_000_000_000

    /// The number of a text that ends in digits, where its beginning is known or is kept from now on.
    private mutating func numbered(_ utf8: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let parts = Self.parts(utf8) else { return nil }
        if let prefix = prefixNumbers[parts.prefix] { return Self.number(prefix, parts.digits) }
        guard prefixes.count < Self.prefixLimit else { return nil }
        prefixes.append(parts.prefix)
        prefixNumbers[parts.prefix] = Int64(prefixes.count - 1)
        return Self.number(Int64(prefixes.count - 1), parts.digits)
    }

    private static func number(_ prefix: Int64, _ digits: Int64) -> Int64 { -(prefix * span + digits) - 1 }

    /// The text of a negative number.
    static func text(of number: Int64, _ prefixes: [String]) -> String {
        let (prefix, digits) = parts(of: number)
        return prefixes[prefix] + String(digits)
    }

    /// What a negative number is made of: the place of what stands before the digits, and the digits.
    static func parts(of number: Int64) -> (prefix: Int, digits: Int64) {
        let (prefix, digits) = (-(number + 1)).quotientAndRemainder(dividingBy: span)
        return (Int(prefix), digits)
    }

    /// The numbers of texts that are folded to `utf8`, by their beginnings.
    func digits(foldedTo utf8: UnsafeBufferPointer<UInt8>) -> [Int64] {
        guard let parts = Self.parts(utf8) else { return [] }
        return prefixes.indices.filter { ConditionText.fold(prefixes[$0]) == parts.prefix }
            .map { Self.number(Int64($0), parts.digits) }
    }

    /// The digits a text ends in, as a whole number would be printed, and what stands before them.
    private static func parts(_ utf8: UnsafeBufferPointer<UInt8>) -> (prefix: String, digits: Int64)? {
        var start = utf8.count
        while start > 0, utf8[start - 1] &- UInt8(ascii: "0") < 10 { start -= 1 }
        while start < utf8.count - 1, utf8[start] == UInt8(ascii: "0") { start += 1 }
        let count = utf8.count - start
        guard count <= 15, count >= (start == 0 ? 1 : leastDigits), start <= prefixLength else { return nil }
        // Of values with several parts each part is a text.
        guard !utf8[..<start].contains(0x1f) else { return nil }
        var value: Int64 = 0
        for place in start..<utf8.count { value = value * 10 + Int64(utf8[place] - UInt8(ascii: "0")) }
        return (start == 0 ? "" : String(decoding: utf8[..<start], as: UTF8.self), value)
    }

    // MARK: Texts

    private func place(of utf8: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 29) & mask
        while slots[slot] != 0, !isText(Int(slots[slot]) - 1, utf8) { slot = (slot + 1) & mask }
        return slot
    }

    /// Where a text stands, counted from 0 on.
    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }

    private func isText(_ index: Int, _ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(index)
        guard range.count == utf8.count else { return false }
        for offset in 0..<utf8.count where bytes[range.lowerBound + offset] != utf8[offset] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for index in ends.indices {
            let slot = bytes[range(index)].withUnsafeBufferPointer { place(of: $0) }
            slots[slot] = Int32(index + 1)
        }
    }

    /// Gives back the room for more texts, as when no more are expected.
    mutating func trim() {
        bytes = bytes.withUnsafeBufferPointer { Array($0) }
        ends = ends.withUnsafeBufferPointer { Array($0) }
    }

    var byteCount: Int { bytes.capacity + ends.capacity * 4 + slots.capacity * 4 }
}
