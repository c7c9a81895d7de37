import Domain
import Foundation
import TestSupport
import Testing

/// Holds the reader to Foundation's: what one takes the other takes, and both read the same.
struct JSONReaderTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random values are read as Foundation reads them`(seed: UInt64) throws {
        var maker = JSONMaker(seed: seed)
        for _ in 0..<400 {
            let text = maker.text()
            let (ours, theirs) = (try read(Array(text.utf8)), try JSON(parsing: text))
            #expect(ours == theirs, "\(text)")
        }
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `damaged texts are refused where Foundation refuses them`(seed: UInt64) throws {
        var maker = JSONMaker(seed: seed)
        var (taken, refused) = (0, 0)
        for _ in 0..<2_500 {
            let bytes = maker.damaged(Array(maker.text().utf8))
            guard !Self.differsByDesign(bytes) else { continue }
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let ours = try? read(bytes)
            if (ours == nil) != (theirs == nil) {
                let text = String(decoding: bytes, as: UTF8.self).debugDescription
                Issue.record("ours \(ours == nil ? "refuses" : "takes"): \(text)")
            }
            if ours == nil { refused += 1 } else { taken += 1 }
        }
        #expect(taken > 100 && refused > 100)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#,
        "{1:2}", #"{"a" 1}"#,
        "01", "-", "-a", "1.", ".1", "+1", "1e", "1e+", "0x1", "NaN", "Infinity", "-Infinity", "nul", "tru", "True",
        "nulll",
        "'a'", "\"a", "\"\n\"", "\"\u{1}\"", #""\x""#, #""\u12""#, #""\u12g4""#, "\"\\", "1 1", "{} {}", "/**/1", "1//",
        "\u{FEFF}1",
        #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800x""#, #""\u0000""#, "\u{a0}1", "[1}", #"{"a":1]"#,
    ])
    func `what is not JSON, or holds what cannot be kept, is refused`(text: String) {
        #expect(throws: JSONError.self) { try read(Array(text.utf8)) }
    }

    @Test(arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
        [0x22, 0xf5, 0x80, 0x80, 0x80, 0x22],
    ])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try read(bytes) }
        #expect(throws: JSONError.self) { try JSONReader.read(bytes) { try $0.raw() } }
    }

    @Test func `values nest 64 deep and no deeper`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try read(nested(64))
        #expect(throws: JSONError.self) { try read(nested(65)) }
        #expect(throws: JSONError.self) { try JSONReader.read(nested(100_000)) { try $0.skip() } }
    }

    @Test func `escapes become their characters`() throws {
        #expect(
            try read(Array(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u007f""#.utf8))
                == .text("\"\\/\u{8}\u{c}\n\r\té😀\u{7f}"))
    }

    @Test func `an error says where`() {
        let error = #expect(throws: JSONError.self) { try read(Array(#"{"a" 1}"#.utf8)) }
        #expect(error?.offset == 5)
        #expect(error?.message == "A colon is missing after a key.")
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `what is written reads back`(seed: UInt64) throws {
        var maker = JSONMaker(seed: seed)
        for _ in 0..<500 {
            let text = maker.string()
            var writer = JSONWriter()
            writer.object { $0.field("k", text) }
            let (theirs, ours) = (try JSON(parsing: writer.text), try read(writer.bytes))
            #expect(theirs == ["k": .text(text)])
            #expect(ours == ["k": .text(text)])
        }
    }

    // MARK: Parts

    private func read(_ bytes: [UInt8]) throws -> JSON { try JSONReader.read(bytes) { try Self.value(&$0) } }

    private static func value(_ reader: inout JSONReader) throws -> JSON {
        switch try reader.peek() {
        case .null:
            try reader.null()
            return .null
        case .boolean: return .boolean(try reader.boolean())
        case .number:
            let text = String(decoding: try reader.number(), as: UTF8.self)
            return .number(try #require(Double(text)))
        case .string: return .text(try reader.string())
        case .array:
            var list: [JSON] = []
            try reader.array { reader, _ in list.append(try value(&reader)) }
            return .list(list)
        case .object:
            var object: [String: JSON] = [:]
            try reader.object { reader, key in object[key.text] = try value(&reader) }
            return .object(object)
        }
    }

    /// Where the two part on purpose: U+0000, half surrogates, numbers no `Double` holds, a byte order mark; and a comma
    /// before a closing bracket, which Foundation lets pass.
    private static func differsByDesign(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return text.contains("\\u0000") || text.contains("\\ud") || text.contains("\0") || text.contains("\u{fffd}")
            || text.contains("\u{feff}") || text.contains(/e[+-]?[0-9]{3}/) || text.contains(/,\s*[}\]]/)
    }
}

/// Makes JSON texts at random, and damages them.
private struct JSONMaker {
    private var chance: Chance

    init(seed: UInt64) { chance = Chance(seed: seed) }

    mutating func text() -> String { space() + value(depth: 0) + space() }

    private mutating func value(depth: Int) -> String {
        switch chance.int(depth > 4 ? 2...6 : 0...6) {
        case 0:
            let parts = (0..<chance.int(0...4)).map { "\"k\($0)\"" + space() + ":" + space() + value(depth: depth + 1) }
            return "{" + space() + parts.joined(separator: space() + "," + space()) + space() + "}"
        case 1:
            let parts = (0..<chance.int(0...4)).map { _ in value(depth: depth + 1) }
            return "[" + space() + parts.joined(separator: "," + space()) + "]"
        case 2: return number()
        case 3: return quoted(string())
        case 4: return chance.pick(["true", "false", "null"])
        case 5: return quoted(string())
        default: return number()
        }
    }

    mutating func number() -> String {
        let whole = chance.happens(20) ? "0" : String(chance.int(1...999_999))
        let fraction = chance.happens(40) ? ".\(chance.int(0...9999))" : ""
        let exponent =
            chance.happens(20)
            ? chance.pick(["e", "E"]) + chance.pick(["", "+", "-"]) + String(chance.int(0...20)) : ""
        return (chance.happens(20) ? "-" : "") + whole + fraction + exponent
    }

    mutating func string() -> String {
        let alphabet: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "é", "e\u{301}", "漢", "😀", "👩‍👧", "\u{7f}",
            "\u{2028}",
        ]
        return String((0..<chance.int(0...12)).map { _ in chance.pick(alphabet) })
    }

    private mutating func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += chance.happens(50) ? "\\t" : "\\u0009"
            case _ where scalar.value < 0x20: result += "\\u000" + String(scalar.value, radix: 16)
            case _ where scalar.value < 0x10000 && chance.happens(30):
                let hex = String(scalar.value, radix: 16, uppercase: chance.happens(50))
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result += String(scalar)
            }
        }
        return result + "\""
    }

    private mutating func space() -> String { chance.happens(80) ? "" : chance.pick([" ", "\n", "\t", "\r\n  "]) }

    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<chance.int(1...2) where !bytes.isEmpty {
            let place = chance.int(0...bytes.count - 1)
            switch chance.int(0...3) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(chance.pick(Array(#"{}[]",:0123456789.eE+-tfn\u/ "#.utf8)), at: place)
            case 2: bytes[place] = UInt8(chance.int(0x20...0x7e))
            default: bytes.removeLast(chance.int(1...min(3, bytes.count)))
            }
        }
        return bytes
    }
}
