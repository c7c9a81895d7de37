/// Reads a template's pieces into nodes, and the blocks that it includes into them.
///
/// Faults are gathered, and reading goes on behind each, so that all are told at once.
struct TemplateParser {
    private(set) var bytes: [UInt8] = []
    private(set) var sites: [TemplatePosition] = []
    private(set) var faults: [TemplateFault] = []
    let blocks: [String: String]
    private var loops: [String] = []
    var includes: [String] = []
    private var nodeCount = 0

    /// Tags within tags, blocks within blocks, nodes, and bytes with all blocks.
    static let (maxDepth, maxIncludes, maxNodes, maxBytes) = (32, 10, 50_000, 2 << 20)
    static let maxFaults = 20

    init(blocks: [String: String]) { self.blocks = blocks }

    mutating func parse(_ source: TemplateSource) -> [Node] {
        let splitter = TemplateSplitter(source)
        var reader = PieceReader(source: source, pieces: splitter.pieces)
        faults += splitter.faults
        var nodes: [Node] = []
        while true {
            nodes += parse(&reader, depth: 0)
            guard let tag = reader.tag else { return nodes }
            // An end, else or empty that belongs to nothing: told, and left out.
            add(
                TemplateFault(
                    tag.position, "{% \(tag.name) %} has no beginning.", mend: "Take it out, or open what it closes."))
            reader.tag = nil
        }
    }

    mutating func add(_ fault: TemplateFault) {
        if faults.count < Self.maxFaults { faults.append(fault) }
    }

    /// Reads up to a tag that belongs to what is around, which is left in `reader.tag`.
    private mutating func parse(_ reader: inout PieceReader, depth: Int) -> [Node] {
        var nodes: [Node] = []
        while let piece = reader.next() {
            nodeCount += 1
            guard nodeCount <= Self.maxNodes, bytes.count <= Self.maxBytes else {
                let isFirst = nodeCount == Self.maxNodes + 1 || bytes.count > Self.maxBytes
                if isFirst {
                    add(
                        TemplateFault(
                            reader.position(piece), "With its blocks this template is too large.",
                            mend: "Include fewer blocks, or smaller ones."))
                }
                reader.finish()
                return nodes
            }
            switch piece.kind {
            case .text:
                let start = bytes.count
                bytes += reader.source.bytes[piece.range]
                nodes.append(.text(start..<bytes.count))
            case .print:
                if let node = print(piece, reader.source) { nodes.append(node) }
            case .tag:
                guard let tag = Tag(piece, reader.source) else {
                    add(
                        TemplateFault(
                            reader.position(piece), "There is no name in this tag.",
                            mend: "Write {% if … %} or the like."))
                    continue
                }
                if Tag.inner.contains(tag.name) {
                    reader.tag = tag
                    return nodes
                }
                nodes += parse(tag, &reader, depth: depth + 1)
            }
        }
        return nodes
    }

    mutating func expression<Value>(
        _ source: TemplateSource, _ range: Range<Int>,
        _ read: (inout ExpressionParser) throws(TemplateFault) -> Value
    ) -> Value? {
        do throws(TemplateFault) {
            var parser = try ExpressionParser(source, range, loops: loops, firstSite: sites.count)
            let value = try read(&parser)
            try parser.requireEnd()
            sites += parser.sites
            return value
        } catch {
            add(error)
            return nil
        }
    }

    private mutating func print(_ piece: TemplatePiece, _ source: TemplateSource) -> Node? {
        expression(source, piece.range) { parser throws(TemplateFault) in
            if parser.isAtEnd {
                throw parser.fault(
                    "There is nothing between the braces.", mend: "Put a name: {{ customer.first_name }}.")
            }
            let site = parser.site()
            let value = try parser.value()
            return .print(Print(value, site: site, breaksLines: parser.breaksLines))
        }
    }

