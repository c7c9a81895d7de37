import ArgumentParser
import Domain
import Platform

/// The command `reorder fields`.
struct Fields: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists every field of every object, with its type and what it means."
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Only the fields of one object: customer, order, order_line and so on.")
    var object: String?

    @Flag(name: .long, help: "Only what conditions of segments can be put on, with what can be asked.")
    var conditions = false

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func run() async throws {
        let object = try object.map { name in
            guard let object = FieldObject(rawValue: name) else {
                let known = FieldObject.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("There is no object “\(name)”; there are \(known).")
            }
            return object
        }
        let (book, registry) = try await data.withServices(ownsData: false) { services in
            (services.fields.book, services.references.current.registry)
        }
        if conditions { return Output.result(json ? ConditionFields.json(registry) : ConditionFields.text(registry)) }
        let fields = book.all.filter { object == nil || $0.object == object }
        Output.result(json ? Self.json(fields) : Self.table(fields))
        if !json, object == nil { Output.result("\n" + ConditionFields.text(registry)) }
    }

    private static func table(_ fields: [FieldEntry]) -> String {
        table(
            [["OBJECT", "CODE", "TYPE", "NAME", "HELP"]]
                + fields.map { [$0.object.rawValue, $0.code, $0.kind.rawValue, $0.name, help($0)] }
        )
    }

    /// Rows with their cells below one another.
    static func table(_ rows: [[String]]) -> String {
        let columns = (rows.first?.count ?? 1) - 1
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = (cells + [row[columns]]).joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The field's help on one line, with its choices.
    private static func help(_ field: FieldEntry) -> String {
        let choices = field.custom?.choices ?? []
        let parts = [field.help, choices.isEmpty ? "" : "One of: \(choices.joined(separator: ", "))."]
        return parts.filter { !$0.isEmpty }.joined(separator: " ").replacing("\n", with: " ")
    }

    private static func json(_ fields: [FieldEntry]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for field in fields {
                writer.object { writer in
                    writer.array("choices") { writer in
                        for choice in field.custom?.choices ?? [] { writer.value(choice) }
                    }
                    writer.field("code", field.code)
                    writer.field("custom", field.custom != nil)
                    writer.field("group", field.group)
                    writer.field("help", field.help)
                    writer.field("name", field.name)
                    writer.field("object", field.object.rawValue)
                    writer.field("type", field.kind.rawValue)
                }
            }
        }
        return writer.text
    }
}
