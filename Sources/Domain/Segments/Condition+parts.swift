extension Condition {
    /// The segments that the tree names.
    package var segments: Set<String> {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.segments) }
        case .not(let part): part.segments
        case .segment(let name): [name]
        case .test, .records: []
        }
    }

    /// The way from a segment back to itself, where its tree would make a circle; nil where it does not.
    ///
    /// - Parameters:
    ///   - name: The segment that is to have the tree.
    ///   - trees: The trees of the others.
    package func circle(through name: String, _ trees: (String) -> Condition?) -> [String]? {
        var seen: Set<String> = []
        func search(_ condition: Condition, _ path: [String]) -> [String]? {
            for next in condition.segments.sorted() {
                if next == name { return path + [next] }
                guard seen.insert(next).inserted, let tree = trees(next) else { continue }
                if let found = search(tree, path + [next]) { return found }
            }
            return nil
        }
        return search(self, [name])
    }

    /// Every test of the tree, those within blocks as well.
    package var tests: [ConditionTest] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.tests)
        case .not(let part): part.tests
        case .segment: []
        case .test(let test): [test]
        case .records(let block): block.filter?.tests ?? []
        }
    }

    /// Every field that the tree names, those that are only measured as well.
    package var fields: Set<ConditionField> {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.fields) }
        case .not(let part): part.fields
        case .segment: []
        case .test(let test): [test.field]
        case .records(let block): (block.filter?.fields ?? []).union(block.have.field.map { [$0] } ?? [])
        }
    }
}
