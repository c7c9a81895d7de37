import ArgumentParser
import Domain
import Foundation
import Platform
import Segmentation

/// `reorder segment`; what only asks works beside a running server.
struct SegmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: "Lists, asks and makes segments and audiences.",
        discussion: """
            What is asked is a segment's code, a file with a condition tree, the tree itself, or - for a tree from \
            standard input. Docs/segments.md has the language, “reorder fields --conditions” the fields.
            """,
        subcommands: [
            List.self, Show.self, Count.self, Customers.self, Explain.self, Create.self, Delete.self, Add.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists segments and audiences.")

        @OptionGroup var data: DataOptions

        @Flag(name: .long, help: "Prints JSON.")
        var json = false

        func run() async throws {
            let (book, statuses) = try await data.withServices(ownsData: false) { ($0.segments.book, $0.statuses.book) }
            let words = ConditionWords(statuses: statuses)
            guard json else {
                for entry in book.entries {
                    let segment = entry.segment
                    let question =
                        segment.isAudience ? "audience" : entry.condition.map(words.text) ?? "cannot be read any more"
                    Output.result([segment.code, segment.name, question].joined(separator: "\t"))
                }
                return
            }
            var writer = JSONWriter()
            writer.array { writer in
                for entry in book.entries { writer.segment(entry.segment, words: entry.condition.map(words.text)) }
            }
            Output.result(writer.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a segment with its conditions as JSON.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The segment's code.")
        var code: String

        func run() async throws {
            let (segment, reference) = try await data.withServices(ownsData: false) { services in
                (try services.segments.segment(code), services.references.current)
            }
            let condition = reference.segments[code]?.condition
            var writer = JSONWriter()
            writer.segment(segment, words: condition.map(ConditionWords(statuses: reference.book).text))
            Output.result(writer.text)
        }
    }

    struct Count: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts the customers of a segment or a tree, and what they are worth.", aliases: ["preview"]
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "A segment's code, a file with a tree, a tree, or -.")
        var question: String

        @Flag(name: .long, help: "Prints JSON.")
        var json = false

        func run() async throws {
            let preview = try await data.withServices(ownsData: false) { services in
                try await services.segments.preview(try Question.read(question, services.segments), sample: 0)
            }
            let average = preview.averageOrderValue.map { "\($0)" }
            guard json else {
                return Output.result(
                    """
                    customers            \(preview.count)
                    of all               \(preview.base)
                    share of all         \(FixedPoint.text(preview.shareOfBase, places: 6))
                    share of revenue     \(FixedPoint.text(preview.shareOfRevenue, places: 6))
                    average order value  \(average ?? "–")
                    """
                )
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.key("average_order_value")
                writer.raw(average ?? "null")
                writer.field("base", preview.base)
                writer.field("count", preview.count)
                writer.key("share_of_base")
                writer.raw(FixedPoint.text(preview.shareOfBase, places: 6))
                writer.key("share_of_revenue")
                writer.raw(FixedPoint.text(preview.shareOfRevenue, places: 6))
            }
            Output.result(writer.text)
        }
    }

    struct Customers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the customers of a segment or a tree, one external_id a line.",
            discussion: "For more of them, and for their orders: reorder export customers --segment CODE.",
            aliases: ["members"]
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "A segment's code, a file with a tree, a tree, or -.")
        var question: String

        private static let portion = 1000

        func run() async throws {
            try await data.withServices(ownsData: false) { services in
                let condition = try Question.read(question, services.segments)
                var after: Customer.ID?
                repeat {
                    let page = try await services.segments.page(of: condition, after: after, limit: Self.portion).page
                    for profile in page { Output.result(profile.customer.externalID) }
                    after = page.count == Self.portion ? page.last?.customer.id : nil
                } while after != nil
            }
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says why a customer is in a segment, or is not, condition by condition."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "A segment's code, a file with a tree, a tree, or -.")
        var question: String

        @Argument(help: "The customer's external_id.")
        var customer: String

        func run() async throws {
            let explained = try await data.withServices(ownsData: false) { services in
                try await services.segments.explain(
                    try Question.read(question, services.segments), customer: customer
                )
            }
            Self.print(explained.explanation, depth: 0)
            if let instant = explained.changesAt { Output.result("Changes by itself at \(instant.rfc3339).") }
        }

        private static func print(_ explanation: Explanation, depth: Int) {
            let indent = String(repeating: "  ", count: depth)
            let actual = explanation.actual.map { "  [\($0)]" } ?? ""
            Output.result("\(explanation.holds ? "yes" : "no ")  \(indent)\(explanation.words)\(actual)")
            for part in explanation.parts { print(part, depth: depth + 1) }
        }
    }
}

/// What is asked of segments on the command line.
enum Question {
    /// Reads a question: a segment's code, or a tree.
    ///
    /// - Throws: `ValidationError` for what is neither, `Faults` with what is wrong with a tree.
    static func read(_ text: String, _ segments: SegmentService) throws -> Condition {
        if segments.book.contains(text) { return .segment(text) }
        return try tree(text, segments)
    }

    /// Reads a tree from a file, from standard input, or as it stands.
    static func tree(_ text: String, _ segments: SegmentService) throws -> Condition {
        let json: String
        if text == "-" {
            json = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        } else if text.drop(while: \.isWhitespace).first == "{" {
            json = text
        } else if let data = FileManager.default.contents(atPath: text) {
            json = String(decoding: data, as: UTF8.self)
        } else {
            throw ValidationError("There is neither a segment nor a file “\(text)”.")
        }
        do {
            return try Condition.parse(json, segments.context)
        } catch let error as JSONError {
            throw ValidationError("The conditions are no JSON: \(error.message) (at byte \(error.offset)).")
        }
    }
}

extension JSONWriter {
    /// Writes a segment; keys stand sorted.
    fileprivate mutating func segment(_ segment: Segment, words: String?) {
        object { writer in
            writer.field("code", segment.code)
            writer.key("conditions")
            writer.raw(segment.conditions ?? "null")
            writer.field("description", segment.description)
            writer.field("kind", segment.isAudience ? "audience" : "segment")
            writer.field("name", segment.name)
            writer.field("words", words)
        }
    }
}
