import ArgumentParser
import Domain
import Foundation
import Platform

extension SegmentCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a segment, or an audience where no conditions are given; prints its code.",
            discussion: "With the embedded database not while a server runs: use the API or the pages then."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The name.")
        var name: String

        @Option(name: .long, help: "A file with a condition tree, a tree, or - for standard input.")
        var conditions: String?

        @Option(name: .long, help: "What trees and addresses call it (default: made of the name).")
        var code: String?

        @Option(name: .long, help: "What it is for.")
        var description: String?

        func run() async throws {
            let segment = try await data.withServices { services in
                var patch = SegmentPatch(code: code, name: name)
                patch.conditions = try conditions.map { try Question.tree($0, services.segments) }
                if let description { patch.description = .set(description) }
                return try await services.segments.create(patch, by: .cli)
            }
            Output.result(segment.code)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a segment or an audience that nothing names.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The code.")
        var code: String

        func run() async throws {
            try await data.withServices { try await $0.segments.delete(code, by: .cli) }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts customers into an audience: a file with an external_id a line, or - for standard input.",
            discussion: "Those whom nobody knows are named on standard error; the others come in."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The audience's code.")
        var code: String

        @Argument(help: "The file.")
        var file: String

        private static let portion = 1000

        func run() async throws {
            let lines = try lines()
            let added = try await data.withServices { services in
                var added = 0
                for start in stride(from: 0, to: lines.count, by: Self.portion) {
                    let names = Array(lines[start..<min(start + Self.portion, lines.count)])
                    let outcomes = try await services.segments.add(names, to: code, by: .cli)
                    added += outcomes.count { $0 == .changed }
                    for (name, outcome) in zip(names, outcomes) where outcome == .unknownCustomer {
                        Output.error("unknown: \(name)")
                    }
                }
                return added
            }
            Output.result(String(added))
        }

        private func lines() throws -> [String] {
            let bytes =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
            guard let bytes else { throw ValidationError("There is no file “\(file)”.") }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
    }
}
