import Domain
import Foundation
import Platform

/// A folder with files to be imported, gone with the test.
final class ImportFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "reorder-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch {}
    }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, text.utf8) }

    /// Imports one file without a mapping.
    func items(of name: String, _ kind: ImportKind = .orders) throws -> [ImportItem] {
        try items(ImportReader(paths: [path + "/" + name], kind: kind, context: .lisbon))
    }

    /// Imports the folder by a mapping.
    func items(mapping: String) throws -> [ImportItem] {
        let mapping = try ImportMapping(yaml: mapping, name: "map.yaml")
        return try items(ImportReader(paths: [path], mapping: mapping, context: .lisbon))
    }

    private func items(_ reader: ImportReader) throws -> [ImportItem] {
        var reader = reader
        var items: [ImportItem] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }
}

extension ReadingContext {
    static var lisbon: ReadingContext { ReadingContext(zone: TimeZone(identifier: "Europe/Lisbon") ?? .gmt) }
}

extension ImportItem {
    /// The item in one line: what a test compares.
    var summary: String {
        switch content {
        case .order(let order, _):
            let lines = order.lines.map { " [" + $0.map(\.summary).joined(separator: "; ") + "]" } ?? ""
            let fields = order.fields.summary
            return order.externalID + (fields.isEmpty ? "" : " " + fields) + lines
        case .receipt(let receipt):
            let lines = receipt.lines.map { " [" + $0.map(\.summary).joined(separator: "; ") + "]" } ?? ""
            return "\(receipt.externalID) \(receipt.fields.summary)\(lines)"
        case .customer(let patch): return patch.summary
        case .product(let patch): return "\(patch.externalID) \(patch.fields.summary)"
        case .json(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .refused(let reason): return "line \(line) refused: \(reason)"
        }
    }

    var order: OrderPatch? { if case .order(let order, _) = content { order } else { nil } }
    var customer: CustomerPatch? { if case .order(_, let customer) = content { customer } else { nil } }
    var refusal: String? { if case .refused(let reason) = content { reason } else { nil } }
    var rawText: String { String(decoding: raw, as: UTF8.self) }
}

extension LinePatch {
    fileprivate var summary: String { "\(externalID) \(fields.summary)" }
}

extension CustomerPatch {
    var summary: String { "\(externalID) \(fields.summary)" }
}

extension FieldPatch {
    fileprivate var summary: String {
        entries.compactMap { entry in entry.value.map { "\(entry.field.path)=\($0.plain)" } }.joined(separator: " ")
    }
}

extension String {
    /// The text in UTF-16, without a byte order mark.
    func utf16Bytes(isBigEndian: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in utf16 {
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
            bytes += isBigEndian ? [high, low] : [low, high]
        }
        return bytes
    }
}

/// Gzip without compression: enough to be read, and its damages can be placed.
enum StoredGzip {
    static func member(_ content: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            bytes.append(rest.isEmpty ? 1 : 0)
            bytes += littleEndian(UInt32(block.count) | ~UInt32(block.count) << 16)
            bytes += block
        } while !rest.isEmpty
        return bytes + littleEndian(checksum(content)) + littleEndian(UInt32(content.count))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func checksum(_ content: some Collection<UInt8>) -> UInt32 {
        ~content.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }
}
