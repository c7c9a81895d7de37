import Yams

/// A part of a YAML file that knows where it stands, so that each complaint names the line.
struct MappingNode {
    private let node: Node
    private let file: String

    /// Reads a YAML text.
    ///
    /// - Throws: `ImportError` of the kind `mapping`, with the line where YAML says it.
    init(yaml: String, file: String) throws {
        do {
            guard let node = try compose(yaml: yaml) else {
                throw ImportError(.mapping, file: file, "The mapping is empty: Docs/importing.md has one.")
            }
            self.init(node, file: file)
        } catch let error as YamlError {
            let (line, problem) = Self.place(of: error)
            throw ImportError(.mapping, file: file, line: line, "This is not YAML: \(problem).")
        }
    }

    private init(_ node: Node, file: String) { (self.node, self.file) = (node, file) }

    var line: Int? { node.mark?.line }

    var isMapping: Bool { node.mapping != nil }
    var isList: Bool { node.sequence != nil }

    func fault(_ message: String) -> ImportError { ImportError(.mapping, file: file, line: line, message) }

    /// The text that stands here, whatever YAML thinks that it means.
    func text(_ what: String) throws -> String {
        guard let scalar = node.scalar else { throw fault("\(what) must be one text.") }
        return scalar.string
    }

    /// The elements of a list; anything else is a list of one.
    func elements() -> [MappingNode] {
        node.sequence.map { $0.map { MappingNode($0, file: file) } } ?? [self]
    }

    /// The keys with what stands under them, in the order they are written.
    ///
    /// - Parameter known: The keys that are understood here; nil where the engineer chooses them.
    func entries(_ what: String, known: [String]? = nil) throws -> [(key: String, value: MappingNode)] {
        guard let mapping = node.mapping else { throw fault("\(what) must be made of lines “key: value”.") }
        return try mapping.map { key, value in
            let keyNode = MappingNode(key, file: file)
            let text = try keyNode.text("A key")
            if let known, !known.contains(text) {
                let keys = known.joined(separator: ", ")
                throw keyNode.fault("“\(text)” is not understood in \(what); these are: \(keys).")
            }
            return (text, MappingNode(value, file: file))
        }
    }

    /// The same as a dictionary; YAML refuses a key that stands twice.
    func dictionary(_ what: String, known: [String]? = nil) throws -> [String: MappingNode] {
        Dictionary(try entries(what, known: known).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private static func place(of error: YamlError) -> (line: Int?, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "a key stands twice: \(duplicates.sorted().joined(separator: ", "))")
        default: (nil, "\(error)")
        }
    }
}
