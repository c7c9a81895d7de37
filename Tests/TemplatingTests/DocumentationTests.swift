import Foundation
import Templating
import Testing

/// What Docs/templates.md shows is what comes out.
struct DocumentationTests {
    private let text: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "Docs/templates.md"), encoding: .utf8)
    }

    @Test func `each example gives what stands below it`() throws {
        let parts = text.components(separatedBy: "```")
        // Every second part is code; the first line of it says of what kind.
        let blocks = stride(from: 1, to: parts.count, by: 2).map {
            parts[$0].split(separator: "\n", maxSplits: 1).map(String.init)
        }
        var count = 0
        for (block, output) in zip(blocks, blocks.dropFirst()) where output.first == "output" {
            let kind = try #require(TemplateKind(rawValue: block[0]))
            let rendering = try Template(block[1], as: kind).render(Vouchers(), noon)
            #expect(rendering.text.trimmingCharacters(in: .newlines) == output[1].trimmingCharacters(in: .newlines))
            count += 1
        }
        #expect(count == 8)
    }

    @Test func `each filter gives what stands beside it`() throws {
        var count = 0
        for line in text.split(separator: "\n") where line.hasPrefix("| `{{") {
            let cells = line.replacing("\\|", with: "\u{1}").split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let template = cells[0].trimmingCharacters(in: ["`"]).replacing("\u{1}", with: "|")
            #expect(try Template(template, as: .text).render(Vouchers(), noon).text == cells[1], "\(template)")
            count += 1
        }
        #expect(count == 21)
    }
}
