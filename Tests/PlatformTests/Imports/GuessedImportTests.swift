import Domain
import Foundation
import Platform
import Testing

@Suite struct GuessedImportTests {
    private let folder: ImportFolder

    init() throws { folder = try ImportFolder() }

    @Test func `the paths of the API are columns`() throws {
        let paths = OrderField.allCases.map(\.path)
        let row = "1" + String(repeating: ",", count: paths.count)
        try folder.write("orders.csv", "external_id,\(paths.joined(separator: ","))\n\(row)\n")
        var reader = try ImportReader(paths: [folder.path + "/orders.csv"], context: .lisbon)
        let order = try #require(try reader.next()?.order)
        #expect(order.fields.entries.map(\.field) == OrderField.allCases)
        #expect(reader.guesses.map(\.path) == ["external_id"] + paths)
    }

    @Test func `columns are known by the names that shops use, and others are left out`() throws {
        try folder.write(
            "orders.csv",
            """
            Order ID;Customer ID;Created At;Status;Total Price;Shipping City;Foo;email
            1;c-1;2024-07-03 17:30:22;paid;12.50;Porto;x;ana@example.com

            """
        )
        var reader = try ImportReader(paths: [folder.path + "/orders.csv"], context: .lisbon)
        let item = try #require(try reader.next())
        let order = try #require(item.order)
        #expect(item.summary == "1 payment.total=12.5 delivery.city=Porto")
        #expect(order.customerExternalID == .set("c-1"))
        #expect(order.date == .set(Instant(milliseconds: 1_720_024_222_000)))
        #expect(order.statuses == [.general: .set("paid")])
        #expect(item.customer?.summary == "c-1 email=ana@example.com")
        #expect(reader.guesses.last { $0.path == nil }?.column == "Foo")
    }

    @Test func `rows of one order that stand together are its lines`() throws {
        try folder.write(
            "orders.csv",
            """
            order_id,total,items.external_id,product_id,qty,price
            1,30,a,shirt,1,10
            1,,b,hat,2,10
            2,0,,,,
            3,5,,sock,1,5

            """
        )
        let items = try folder.items(of: "orders.csv")
        #expect(
            items.map(\.summary) == [
                "1 payment.total=30 [a product_external_id=shirt cnt=1 price=10; "
                    + "b product_external_id=hat cnt=2 price=10]",
                "2 payment.total=0 []",
                "3 payment.total=5 [1 product_external_id=sock cnt=1 price=5]",
            ]
        )
        #expect(items[0].rawText == "1,30,a,shirt,1,10\n1,,b,hat,2,10")
    }

    @Test func `rows of an order that come later are refused, since they would replace its lines`() throws {
        try folder.write("orders.csv", "order_id,product_id\n1,a\n2,b\n1,c\n")
        let items = try folder.items(of: "orders.csv")
        #expect(items.compactMap(\.order?.externalID) == ["1", "2"])
        #expect(items[2].refusal?.contains("Sort the file by it") == true)
    }

    @Test func `all that is wrong with a row is said at once`() throws {
        try folder.write("orders.csv", "order_id,date,total,status,qty\n1,yesterday,1.2.3,so so,-1\n")
        let reason = try #require(try folder.items(of: "orders.csv").first?.refusal)
        #expect(reason.contains("date: This must be a moment"))
        #expect(reason.contains("payment.total: This must be a number"))
        #expect(reason.contains("“so so” cannot be a status's code"))
        #expect(reason.contains("line 2: cnt: This must be 0 or more"))
    }

    @Test(arguments: [
        (ImportKind.customers, "customer_id,First Name,city\nc-1,Ana,Porto\n", "c-1 first_name=Ana city=Porto"),
        (.products, "sku,id,title,price\nS1,p-1,Hat,9.90\n", "p-1 sku=S1 name=Hat price=9.9"),
    ])
    func `customers and products are read too`(kind: ImportKind, text: String, expected: String) throws {
        try folder.write("rows.csv", text)
        #expect(try folder.items(of: "rows.csv", kind).map(\.summary) == [expected])
    }

    @Test func `several files are read one after another, with the progress of all`() throws {
        let first = try folder.write("1.csv", "order_id\n1\n")
        let second = try folder.write("2.ndjson", "{\"external_id\":\"2\"}\n")
        var reader = try ImportReader(paths: [first, second], context: .lisbon)
        #expect(try reader.next()?.summary == "1")
        #expect(try reader.next()?.summary == "{\"external_id\":\"2\"}")
        #expect(try reader.next()?.summary == nil)
        #expect(reader.progress == ImportProgress(bytesRead: 31, bytesTotal: 31, rows: 2))
    }
}
