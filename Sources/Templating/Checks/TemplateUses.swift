extension Template {
    /// All variables that the template uses, in the order of its text; those of blocks too.
    ///
    /// Who renders asks for no others, so this is what is to be looked up before.
    package var uses: [TemplateUse] {
        var walk = UseWalk(sites: sites)
        walk.walk(nodes)
        return walk.uses
    }

    /// All macros with an argument, such as vouchers.
    package var calls: [TemplateCall] {
        var walk = UseWalk(sites: sites)
        walk.walk(nodes)
        return walk.calls
    }

    /// What is unknown to a schema, and branches with nothing in them.
    package func findings(against schema: TemplateSchema) -> [TemplateFinding] {
        var walk = UseWalk(sites: sites)
        walk.walk(nodes)
        var findings = walk.uses.compactMap { schema.finding($0) }
        findings += walk.emptyBranches.map {
            TemplateFinding(reason: .emptyBranch, subject: $0.name, suggestion: nil, position: $0.position)
        }
        return findings
    }
}

/// Goes through a template and notes what it names.
private struct UseWalk {
    let sites: [TemplatePosition]
    private(set) var uses: [TemplateUse] = []
    private(set) var calls: [TemplateCall] = []
    private(set) var emptyBranches: [(name: String, position: TemplatePosition)] = []
    /// The paths of what the loops around go over; nil for a list that has no name.
    private var loops: [[String]?] = []

    init(sites: [TemplatePosition]) { self.sites = sites }

    mutating func walk(_ nodes: [Node]) {
        for node in nodes {
            switch node {
            case .text, .stop: break
            case .print(let print): note(print.expression, .printed)
            case .branch(let branch):
                for arm in branch.value.arms {
                    if let condition = arm.condition { note(condition, .asked) }
                    if arm.nodes.isEmpty {
                        emptyBranches.append((arm.condition == nil ? "else" : "if", sites[arm.site]))
                    }
                    walk(arm.nodes)
                }
            case .loop(let loop):
                note(loop.value.list, .looped)
                if loop.value.body.isEmpty { emptyBranches.append(("for", sites[loop.value.site])) }
                loops.append(path(loop.value.list))
                walk(loop.value.body)
                loops.removeLast()
                walk(loop.value.empty)
            }
        }
    }

    private mutating func note(_ expression: Expression, _ purpose: TemplateUse.Purpose, isOptional: Bool = false) {
        switch expression {
        case .constant: break
        case .path(let path):
            guard let names = names(path) else { return }
            uses.append(
                TemplateUse(
                    path: names, text: path.text, purpose: purpose, isOptional: isOptional || purpose == .asked,
                    position: sites[path.site]))
        case .call(let macro, let argument, let site):
            calls.append(TemplateCall(macro: macro, argument: argument, position: sites[site]))
        case .filtered(let inner, let filters):
            note(inner, purpose, isOptional: isOptional || filters.isForgiving)
            for case .otherwise(let other) in filters.map(\.filter) { note(other, purpose, isOptional: isOptional) }
        case .compare(let left, _, let right), .both(let left, let right), .either(let left, let right):
            note(left, .asked)
            note(right, .asked)
        case .not(let inner): note(inner, .asked)
        }
    }

    private func path(_ expression: Expression) -> [String]? {
        switch expression {
        case .path(let path): names(path)
        case .filtered(let inner, let filters):
            // The first and last few of a list are its elements as well.
            filters.allSatisfy { filter in
                switch filter.filter {
                case .first(.some), .last(.some), .otherwise: true
                default: false
                }
            } ? path(inner) : nil
        default: nil
        }
    }

    private func names(_ path: ExpressionPath) -> [String]? {
        var names: [String]
        switch path.root {
        case .given(let name): names = [name]
        case .element(let depth):
            guard let list = loops[depth] else { return nil }
            names = list + ["[]"]
        case .loop, .now: return nil
        }
        names += path.steps.map { step in
            switch step {
            case .name(let name): name
            case .first: "first"
            case .last: "last"
            case .length: "length"
            case .index: "[]"
            }
        }
        return names
    }
}

extension TemplateSchema {
    fileprivate func finding(_ use: TemplateUse) -> TemplateFinding? {
        func finding(_ reason: TemplateFinding.Reason, _ suggestion: String? = nil) -> TemplateFinding {
            TemplateFinding(reason: reason, subject: use.text, suggestion: suggestion, position: use.position)
        }
        var schema = self
        for (index, name) in use.path.enumerated() {
            switch (schema, name) {
            case (.anything, _): return nil
            case (.record(let fields), _):
                guard let field = fields[name] else {
                    let near = Suggestion.nearest(to: name, among: fields.keys)
                    return finding(.unknownVariable, near.map { use.suggestion(replacing: index, by: $0) })
                }
                schema = field
            case (.list(let element), "[]"), (.list(let element), "first"), (.list(let element), "last"):
                schema = element
            case (.list, "length"): return nil
            case (.list, _), (.value, _): return finding(.wrongShape)
            }
        }
        switch (schema, use.purpose) {
        case (.value, .looped), (.record, .looped), (.record, .printed): return finding(.wrongShape)
        default: return nil
        }
    }
}

extension TemplateUse {
    /// The path as it is written, with one name corrected; just the name where the variable is a loop's.
    fileprivate func suggestion(replacing index: Int, by name: String) -> String {
        guard path.joined(separator: ".") == text else { return name }
        var path = path
        path[index] = name
        return path.joined(separator: ".")
    }
}
