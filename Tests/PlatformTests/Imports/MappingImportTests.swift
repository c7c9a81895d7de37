import Domain
import Foundation
import Platform
import Testing

@Suite struct MappingImportTests {
    private let folder: ImportFolder

    init() throws {
        folder = try ImportFolder()
        try folder.write(
            "orders.csv",
            """
            no;who;state;placed;sent;goods;carriage
            1;c-1;S;2024-07-03 17:30:22;2024-07-04 09:00;10,50;2,00
            2;c-2;?;2024-07-05;;7,00;

            """
        )
        try folder.write(
            "lines.csv", "order,line,product,price\n2,1,hat,3.00\n1,1,shirt,4.25\n1,2,\"sock \"\"L\"\"\",1.00\n"
        )
        try folder.write("paid.csv", "order,how,value\n1,cash,1.00\n1,card,5\n1,card,0.25\n1,voucher,2\n")
        try folder.write("people.csv", "id,town\nc-1,Porto\n")
    }

    /// A mapping whose only other attribute is `unit`, which takes any text.
    private static func mapping(_ value: String, more: String = "") -> String {
        """
        file: orders.csv
        files:
          lines: {file: lines.csv, key: order, to: no}
          paid: {file: paid.csv, key: order, to: no}
          person: {file: people.csv, key: id, to: who}
        order:
          external_id: no
          unit: \(value)
        \(more)
        """
    }

    @Test(
        arguments: [
            ("who", "c-1", "c-2"),
            ("{column: who}", "c-1", "c-2"),
            ("person.town", "Porto", nil),
            ("{const: 007}", "007", "007"),
            ("{first_of: [person.town, {const: nowhere}]}", "Porto", "nowhere"),
            ("{column: person.town, default: nowhere}", "Porto", "nowhere"),
            ("{sum: [lines.price, lines.line]}", "8.25", "4"),
            ("{sum: paid.value}", "8.25", nil),
            ("{sum: paid.value, where: {how: [card, cash]}}", "6.25", nil),
            ("{sum: paid.value, where_not: {how: voucher}}", "6.25", nil),
            ("{count: lines}", "2", "1"),
            ("{count: paid, where: {how: card}}", "2", "0"),
            ("{distinct: paid.how}", "cash,card,voucher", nil),
            ("{distinct: paid.how, largest_first: value}", "card,voucher,cash", nil),
            ("{column: state, map: {S: sent}, default: other}", "sent", "other"),
            ("{const: yes, when: sent}", "yes", nil),
        ] as [(String, String, String?)])
    func `a value comes from where the mapping says`(value: String, first: String, second: String?) throws {
        let items = try folder.items(mapping: Self.mapping(value))
        func unit(_ item: ImportItem) -> String? { item.order?.fields.entries.last?.value?.plain }
        #expect(items.map(\.refusal) == [nil, nil])
        #expect(items.map(unit) == [first, second])
    }

