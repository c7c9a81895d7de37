import Domain
import Foundation
import Platform
import Testing

@Suite struct NDJSONImportTests {
    private let folder: ImportFolder

    init() throws { folder = try ImportFolder() }

    @Test func `each line is one object, bare or in the envelope of the API`() throws {
        try folder.write(
            "orders.ndjson",
            """
            {"external_id":"1","unit":"a"}\r

             { "data" : {"attributes": {"external_id":"2"}}, "meta":{} }
            {"external_id":"3"}
            """
        )
        let items = try folder.items(of: "orders.ndjson")
        let expected = [#"{"external_id":"1","unit":"a"}"#, #"{"external_id":"2"}"#, #"{"external_id":"3"}"#]
        #expect(items.map(\.summary) == expected)
        #expect(items.map(\.line) == [1, 3, 4])
        #expect(items[1].rawText == #" { "data" : {"attributes": {"external_id":"2"}}, "meta":{} }"#)
    }

    @Test(arguments: [
        ("a list", #"["a"]"#, "one JSON object"),
        ("an envelope with a list", #"{"data":[{"attributes":{}}]}"#, "must hold one object"),
        ("an envelope without an end", #"{"data":{"attributes":{}"#, "This is not JSON"),
    ])
    func `a line that cannot be taken is refused, and the lines around it are read`(
        name: String, line: String, reason: String
    ) throws {
        try folder.write("orders.ndjson", "{\"external_id\":\"1\"}\n\(line)\n{\"external_id\":\"2\"}\n")
        let items = try folder.items(of: "orders.ndjson")
        #expect(items.map { $0.refusal == nil } == [true, false, true])
        #expect(items[1].line == 2)
        #expect(items[1].refusal?.contains(reason) == true)
        #expect(items[2].summary == #"{"external_id":"2"}"#)
    }

    @Test func `a line of more than a megabyte is refused, and reading goes on`() throws {
        let line = "{\"unit\":\"" + String(repeating: "x", count: 2_000_000) + "\"}"
        try folder.write("orders.ndjson", "{\"external_id\":\"1\"}\n\(line)\n{\"external_id\":\"2\"}\n")
        let items = try folder.items(of: "orders.ndjson")
        #expect(items.map(\.line) == [1, 2, 3])
        #expect(items[1].refusal?.contains("longer than 1 MB") == true)
    }

    @Test func `UTF-16 and gzip are understood here too`() throws {
        let bytes = [0xff, 0xfe] + "{\"unit\":\"ação\"}\n".utf16Bytes()
        try folder.write("orders.ndjson.gz", StoredGzip.member(bytes))
        #expect(try folder.items(of: "orders.ndjson.gz").map(\.summary) == ["{\"unit\":\"ação\"}"])
    }
}
