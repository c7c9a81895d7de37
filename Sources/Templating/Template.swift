/// A template of a message, compiled: a value that is rendered any number of times, from any thread.
///
/// It reaches nothing but the values that rendering is given. Faults of its text are told all at once, with
/// their positions; what a value is made safe for is decided here, by where it stands.
package struct Template: Sendable {
    package let kind: TemplateKind
    let bytes: [UInt8]
    let nodes: [Node]
    let sites: [TemplatePosition]

    /// The longest text of a template or block.
    package static let maxBytes = 512 * 1024

    /// - Parameters:
    ///   - blocks: The library: texts that `{% include "name" %}` puts in, of which only those named are read.
    /// - Throws: `TemplateFaults` with all that is wrong, up to twenty.
    package init(_ text: String, as kind: TemplateKind, blocks: [String: String] = [:]) throws(TemplateFaults) {
        guard text.utf8.count <= Self.maxBytes, !blocks.values.contains(where: { $0.utf8.count > Self.maxBytes }) else {
            throw TemplateFaults([
                TemplateFault(
                    TemplatePosition(line: 1, column: 1), "The template or a block is longer than 512 KB.",
                    mend: "Make it shorter; pictures belong to addresses of their own.")
            ])
        }
        let source = TemplateSource(text)
        var parser = TemplateParser(blocks: blocks)
        var nodes = parser.parse(source)
        var faults = parser.faults
        let end = source.position(source.bytes.count)
        faults += Self.place(&nodes, kind, parser, end, hasFaults: !faults.isEmpty)
        guard faults.isEmpty else {
            throw TemplateFaults(
                faults.sorted {
                    ($0.position.block ?? "", $0.position.line, $0.position.column) < (
                        $1.position.block ?? "", $1.position.line, $1.position.column
                    )
                })
        }
        (self.kind, self.nodes, bytes, sites) = (kind, nodes, parser.bytes, parser.sites)
    }

    private static func place(
        _ nodes: inout [Node], _ kind: TemplateKind, _ parser: TemplateParser, _ end: TemplatePosition, hasFaults: Bool
    ) -> [TemplateFault] {
        func run(_ tracker: some PlaceTracker) -> [TemplateFault] {
            var placing = Placing(parser.bytes, parser.sites, tracker)
            placing.place(&nodes, end: end, isWhole: !hasFaults)
            return placing.faults
        }
        return switch kind {
        case .html: run(HTMLTracker())
        case .text: run(PlainTracker(everywhere: .plain))
        case .line: run(PlainTracker(everywhere: .line))
        case .url: run(URLTracker(isInHTML: false))
        case .json: run(JSONTracker())
        }
    }
}
