/// Writes JSON straight into bytes.
///
/// The caller gives keys in the order they are to stand in: sorted, so that answers are the same from run to run.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    package mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    package mutating func array(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        array(body)
    }

    /// Writes the name of the value that is written next; it must need no escapes.
    package mutating func key(_ key: StaticString) {
        key.withUTF8Buffer { name(of: $0) }
    }

    package mutating func key(_ key: String) {
        var key = key
        key.withUTF8 { name(of: $0) }
    }

    package mutating func value(_ text: String?) {
        guard var text else {
            null()
            return
        }
        separate()
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { content in
            // Most need no escapes.
            if content.contains(where: Self.needsEscape) { escape(content) } else { bytes.append(contentsOf: content) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func value(_ number: Int64) { decimal(number, places: 0) }
    package mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }

    package mutating func value(_ amount: Money?) {
        if let amount { decimal(amount.tenThousandths, places: FixedPoint.moneyPlaces) } else { null() }
    }

    package mutating func value(_ amount: Quantity?) {
        if let amount { decimal(amount.millionths, places: FixedPoint.quantityPlaces) } else { null() }
    }

    package mutating func value(_ instant: Instant?) { value(instant?.rfc3339) }
    package mutating func null() { raw("null") }

    /// Writes text that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    package mutating func field(_ key: StaticString, _ text: String?) {
        self.key(key)
        value(text)
    }

    package mutating func field(_ key: StaticString, _ number: Int64) {
        self.key(key)
        value(number)
    }

    package mutating func field(_ key: StaticString, _ flag: Bool) {
        self.key(key)
        value(flag)
    }

    package mutating func field(_ key: StaticString, _ instant: Instant?) {
        self.key(key)
        value(instant)
    }

    package mutating func field(_ key: StaticString, _ amount: Money?) {
        self.key(key)
        value(amount)
    }

    package mutating func field(_ key: StaticString, _ amount: Quantity?) {
        self.key(key)
        value(amount)
    }

    private mutating func name(of key: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func decimal(_ count: Int64, places: Int) {
        separate()
        FixedPoint.append(count, places: places, to: &bytes)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ content: UnsafeBufferPointer<UInt8>) {
        for byte in content {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0a: bytes.append(contentsOf: "\\n".utf8)
            case 0x0d: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case ..<0x20: bytes.append(contentsOf: ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
            default: bytes.append(byte)
            }
        }
    }
}
