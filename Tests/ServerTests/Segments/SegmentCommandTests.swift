import Foundation
import TestSupport
import Testing

/// `reorder segment` as a process (spec operations.md, "Command line").
struct SegmentCommandTests {
    @Test func `segments are made, asked, explained, exported and deleted`() async throws {
        let server = try await ServerProcess()
        let folder = try TemporaryDirectory()
        func reorder(_ arguments: [String], input: String = "") async throws -> (
            status: Int32, output: String, errors: String
        ) {
            try await ServerProcess.run(arguments + server.place, input: input)
        }
        func write(_ text: String, _ name: String) throws -> String {
            let path = folder.path + "/" + name
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }
        let customers = try write("external_id,city\nana,Porto\nbea,Braga\ncaio,Porto\n", "customers.csv")
        #expect(try await reorder(["import", customers, "--kind", "customers"]).status == 0)

        let tree = #"{"field":"customer.city","op":"eq","value":"porto"}"#
        let file = try write(tree, "porto.json")
        let made = try await reorder(["segment", "create", "From Porto", "--conditions", file])
        #expect(made.status == 0 && made.output == "from-porto", "\(made)")
        let listed = try await reorder(["segment", "list"])
        #expect(listed.output == "from-porto\tFrom Porto\tcity is “porto”", "\(listed)")
        let json = try JSON(parsing: try await reorder(["segment", "list", "--json"]).output)
        #expect(json.list.first?["code"] == "from-porto")
        let shown = try JSON(parsing: try await reorder(["segment", "show", "from-porto"]).output)
        #expect(shown["conditions"]?["op"] == "eq")

        for question in ["from-porto", file, tree, "-"] {
            let counted = try await reorder(["segment", "count", question, "--json"], input: tree)
            #expect(try JSON(parsing: counted.output)["count"] == 2, "\(question): \(counted)")
            let named = try await reorder(["segment", "customers", question], input: tree)
            #expect(Set(named.output.split(separator: "\n")) == ["ana", "caio"], "\(question): \(named)")
        }
        let why = try await reorder(["segment", "explain", "from-porto", "bea"])
        #expect(why.output.hasPrefix("no   city is “porto”  [Braga]"), "\(why)")

        #expect(try await reorder(["segment", "create", "Guests"]).output == "guests")
        let added = try await reorder(["segment", "add", "guests", "-"], input: "ana\n\n zoe \nbea\n")
        #expect(added.output == "2" && added.errors.contains("unknown: zoe"), "\(added)")
        let exported = try await reorder(["export", "customers", "--segment", "guests", "--columns", "external_id"])
        #expect(exported.output.split(separator: "\r\n").sorted() == ["ana", "bea", "external_id"], "\(exported)")

        #expect(try await reorder(["segment", "delete", "guests"]).status == 0)
        let gone = try await reorder(["segment", "delete", "guests"])
        #expect(gone.status == 1 && gone.errors.contains("There is no segment “guests”."), "\(gone)")
        let wrong = try await reorder(["segment", "count", #"{"all":[{"field":"city","op":"eq","value":1}]}"#])
        #expect(wrong.status == 2 && wrong.errors.contains("all.0.field: "), "\(wrong)")
        for question in ["no-such", "{]"] {
            let wrong = try await reorder(["segment", "count", question])
            #expect(wrong.status == 2 && wrong.output.isEmpty, "\(wrong)")
        }
    }

    @Test func `every filter stands in what fields prints, with its help and what can be asked`() async throws {
        let server = try await ServerProcess()
        let printed = try await ServerProcess.run(["fields"] + server.place)
        #expect(printed.status == 0)
        let json = try await ServerProcess.run(["fields", "--conditions", "--json"] + server.place)
        let fields = try JSON(parsing: json.output).list
        #expect(fields.count > 100)
        for field in fields {
            let (code, help) = (field["code"]?.text ?? "", field["help"]?.text ?? "")
            #expect(printed.output.contains(" \(code) "), "\(code)")
            let sentence = help.replacingOccurrences(of: "\n", with: " ")
            #expect(!help.isEmpty && printed.output.contains(sentence), "\(code)")
            #expect(field["operators"]?.list.isEmpty == false, "\(code)")
        }
        for code in ["orders.median", "last_order.delivery.status", "rfm.r", "receipts.total", "product.category"] {
            #expect(fields.contains { $0["code"]?.text == code }, "\(code)")
        }
        #expect(printed.output.contains("in_last not_in_last in_next"))
    }
}
