import Database
import Domain
import Foundation
import Logging
import Platform
import TestSupport
import Testing

struct ExportTests {
    private static let readCSV = """
        import csv, json, sys
        with open(sys.argv[1], newline="", encoding=sys.argv[3]) as file:
            print(json.dumps(list(csv.reader(file, delimiter=sys.argv[2], strict=True))))
        """

    private static let readXLSX = """
        import json, sys, openpyxl
        book = openpyxl.load_workbook(sys.argv[1])
        rows = lambda sheet: [[cell.value if not hasattr(cell.value, "isoformat") else cell.value.isoformat() for cell in row] for row in sheet.iter_rows()]
        kinds = lambda sheet: sorted({cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None})
        print(json.dumps([{"name": sheet.title, "rows": rows(sheet), "kinds": kinds(sheet)} for sheet in book]))
        """

    /// Texts that are hard to write down, each of which must come back as it was.
    private static let hard = [
        "plain", "a,b;c\td", "say \"hi\"", "two\nlines\r\n", " spaces ", "é 漢字 😀", "-12.50", "+351912345678", "0012",
        "a=b",
    ]
    private static let formulas = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "-", "=cmd|' /C calc'!A0, \"x\""]

    private func shop(_ texts: [String]) async throws -> Services {
        let services = try await Services.test(
            project: .sample(timeZoneName: "Europe/Lisbon", createsUnknownCustomers: true))
        let day = Instant(milliseconds: 1_720_000_000_000)
        for (index, text) in texts.enumerated() {
            var patch = OrderPatch.sample(
                "o-\(index)", date: day.adding(seconds: Int64(index)), sum: index,
                statuses: [.payment: index % 2 == 0 ? "paid" : "refunded"],
                lines: [.sample("1", product: "p-1", count: 2), .sample("2", product: "p-2", price: 7)]
            )
            patch.fields.set(.deliveryNote, .text(text))
            patch.fields.set(.paymentDiscount, .money(Money(tenThousandths: -12_3400)))
            _ = try await services.orders.register(patch, by: .test)
        }
        return services
    }

    private func request(
        _ columns: [String], _ format: ExportFormat = .csv, _ object: ExportObject = .orders
    ) -> ExportRequest {
        var request = ExportRequest(object, format)
        request.columns = columns
        return request
    }

    @Test(
        .enabled(if: Python.isHere, "Set REORDER_TEST_PYTHON, as Scripts/test.sh does."),
        arguments: ExportSeparator.allCases, [false, true]
    )
    func `Python reads a CSV as it was meant`(_ separator: ExportSeparator, _ hasMark: Bool) async throws {
        let services = try await shop(Self.hard + Self.formulas)
        let directory = try TemporaryDirectory()
        var request = request(["external_id", "delivery.note", "payment.discount", "date", "payment.status_code"])
        (request.separator, request.hasByteOrderMark) = (separator, hasMark)
        let path = directory.path + "/orders.csv"
        #expect(try await services.exports.write(request, to: path) == Int64(Self.hard.count + Self.formulas.count))
        let delimiter = String(decoding: [separator.byte], as: UTF8.self)
        let rows = try Python.run(Self.readCSV, path, delimiter, hasMark ? "utf-8-sig" : "utf-8").list
        #expect(rows.first?.list.compactMap(\.text) == request.columns)
        let notes = rows.dropFirst().map { $0[1]?.text ?? "" }
        #expect(notes == Self.hard + Self.formulas.map { "'" + $0 })
        #expect(rows[1].list.compactMap(\.text) == ["o-0", "plain", "-12.34", "2024-07-03T09:46:40.000Z", "paid"])
    }

    @Test(.enabled(if: Python.isHere, "Set REORDER_TEST_PYTHON, as Scripts/test.sh does."))
    func `openpyxl reads a workbook with several sheets`() async throws {
        let services = try await shop(Self.hard + Self.formulas)
        let directory = try TemporaryDirectory()
        let path = directory.path + "/orders.xlsx"
        let request = request(["external_id", "delivery.note", "payment.discount", "date", "items_sum"], .xlsx)
        _ = try await services.exports.write(request, to: path, rowsPerSheet: 11)
        let sheets = try Python.run(Self.readXLSX, path).list
        #expect(sheets.map { $0["name"]?.text } == ["Orders", "Orders 2"])
        // Not one formula among the kinds of cells: texts, numbers, dates.
        #expect(sheets.allSatisfy { $0["kinds"] == ["d", "n", "s"] })
        let rows = sheets.flatMap { $0["rows"]?.list.dropFirst() ?? [] }
        let notes = rows.map { $0[1]?.text ?? "" }
        // openpyxl has one kind of end of line.
        #expect(notes == (Self.hard + Self.formulas).map { $0.replacing("\r\n", with: "\n") })
        #expect(rows[0][2]?.number == -12.34)
        #expect(rows[0][3]?.text == "2024-07-03T10:46:40")
        #expect(rows[3][4]?.number == 3)
    }

    @Test func `an export of lines goes over pages, and NDJSON is nested as the API has it`() async throws {
        let services = try await shop((0..<2500).map { "note \($0)" })
        let directory = try TemporaryDirectory()
        let path = directory.path + "/lines.ndjson"
        let lines = request(["external_id", "items.external_id", "delivery.status_code"], .ndjson, .orderLines)
        #expect(try await services.exports.write(lines, to: path) == 5000)
        let text = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let keys = text.map { $0.split(separator: "\"") }.map { "\($0[3]) \($0[7])" }
        #expect(keys == (0..<2500).flatMap { ["o-\($0) 1", "o-\($0) 2"] })
        let orders = request(["external_id", "payment.status_code", "payment.discount", "items_sum"], .ndjson)
        #expect(try await services.exports.write(orders, to: path) == 2500)
        let first = try JSON(
            parsing: String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")[1].description)
        #expect(
            first == [
                "external_id": "o-1", "payment": ["status_code": "refunded", "discount": -12.34], "items_sum": 1,
            ])
    }

    private static let filters: [[String: String]] = [
        ["payment.status_code": "paid"], ["q": "o-3"], ["total_from": "8"], ["client_external_id": "?"],
        ["date_from": "2024-07-03T09:46:42Z", "date_to": "2024-07-03T09:46:44Z"], ["unit": "nowhere"],
        ["client_external_id": "c-1", "payment.status_code": "refunded,paid"], ["payment.status_code": "unheard-of"],
    ]
    private static let counts: [Int64] = [5, 1, 2, 0, 3, 0, 10, 0]

    @Test(arguments: zip(filters, counts))
    func `an export has the rows of the list`(_ filters: [String: String], _ count: Int64) async throws {
        let services = try await shop((0..<10).map { "note \($0)" })
        let directory = try TemporaryDirectory()
        for object in [ExportObject.orders, .orderLines] {
            var request = ExportRequest(object)
            request.filters = filters
            let rows = try await services.exports.write(request, to: directory.path + "/\(object).csv")
            #expect(rows == (object == .orders ? count : count * 2))
        }
        let query = try OrderQuery(filters: filters, services.references.current.reading)
        #expect(try services.orders.list(query, place: .offset(0), limit: 1, withLines: false).total == Int(count))
        #expect(try OrderQuery(filters: query.filters, services.references.current.reading) == query)
    }

    @Test func `every column of every object can be exported`() async throws {
        let services = try await shop(["a", "b"])
        _ = try await services.products.register([.success(ProductPatch(externalID: "p-1"))])
        var receipt = ReceiptPatch(externalID: "r-1")
        receipt.customerExternalID = .set("c-1")
        receipt.lines = [ReceiptLinePatch(externalID: "1"), ReceiptLinePatch(externalID: "2")]
        _ = try await services.receipts.register(receipt, by: .test)
        let directory = try TemporaryDirectory()
        for object in ExportObject.allCases {
            for format in ExportFormat.allCases {
                let columns = services.exports.columns(of: object).map(\.path)
                let path = directory.path + "/all.\(format)"
                let rows = try await services.exports.write(request(columns, format, object), to: path)
                let expected: [ExportObject: Int64] = [
                    .orders: 2, .orderLines: 4, .customers: 1, .products: 1, .receipts: 1, .receiptLines: 2,
                ]
                #expect(rows == expected[object], "\(object) \(format)")
            }
        }
    }

    @Test func `what is wrong with a request is said by place`() async throws {
        let services = try await Services.test()
        var request = request(["number", "nonsense", "number"])
        request.filters = ["colour": "red"]
        #expect {
            try services.exports.checked(request)
        } throws: { error in
            (error as? Faults)?.all.map { "\($0.pointer) \($0.code)" } == [
                "/data/attributes/columns/1 unknown_column", "/data/attributes/columns/2 duplicate_column",
                "/data/attributes/filter unknown_filter",
            ]
        }
    }

    @Test func `an exported CSV imports as it was`() async throws {
        let services = try await shop(["first", "second"])
        let directory = try TemporaryDirectory()
        let path = directory.path + "/orders.csv"
        _ = try await services.exports.write(ExportRequest(.orders), to: path)
        let reader = try ImportReader(paths: [path], context: services.references.current.reading)
        let run = try await services.imports.run(reader, source: "test", fingerprint: "x") { _, _ in }
        #expect((run.created, run.updated, run.unchanged, run.refused) == (0, 0, 2, 0))
    }
}
