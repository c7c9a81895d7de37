import Domain
import Foundation
import Platform
import Testing

@Suite struct GzipImportTests {
    private let folder: ImportFolder

    init() throws { folder = try ImportFolder() }

    private static let rows = "external_id\n" + (100_000..<200_000).map { "\($0)\n" }.joined()

    /// Damages the compressed rows.
    enum Damage: String, CaseIterable {
        case cutOff = "ends too early"
        case changed = "is damaged"
        case followed = "something behind its end"

        func applied(to gzip: [UInt8]) -> [UInt8] {
            switch self {
            case .cutOff: return Array(gzip.dropLast(350_000))
            case .changed:
                var gzip = gzip
                gzip[gzip.count - 8] ^= 1
                return gzip
            case .followed: return gzip + Array("more".utf8)
            }
        }
    }

    @Test(arguments: [(Damage.cutOff, 40_000...55_000), (.changed, 100_000...100_000), (.followed, 100_000...100_000)])
    func `a damaged file gives the rows before the damage, then says how many`(
        damage: Damage, expected: ClosedRange<Int>
    ) throws {
        let file = try folder.write("orders.csv.gz", damage.applied(to: StoredGzip.member(Array(Self.rows.utf8))))
        var reader = try ImportReader(paths: [file], context: .lisbon)
        var count = 0
        let error = try #require(throws: ImportError.self) {
            while let item = try reader.next() {
                #expect(item.order?.externalID == "\(100_000 + count)")
                count += 1
            }
        }
        #expect(expected.contains(count))
        #expect(error.rowsBefore == count)
        #expect(error.description.contains(damage.rawValue))
        #expect(error.description.contains("\(count) rows could be read before that"))
    }

    @Test func `a joined file that is damaged stops the import before it begins`() throws {
        try folder.write("orders.csv", "id\n1\n")
        try folder.write("lines.csv.gz", StoredGzip.member(Array("id,line\n1,2\n".utf8)).dropLast(6))
        let error = try #require(throws: ImportError.self) {
            try folder.items(
                mapping: "{file: orders.csv, files: {lines: {file: lines.csv, key: id}}, order: {external_id: id}}"
            )
        }
        #expect(error.kind == .damage)
        #expect(error.rowsBefore == 1)
    }
}
