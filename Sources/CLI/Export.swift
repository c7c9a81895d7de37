import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder export`; works beside a running server.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exports orders, receipts, their lines, customers or products as CSV, Excel or NDJSON."
    )

    @OptionGroup var data: DataOptions

    @Argument(help: "What: \(ExportObject.allCases.map(\.rawValue).joined(separator: ", ")).")
    var object: String

    @Option(name: .long, help: "A filter of the list, NAME=VALUE, such as status_code=paid; may be repeated.")
    var filter: [String] = []

    @Option(name: .long, help: "A segment's code: only its customers, or what is theirs.")
    var segment: String?

    @Option(name: .long, help: "The columns in their order, separated by commas (default: the standard ones).")
    var columns: String?

    @Option(name: .long, help: "csv, xlsx or ndjson (default: by the name of the file, else csv).")
    var format: String?

    @Option(name: .long, help: "What stands between values of a CSV: comma, semicolon or tab.")
    var separator = "comma"

    @Flag(name: .long, help: "Begins a CSV with a byte order mark, by which Excel knows UTF-8.")
    var bom = false

    @Option(name: .long, help: "The file to write (default: standard output).")
    var out: String?

    func run() async throws {
        let request = try request()
        guard request.format != .xlsx || out != nil else {
            throw ValidationError("An Excel file cannot be written to standard output: name a file with --out.")
        }
        try await data.withServices(ownsData: false) { services in
            let start = ContinuousClock.now
            let rows = try await services.exports.write(request, to: out) { rows, total in
                Output.progress("\(rows) of \(total) rows  \(rows * 100 / max(total, 1)) %")
            }
            Output.progress("", isLast: true)
            if let out {
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                Output.error("\(out): \(rows) rows in \(String(format: "%.1f", seconds)) s")
            }
        }
    }

    private func request() throws -> ExportRequest {
        let object = try Self.word(object, "what is exported", ExportObject.self)
        let ending = out.map { ($0 as NSString).pathExtension.lowercased() } ?? ""
        let format =
            try format.map { try Self.word($0, "--format", ExportFormat.self) } ?? ExportFormat(rawValue: ending)
        var request = ExportRequest(object, format ?? .csv)
        request.separator = try Self.word(separator, "--separator", ExportSeparator.self)
        request.hasByteOrderMark = bom
        request.columns =
            columns?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        for text in filter {
            guard let equals = text.firstIndex(of: "=") else {
                throw ValidationError("A filter is NAME=VALUE, such as status_code=paid, not “\(text)”.")
            }
            request.filters[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        if let segment { request.filters["segment"] = segment }
        return request
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ what: String, _ type: Word.Type
    ) throws -> Word {
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("For \(what) write one of \(known), not “\(text)”.")
    }
}