    @Test func `a whole mapping makes orders with lines, history and person`() throws {
        let items = try folder.items(
            mapping: """
                file: orders.csv
                decimal: comma
                files:
                  lines: {file: lines.csv, key: order, to: no}
                  person: {file: people.csv, key: id, to: who}
                order:
                  external_id: no
                  client_external_id: who
                  date: placed
                  delivery:
                    date: sent
                    status_code: {const: shipped, when: sent}
                  payment.total: {sum: [goods, carriage]}
                  metadata: {state: state}
                lines:
                  each: lines
                  external_id: line
                  product_external_id: product
                history:
                  - {code: created, at: placed}
                  - {type: delivery, code: shipped, at: sent}
                customer:
                  city: person.town
                """
        )
        let order = try #require(items.first?.order)
        #expect(
            items.map(\.summary) == [
                "1 delivery.date=2024-07-04 payment.total=12.5 "
                    + "[1 product_external_id=shirt; 2 product_external_id=sock \"L\"]",
                "2 payment.total=7 [1 product_external_id=hat]",
            ]
        )
        #expect(order.customerExternalID == .set("c-1"))
        #expect(order.date == .set(Instant(milliseconds: 1_720_024_222_000)))
        #expect(order.metadata == .set(#"{"state":"S"}"#))
        #expect(order.past.map(\.code) == ["created", "shipped"])
        #expect(order.past.last?.at == Instant(milliseconds: 1_720_080_000_000))
        #expect(items.map { $0.customer?.summary } == ["c-1 city=Porto", "c-2 "])
        #expect(items[1].order?.past.map(\.code) == ["created"])
        #expect(items[1].order?.statuses == [.delivery: .clear])
    }

    @Test func `a value that the table does not have refuses its row`() throws {
        let items = try folder.items(mapping: Self.mapping("{column: state, map: {S: sent}}"))
        #expect(items[0].order?.externalID == "1")
        #expect(items[1].refusal == "unit: “?” is not in the “map”. Add it there, or a “default” for all that are not.")
    }

    @Test func `a bad row of a joined file is refused, and a bad value names its line`() throws {
        try folder.write("paid.csv", "order,how,value\n1,cash\n1,cash,1.00\n2,card,free\n")
        let items = try folder.items(mapping: Self.mapping("{sum: paid.value}"))
        #expect(items.map(\.line) == [2, 2, 3])
        #expect(items[0].refusal?.contains("has 2 columns, the header 3") == true)
        #expect(items[0].file.hasSuffix("/paid.csv"))
        #expect(items[1].summary == "1 unit=1")
        #expect(items[2].refusal == "unit: “paid”, line 4: This must be a number, without quotes.")
    }

    @Test func `a line without an order is refused, not lost`() throws {
        try folder.write("lines.csv", "order,line\n1,1\n9,1\n9,2\n2,1\n")
        let items = try folder.items(mapping: Self.mapping("who", more: "lines: {each: lines, external_id: line}"))
        #expect(items.map(\.line) == [2, 3, 3, 4])
        #expect(items[2].rawText == "9,1")
        #expect(items[2].refusal?.contains("has no row with no “9”: add it there") == true)
    }

    @Test(
        arguments: [
            ("file: orders.csv\norder:\n  external_id: no\n  totl: goods", 4, "“totl” is not an attribute"),
            ("file: orders.csv\norders:\n  external_id: no", 2, "“orders” is not understood in the mapping"),
            ("file: orders.csv\norder:\n  external_id: number", 3, "has no column “number”; it has: no, who"),
            (
                "file: orders.csv\norder:\n  external_id: no\n  unit: {sum: paid.value}", 4,
                "names no column and no file"
            ),
            (
                "file: orders.csv\norder:\n  external_id: no\n  unit: {summ: goods}", 4,
                "“summ” is not understood in a value"
            ),
            ("file: orders.csv\norder:\n  external_id: no\n  unit: {sum: []}", 4, "names no column"),
            ("file: orders.csv\norder:\n  external_id: no\n  unit: {const: a, column: b}", 4, "exactly one of"),
            ("file: orders.csv\norder:\n  unit: who", 3, "“external_id” is missing"),
            ("order:\n  external_id: no", 1, "“file” is missing"),
            ("file: orders.csv\norder: {external_id: no}\nhistory: [{code: a b, at: no}]", 3, "A status's code"),
            ("file: orders.csv\norder: {external_id: no\n", 3, "This is not YAML"),
            ("file: orders.csv\nfile: orders.csv\norder: {external_id: no}", 1, "a key stands twice: file"),
            ("file: nowhere.csv\norder: {external_id: no}", nil, "“nowhere.csv” is not among the files"),
        ] as [(String, Int?, String)])
    func `a mapping that is wrong says where`(yaml: String, line: Int?, message: String) throws {
        let error = try #require(throws: ImportError.self) { try folder.items(mapping: yaml) }
        #expect(error.line == line)
        #expect(error.file == "map.yaml")
        #expect(error.message.contains(message))
    }

    @Test func `a file that was named and is not in the mapping is an error`() throws {
        let mapping = try ImportMapping(yaml: "{file: orders.csv, order: {external_id: no}}", name: "map.yaml")
        let paths = ["orders.csv", "paid.csv"].map { folder.path + "/" + $0 }
        let error = try #require(throws: ImportError.self) {
            try ImportReader(paths: paths, mapping: mapping, context: .lisbon)
        }
        #expect(error.file?.hasSuffix("/paid.csv") == true)
        #expect(error.message.contains("does not name this file"))
    }
}
