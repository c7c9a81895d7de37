extension TemplateParser {
    mutating func stop(_ tag: Tag, _ source: TemplateSource) -> [Node] {
        let node = expression(source, tag.rest) { parser throws(TemplateFault) -> Node in
            let site = parser.site()
            guard let reason = parser.text(), !reason.trimmed.isEmpty else {
                throw parser.fault("This stop has no reason.", mend: "Write {% stop \"no lines\" %}.")
            }
            return .stop(reason, site: site)
        }
        return node.map { [$0] } ?? []
    }

    mutating func include(_ tag: Tag, _ source: TemplateSource) -> [Node] {
        let name = expression(source, tag.rest) { parser throws(TemplateFault) -> String in
            guard let name = parser.text() else {
                throw parser.fault("This include does not name a block.", mend: "Write {% include \"footer\" %}.")
            }
            return name
        }
        guard let name else { return [] }
        guard let text = blocks[name] else {
            let near = Suggestion.nearest(to: name, among: blocks.keys)
            add(
                TemplateFault(
                    tag.position, "There is no block \(name).",
                    mend: near.map { "Did you mean \($0)?" } ?? "Add it to the library, or take this out."))
            return []
        }
        guard !includes.contains(name) else {
            add(
                TemplateFault(
                    tag.position, "The block \(name) includes itself: \((includes + [name]).joined(separator: ", ")).",
                    mend: "Take the include out of one of them."))
            return []
        }
        guard includes.count < Self.maxIncludes else {
            add(
                TemplateFault(
                    tag.position, "Blocks are more than \(Self.maxIncludes) deep in one another.",
                    mend: "Include fewer."))
            return []
        }
        includes.append(name)
        let nodes = parse(TemplateSource(text, block: name))
        includes.removeLast()
        return nodes
    }
}
