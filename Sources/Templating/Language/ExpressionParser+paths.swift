extension ExpressionParser {
    /// A name with the names after its points, or a macro with its argument.
    mutating func path() throws(TemplateFault) -> Expression {
        let site = site()
        guard let first = name() else { throw fault("A name is missing here.", mend: "Put the name of a variable.") }
        if isSign(":") {
            advance()
            guard let argument = text() else {
                throw fault("\(first): has no \"text\" after it.", mend: "Put it in quotes: \(first):\"spring\".")
            }
            return .call(first, argument, site: site)
        }
        var (text, steps) = (first, [ExpressionPath.Step]())
        while isSign(".") || isSign("[") {
            let step = try step()
            text += step.text
            steps.append(step.step)
            guard steps.count <= Self.maxSteps else {
                throw fault("More than \(Self.maxSteps) names after one another.", mend: "Make the path shorter.")
            }
        }
        return .path(try rooted(first, steps, text, site))
    }

    private mutating func step() throws(TemplateFault) -> (text: String, step: ExpressionPath.Step) {
        if take(sign: "[") {
            let key = tokens[index].kind
            advance()
            guard take(sign: "]") else { throw fault("A [ is not closed.", mend: "Write [\"key\"] or [0].") }
            switch key {
            case .text(let text): return ("[\"\(text)\"]", .name(text))
            case .number(let digits):
                if let place = Int(digits), place >= 0 { return ("[\(digits)]", .index(place)) }
                fallthrough
            default: throw fault("This can't stand between [ and ].", mend: "Write [\"key\"] or [0].")
            }
        }
        advance()
        // Reserved words are names behind a point.
        guard case .name(let name) = tokens[index].kind else {
            if case .number(let digits) = tokens[index].kind, let place = Int(digits), place >= 0 {
                advance()
                return (".\(digits)", .index(place))
            }
            throw fault("A name is missing after the point.", mend: "Write it right behind: customer.first_name.")
        }
        advance()
        switch name {
        case "first": return (".first", .first)
        case "last": return (".last", .last)
        case "length": return (".length", .length)
        default: return (".\(name)", .name(name))
        }
    }

    private func rooted(
        _ first: String, _ steps: [ExpressionPath.Step], _ text: String, _ site: Int
    ) throws(TemplateFault) -> ExpressionPath {
        if let depth = loops.lastIndex(of: first) {
            return ExpressionPath(root: .element(depth), steps: steps, text: text, site: site)
        }
        if first == "now" { return ExpressionPath(root: .now, steps: steps, text: text, site: site) }
        guard first == "loop", !loops.isEmpty else {
            return ExpressionPath(root: .given(first), steps: steps, text: text, site: site)
        }
        let fact: LoopFact? =
            switch steps.first {
            case .name(let name) where steps.count == 1: LoopFact(rawValue: name)
            case .first where steps.count == 1: .first
            case .last where steps.count == 1: .last
            case .length where steps.count == 1: .length
            default: nil
            }
        guard let fact else {
            throw TemplateFault(
                position(of: site), "\(text) is nothing that a loop knows.",
                mend: "Write loop.index, loop.first, loop.last or loop.length.")
        }
        return ExpressionPath(root: .loop(loops.count - 1, fact), text: text, site: site)
    }
}
