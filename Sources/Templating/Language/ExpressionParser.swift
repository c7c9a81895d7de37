/// Reads an expression from its words.
struct ExpressionParser {
    let source: TemplateSource
    let tokens: [ExpressionToken]
    /// The variables of the loops around, from the outermost.
    let loops: [String]
    /// Positions that messages of rendering name by number, which go on from the template's.
    private(set) var sites: [TemplatePosition] = []
    let firstSite: Int
    var index = 0
    private var depth = 0
    /// Whether the last filter read was `breaks`, which is none of values but of HTML.
    var breaksLines = false

    static let maxDepth = 32
    static let maxSteps = 16
    static let maxTokens = 500
    static let reserved: Set<String> = ["and", "or", "not", "in", "true", "false"]

    init(
        _ source: TemplateSource, _ range: Range<Int>, loops: [String], firstSite: Int
    ) throws(TemplateFault) {
        (self.source, self.loops, self.firstSite) = (source, loops, firstSite)
        tokens = try ExpressionLexer.tokens(source, range)
        guard tokens.count <= Self.maxTokens else {
            throw TemplateFault(
                source.position(range.lowerBound), "This has more than \(Self.maxTokens) words.", mend: "Divide it.")
        }
    }

    // MARK: Words

    var isAtEnd: Bool { tokens[index].kind == .end }

    var position: TemplatePosition { source.position(tokens[index].offset) }

    mutating func site() -> Int {
        sites.append(position)
        return firstSite + sites.count - 1
    }

    func position(of site: Int) -> TemplatePosition { sites[site - firstSite] }

    func isSign(_ sign: String) -> Bool { tokens[index].kind == .sign(sign) }

    func isWord(_ word: String) -> Bool { tokens[index].kind == .name(word) }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    mutating func take(sign: String) -> Bool {
        guard isSign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    mutating func name() -> String? {
        guard case .name(let name) = tokens[index].kind, !Self.reserved.contains(name) else { return nil }
        advance()
        return name
    }

    mutating func text() -> String? {
        guard case .text(let text) = tokens[index].kind else { return nil }
        advance()
        return text
    }

    func fault(_ message: String, mend: String) -> TemplateFault { TemplateFault(position, message, mend: mend) }

    /// Throws where something is left over.
    func requireEnd() throws(TemplateFault) {
        guard !isAtEnd else { return }
        switch tokens[index].kind {
        case .sign("="): throw fault("A single = compares nothing.", mend: "Write == to compare.")
        case .name(let name):
            throw fault(
                "\(name) stands behind a whole expression.", mend: "Put a filter after |, or and, or, in between.")
        case .sign(let sign): throw fault("\(sign) does not fit here.", mend: "Take it out.")
        default: throw fault("This stands behind a whole expression.", mend: "Put one expression between the braces.")
        }
    }

    // MARK: Expressions

    /// Conditions of `if`: comparisons with and, or, not.
    mutating func condition() throws(TemplateFault) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else {
            throw fault("This is nested more than \(Self.maxDepth) deep.", mend: "Make the condition simpler.")
        }
        var left = try conjunction()
        while isWord("or") || isSign("||") {
            if isSign("||") { throw fault("|| is not of the language.", mend: "Write or.") }
            advance()
            left = .either(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws(TemplateFault) -> Expression {
        var left = try negation()
        while isWord("and") || isSign("&&") {
            if isSign("&&") { throw fault("&& is not of the language.", mend: "Write and.") }
            advance()
            left = .both(left, try negation())
        }
        return left
    }

    private mutating func negation() throws(TemplateFault) -> Expression {
        var isDenied = false
        while isWord("not") || isSign("!") {
            if isSign("!") { throw fault("! is not of the language.", mend: "Write not.") }
            advance()
            isDenied.toggle()
        }
        let inner = try comparison()
        return isDenied ? .not(inner) : inner
    }

    private mutating func comparison() throws(TemplateFault) -> Expression {
        let left = try value()
        guard let comparison = try takeComparison() else { return left }
        let right = try value()
        return .compare(left, comparison, right)
    }

    private mutating func takeComparison() throws(TemplateFault) -> Comparison? {
        switch tokens[index].kind {
        case .sign("="): throw fault("A single = compares nothing.", mend: "Write == to compare.")
        case .sign(let sign):
            guard let comparison = Comparison(rawValue: sign) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .within
        case .name("not"):
            advance()
            guard take(word: "in") else {
                throw fault("not stands alone here.", mend: "Write not in, or put not in front.")
            }
            return .notWithin
        default: return nil
        }
    }

    /// A value with its filters.
    mutating func value() throws(TemplateFault) -> Expression {
        let first = try primary()
        var filters: [AppliedFilter] = []
        while isSign("|") {
            if breaksLines { throw fault("A filter follows breaks.", mend: "Put breaks last.") }
            advance()
            if let filter = try filter() { filters.append(filter) }
            guard filters.count <= 10 else { throw fault("More than ten filters in a row.", mend: "Take some out.") }
        }
        return filters.isEmpty ? first : .filtered(first, filters)
    }

    mutating func primary() throws(TemplateFault) -> Expression {
        switch tokens[index].kind {
        case .text(let text):
            advance()
            return .constant(.text(text))
        case .number(let digits):
            guard let number = TemplateNumber(parsing: digits.utf8) else {
                throw fault("The number \(digits) has too many digits.", mend: "Eighteen digits are the most.")
            }
            advance()
            return .constant(.number(number))
        case .sign("("):
            advance()
            let inner = try condition()
            guard take(sign: ")") else { throw fault("A ( is not closed.", mend: "Put the ) where it belongs.") }
            return inner
        case .name("true"), .name("false"):
            let flag = isWord("true")
            advance()
            return .constant(.flag(flag))
        case .name(let name) where !Self.reserved.contains(name): return try path()
        case .end: throw fault("Something is missing here.", mend: "Put a name, a \"text\" or a number.")
        case .name(let word):
            throw fault("\(word) stands where a value belongs.", mend: "Put a name before or after it.")
        case .sign(let sign):
            throw fault("\(sign) stands where a value belongs.", mend: "Put a name, a \"text\" or a number.")
        }
    }
}
