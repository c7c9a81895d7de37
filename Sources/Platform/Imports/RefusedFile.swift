import Domain

/// The rows that an import refused as a file: mended, it can be imported as it stands.
///
/// A CSV has the reason in a first column `import_error`, which an import leaves out; a line of NDJSON has it in `meta`.
package struct RefusedFile: Sendable {
    private let header: String?
    private let separator: Character

    package init(_ run: ImportRun) {
        header = run.header
        let marks: [Character] = [",", ";", "\t"]
        func count(_ mark: Character) -> Int { run.header?.filter { $0 == mark }.count ?? 0 }
        separator = marks.max { count($0) < count($1) } ?? ","
    }

    package var isCSV: Bool { header != nil }

    /// What stands above the rows.
    package var head: String { header.map { "import_error\(separator)\($0)\r\n" } ?? "" }

    package func text(_ row: RefusedItem) -> String { isCSV ? record(row) : line(row) }

    /// The rows of an order that has several stand one below the other; the first has the reason.
    private func record(_ row: RefusedItem) -> String {
        let reason = row.reason.replacing("\"", with: "\"\"").replacing("\r", with: " ").replacing("\n", with: " ")
        var text = "\"\(reason)\"\(separator)"
        var isQuoted = false
        for character in row.raw {
            if character == "\"" { isQuoted.toggle() }
            text.append(character)
            if character == "\n", !isQuoted { text.append(separator) }
        }
        return text + "\r\n"
    }

    private func line(_ row: RefusedItem) -> String {
        var meta = JSONWriter()
        meta.object { writer in
            writer.field("import_error", row.reason)
            writer.field("line", row.line)
        }
        let raw = row.raw.filter { $0 != "\n" && $0 != "\r" && $0 != "\r\n" }
        let isObject =
            (try? JSONReader.read(Array(raw.utf8)) { reader in
                let isObject = try reader.peek() == .object
                try reader.skip()
                return isObject
            }) ?? false
        guard isObject else {
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("import_error", row.reason)
                writer.field("line", row.line)
                writer.field("row", raw)
            }
            return writer.text + "\n"
        }
        let isEnvelope = raw.drop { $0 == " " || $0 == "{" }.hasPrefix("\"data\"")
        guard isEnvelope, let end = raw.lastIndex(of: "}") else {
            return "{\"data\":{\"attributes\":\(raw)},\"meta\":\(meta.text)}\n"
        }
        return "\(raw[..<end]),\"meta\":\(meta.text)}\n"
    }
}
