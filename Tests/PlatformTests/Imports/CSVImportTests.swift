import Domain
import Foundation
import Platform
import Testing

@Suite struct CSVImportTests {
    private let folder: ImportFolder

    init() throws { folder = try ImportFolder() }

    private static let text = "external_id,unit\n1,Café ação\n2,🛍️ Łódź\n"
    private static let read = ["1 unit=Café ação", "2 unit=🛍️ Łódź"]

    private static let encodings: [(String, [UInt8])] = [
        ("UTF-8", Array(text.utf8)),
        ("UTF-8 with a mark", [0xef, 0xbb, 0xbf] + text.utf8),
        ("UTF-16, little end first", [0xff, 0xfe] + text.utf16Bytes()),
        ("UTF-16, big end first", [0xfe, 0xff] + text.utf16Bytes(isBigEndian: true)),
        ("gzip", StoredGzip.member(text.utf8)),
        ("padded gzip", StoredGzip.member(text.utf8) + [0, 0, 0]),
        ("gzip in two members", StoredGzip.member(text.utf8.prefix(23)) + StoredGzip.member(text.utf8.dropFirst(23))),
    ]

    @Test(arguments: encodings)
    func `a file is read in every encoding`(name: String, bytes: [UInt8]) throws {
        try folder.write("orders.csv", bytes)
        #expect(try folder.items(of: "orders.csv").map(\.summary) == Self.read)
    }

    private static let unreadable: [(String, [UInt8], String)] = [
        ("UTF-16 without a mark", text.utf16Bytes(), "Save it as UTF-8"),
        ("UTF-32", [0xff, 0xfe, 0, 0, 0x65, 0, 0, 0], "Save it as UTF-8"),
        ("Excel", [0x50, 0x4b, 3, 4, 20, 0, 6, 0], "save it as “CSV UTF-8”"),
        ("a header that is not UTF-8", Array("external_id,".utf8) + [0xe9, 0x0a], "The header is not UTF-8"),
        ("a header without names", Array(",\n1,2\n".utf8), "must name the columns"),
        ("no identifier", Array("foo,bar\n1,2\n".utf8), "name one “external_id”, or write a mapping"),
    ]

    @Test(arguments: unreadable)
    func `a file that cannot be read says how to mend it`(name: String, bytes: [UInt8], message: String) throws {
        try folder.write("orders.csv", bytes)
        let error = try #require(throws: ImportError.self) { try folder.items(of: "orders.csv") }
        #expect(error.description.contains(message))
    }

    @Test(arguments: [
        ("quotes", "external_id,unit\n\"1\",\"a, \"\"b\"\"\"\n", ["1 unit=a, \"b\""]),
        ("a quote within a value", "external_id,unit\n1,5\" pipe\n", ["1 unit=5\" pipe"]),
        ("semicolons", "external_id;unit\n1;a,b\n", ["1 unit=a,b"]),
        ("tabs", "external_id\tunit\n1\ta;b\n", ["1 unit=a;b"]),
        ("a separator in a quoted header", "external_id,\"a;b;c;d\",unit\n1,x,y\n", ["1 unit=y"]),
        ("CRLF", "external_id,unit\r\n1,a\r\n2,b\r\n", ["1 unit=a", "2 unit=b"]),
        ("CR", "external_id,unit\r1,a\r2,b\r", ["1 unit=a", "2 unit=b"]),
        ("no end of line", "external_id,unit\n1,a\n2,b", ["1 unit=a", "2 unit=b"]),
        ("a quote at the very end", "external_id,unit\n1,\"a\"", ["1 unit=a"]),
        ("an empty value at the very end", "external_id,unit\n1,", ["1"]),
        ("blank lines", "external_id,unit\n\n1,a\n\n\n2,b\n\n", ["1 unit=a", "2 unit=b"]),
        ("a header alone", "external_id,unit\n", []),
        (
            "lines in quotes", "external_id,delivery.note\n1,\"a\nb\"\n2,c\n",
            ["1 delivery.note=a\nb", "2 delivery.note=c"]
        ),
    ])
    func `CSV is read as shops write it`(name: String, text: String, expected: [String]) throws {
        try folder.write("orders.csv", text)
        #expect(try folder.items(of: "orders.csv").map(\.summary) == expected)
    }