    private mutating func parse(_ tag: Tag, _ reader: inout PieceReader, depth: Int) -> [Node] {
        guard depth <= Self.maxDepth else {
            add(
                TemplateFault(
                    tag.position, "Tags are nested more than \(Self.maxDepth) deep.",
                    mend: "Put a part of it into a block."))
            reader.finish()
            return []
        }
        switch tag.name {
        case "if": return branch(tag, &reader, depth)
        case "for": return loop(tag, &reader, depth)
        case "stop": return stop(tag, reader.source)
        case "include": return include(tag, reader.source)
        default:
            let names = ["if", "for", "stop", "include"] + Tag.inner
            let near = Suggestion.nearest(to: tag.name, among: names)
            add(
                TemplateFault(
                    tag.position, "There is no tag \(tag.name).",
                    mend: near.map { "Did you mean \($0)?" } ?? "There are if, for, stop and include."))
            return []
        }
    }

    // MARK: Tags

    private mutating func branch(_ tag: Tag, _ reader: inout PieceReader, _ depth: Int) -> [Node] {
        let source = reader.source
        var arms: [Branch.Arm] = []
        var current = tag
        while true {
            var condition: Expression?
            let site = sites.count
            sites.append(current.position)
            if current.name == "else" {
                requireNothing(current, source)
                if arms.last.map({ $0.condition == nil }) ?? false {
                    add(TemplateFault(current.position, "This if has two elses.", mend: "Take one out."))
                }
            } else {
                condition =
                    expression(source, current.rest) { parser throws(TemplateFault) in try parser.condition() }
                    ?? .constant(.flag(false))
            }
            let nodes = parse(&reader, depth: depth)
            arms.append(Branch.Arm(condition: condition, nodes: nodes, site: site))
            guard let next = reader.take("elif", "else", "endif") else {
                notClosed(tag, "endif", reader)
                break
            }
            if next.name == "endif" {
                requireNothing(next, source)
                break
            }
            if arms.last?.condition == nil, next.name == "elif" {
                add(TemplateFault(next.position, "An elif stands behind the else.", mend: "Put the else last."))
            }
            current = next
        }
        return [.branch(Shared(Branch(arms: arms)))]
    }

    private mutating func loop(_ tag: Tag, _ reader: inout PieceReader, _ depth: Int) -> [Node] {
        let head = expression(reader.source, tag.rest) { parser throws(TemplateFault) in
            let site = parser.site()
            guard let variable = parser.name(), parser.take(word: "in") else {
                throw parser.fault("This loop does not say over what.", mend: "Write {% for line in order.lines %}.")
            }
            guard variable != "loop", variable != "now" else {
                throw TemplateFault(
                    parser.position(of: site), "\(variable) has a meaning already.",
                    mend: "Give the variable another name.")
            }
            return (variable, try parser.value(), site)
        }
        loops.append(head?.0 ?? "")
        let body = parse(&reader, depth: depth)
        loops.removeLast()
        var (empty, hasEmpty, next) = ([Node](), false, reader.take("empty", "else", "endfor"))
        if let middle = next, middle.name != "endfor" {
            requireNothing(middle, reader.source)
            empty = parse(&reader, depth: depth)
            (hasEmpty, next) = (true, reader.take("endfor"))
        }
        if let next { requireNothing(next, reader.source) } else { notClosed(tag, "endfor", reader) }
        guard let head else { return [] }
        return [
            .loop(
                Shared(
                    Loop(
                        depth: loops.count, variable: head.0, list: head.1, body: body, empty: empty,
                        hasEmpty: hasEmpty,
                        site: head.2)))
        ]
    }

    private mutating func notClosed(_ tag: Tag, _ end: String, _ reader: PieceReader) {
        let message =
            reader.tag.map { "{% \(tag.name) %} is not closed before {% \($0.name) %} (\($0.position))." }
            ?? "{% \(tag.name) %} is not closed."
        add(TemplateFault(tag.position, message, mend: "Put {% \(end) %} where it ends."))
    }

    private mutating func requireNothing(_ tag: Tag, _ source: TemplateSource) {
        let rest = source.text(tag.rest).trimmed
        guard !rest.isEmpty else { return }
        let mend = tag.name == "else" && rest.hasPrefix("if") ? "Write {% elif … %}." : "Write {% \(tag.name) %}."
        add(TemplateFault(tag.position, "\(tag.name) takes nothing after it.", mend: mend))
    }
}
