import Domain
import Platform
import Synchronization
import TestSupport
import Testing

/// Receipts from files: NDJSON, and CSV with a row a receipt or a row a line.
struct ReceiptImportTests {
    private func imported(
        _ name: String, _ text: String, fields: [CustomFieldPatch] = [], mapping: String? = nil
    ) async throws -> (Services, ImportRun, [String]) {
        let folder = try ImportFolder()
        let path = try folder.write(name, text)
        let services = try await Services.test()
        for field in fields { _ = try await services.fields.create(field) }
        _ = try await services.customers.register([.success(.sample("c-1"))], by: .test)
        let mapping = try mapping.map { try ImportMapping(yaml: $0, name: "map.yaml", fields: services.fields.book) }
        let reader = try ImportReader(
            paths: [path], kind: mapping == nil ? .receipts : nil, mapping: mapping,
            context: services.references.current.reading
        )
        let reasons = Reasons()
        let run = try await services.imports.run(reader, source: name, fingerprint: name) { _, refused in
            reasons.add(refused.map(\.reason))
        }
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
        return (services, run, reasons.all)
    }

    @Test func `lines of JSON are receipts as the API takes them`() async throws {
        let (services, run, reasons) = try await imported(
            "receipts.ndjson",
            """
            {"external_id":"r-1","client_external_id":"c-1","sum":5,"items":[{"cnt":1}]}
            {"external_id":"r-2","client_external_id":"nobody"}
            {"external_id":"r-1","client_external_id":"c-1","sum":5,"items":[{"cnt":1}]}
            """
        )
        #expect((run.created, run.unchanged, run.refused) == (1, 1, 1))
        #expect(reasons[0].contains("no customer “nobody”"))
        #expect(services.receipts.count == 1)
    }

    @Test func `rows below each other with one id are the lines of one receipt`() async throws {
        let (services, run, reasons) = try await imported(
            "receipts.csv",
            """
            receipt_id,client_external_id,date,total,till,product_id,qty,line_total
            r-1,c-1,2026-02-01,12.5,Till 1,p-1,2,10
            r-1,c-1,2026-02-01,12.5,Till 1,p-2,1,2.5
            r-2,c-1,2026-02-02,many,Till 1,,,
            """
        )
        #expect((run.created, run.refused) == (1, 1))
        #expect(reasons.count == 1)
        let receipt = try services.receipts.receipt("r-1").receipt
        #expect(receipt.fields.money(.sum) == Money(tenThousandths: 125_000))
        #expect(receipt.fields.text(.unit) == "Till 1")
        #expect(receipt.lines.map { $0.fields.text(.product) } == ["p-1", "p-2"])
        #expect(receipt.lines[0].fields.money(.sum) == .units(10))
    }

    @Test func `custom fields of receipts and their lines are columns like any other`() async throws {
        let (services, run, reasons) = try await imported(
            "receipts.csv",
            """
            Receipt ID,client id,cashier,score,sku,items.size,metadata.shift
            r-1,c-1,Ana,2.5,p-1,XL,late
            r-1,c-1,Ana,2.5,p-2,S,late
            r-2,c-1,Rui,high,p-1,L,
            """,
            fields: [
                .sample(.receipt, "cashier", .string), .sample(.receipt, "score", .decimal),
                .sample(.receiptLine, "size", .choice, choices: ["S", "XL"]),
                .sample(.receipt, "shift", .string, metadataPath: "shift"),
            ]
        )
        #expect((run.created, run.refused) == (1, 1))
        #expect(reasons.first?.contains("score: This must be a number") == true)
        #expect(reasons.first?.contains("size: ") == true)
        let book = services.fields.book
        let receipt = try services.receipts.receipt("r-1").receipt
        #expect(try receipt.custom[#require(book.custom(.receipt, code: "cashier"))] == .text("Ana"))
        #expect(try receipt.custom[#require(book.custom(.receipt, code: "shift"))] == .text("late"))
        let size = try #require(book.custom(.receiptLine, code: "size"))
        #expect(receipt.lines.map { $0.custom[size] } == [.text("XL"), .text("S")])
    }

    @Test func `a mapping makes receipts, and a repetition of it changes nothing`() async throws {
        let mapping = """
            file: tills.csv
            decimal: comma
            receipt: {external_id: {first_of: [no]}, client_external_id: who, date: at, sum: paid, unit: {const: Shop}}
            """
        let (services, run, reasons) = try await imported(
            "tills.csv", "no;who;at;paid\nr-1;c-1;2026-02-01 10:30;12,5\nr-1;c-1;2026-02-01 10:30;12,5\n",
            mapping: mapping
        )
        #expect((run.kind, run.created, run.unchanged, reasons) == ("receipts", 1, 1, []))
        let receipt = try services.receipts.receipt("r-1").receipt
        #expect(receipt.fields.money(.sum) == Money(tenThousandths: 125_000))
        #expect(receipt.fields.text(.unit) == "Shop")
        #expect {
            _ = try ImportMapping(yaml: "{file: a.csv, receipt: {external_id: id, status_code: s}}", name: "m")
        } throws: { "\($0)".contains("“status_code” is not an attribute") }
        #expect {
            _ = try ImportMapping(yaml: "{file: a.csv, receipt: {date: s}}", name: "m")
        } throws: { "\($0)".contains("“external_id” is missing") }
    }

    @Test func `with receipts switched off nothing is imported`() async throws {
        let folder = try ImportFolder()
        let path = try folder.write("receipts.ndjson", "{}")
        let services = try await Services.test(project: .sample(features: [.orders]))
        let reader = try ImportReader(paths: [path], kind: .receipts, context: services.references.current.reading)
        await #expect(throws: FeatureOff(.receipts)) {
            try await services.imports.run(reader, source: "x", fingerprint: "x") { _, _ in }
        }
    }
}

/// Reasons, from wherever they are reported.
private final class Reasons: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    func add(_ reasons: [String]) { kept.withLock { $0 += reasons } }
}