    @Test(arguments: [
        ("too few columns", "1,a,b\n", "has 3 columns, the header 2"),
        ("text behind a quote", "1,\"a\"b\n", "Double the quotes within a text"),
        ("an open quote", "1,\"a\n", "never closed"),
        ("an empty identifier", ",a\n", "external_id: This is empty"),
        ("a control character", "1,a\u{1}b\n", "delivery.note: This holds a control character"),
    ])
    func `a broken row in the middle is refused, and the rows around it are read`(
        name: String, row: String, reason: String
    ) throws {
        try folder.write("orders.csv", "external_id,delivery.note\n7,\"a\nb\"\n8,x\n\(row)9,\"y\"\n")
        let items = try folder.items(of: "orders.csv")
        let refused = try #require(items.first { $0.refusal != nil })
        #expect(refused.refusal?.contains(reason) == true)
        #expect(refused.line == 5)
        #expect(refused.rawText + "\n" == row)
        #expect(items.suffix(2).map(\.summary).contains("9 delivery.note=y"))
        #expect(items.compactMap(\.order?.externalID).contains("8"))
    }

    @Test func `a row that is not UTF-8 is refused with its column, alone`() throws {
        let bytes = Array("external_id,unit\n1,a\n2,caf".utf8) + [0xe9, 0x0a] + Array("3,c\n".utf8)
        try folder.write("orders.csv", bytes)
        let reason =
            "Column “unit” is not UTF-8, at byte 6 of the row. "
            + "Save the file as UTF-8, and import it again."
        #expect(
            try folder.items(of: "orders.csv").map(\.summary) == ["1 unit=a", "line 3 refused: \(reason)", "3 unit=c"]
        )
    }

    @Test func `half a character of UTF-16 spoils its row only`() throws {
        var bytes = "external_id,unit\n1,a\n2,b!\n3,c\n".utf16Bytes()
        let mark = try #require(bytes.firstIndex(of: UInt8(ascii: "!")))
        (bytes[mark], bytes[mark + 1]) = (0x3d, 0xd8)
        try folder.write("orders.csv", [0xff, 0xfe] + bytes)
        let items = try folder.items(of: "orders.csv")
        #expect(items.map { $0.order?.externalID } == ["1", nil, "3"])
        #expect(items[1].refusal?.contains("“unit”") == true)
    }

    /// Rows that take more memory than one may; made when wanted, since their text would fill the report.
    enum HugeRow: CaseIterable {
        case value, quotedValue, openQuote

        var text: String {
            switch self {
            case .value: "2," + String(repeating: "x", count: 3_000_000)
            case .quotedValue: "2,\"" + String(repeating: "x", count: 3_000_000) + "\""
            case .openQuote: "2,\"x\n" + String(repeating: "5,x\n", count: 400_000) + "5,x"
            }
        }

        var reason: String { self == .openQuote ? "never closed" : "longer than 1 MB" }
    }

    @Test(arguments: HugeRow.allCases)
    func `a row of more than a megabyte is refused, and reading goes on`(row: HugeRow) throws {
        try folder.write("orders.csv", "external_id,unit\n1,a\n\(row.text)\n3,\"c\"\n")
        let items = try folder.items(of: "orders.csv")
        #expect(items.first?.summary == "1 unit=a")
        #expect(items.last?.summary == "3 unit=c")
        #expect(items[1].line == 3)
        #expect(items[1].refusal?.contains(row.reason) == true)
        #expect(items[1].raw.count <= 1000)
        #expect(items.filter { $0.refusal != nil }.count == 1)
    }

    @Test func `rows are the same wherever chunks end`() throws {
        // Rows of growing length put quotes, doubled quotes, line ends and accents on every border between chunks.
        let rows = (1...3000).map { "\($0),\"\(String(repeating: "é\"\"\r\n", count: $0 % 97))\"\r\n" }
        let bytes = Array(("external_id,delivery.note\r\n" + rows.joined()).utf8)
        try folder.write("orders.csv", bytes)
        try folder.write("orders.csv.gz", StoredGzip.member(bytes))
        let items = try folder.items(of: "orders.csv")
        #expect(items.count == 3000)
        #expect(items.allSatisfy { $0.refusal == nil })
        #expect(items.map(\.rawText) == rows.map { String(decoding: $0.utf8.dropLast(2), as: UTF8.self) })
        #expect(try folder.items(of: "orders.csv.gz").map(\.summary) == items.map(\.summary))
    }
}
