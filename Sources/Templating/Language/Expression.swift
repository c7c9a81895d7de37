/// What a template computes: compiled once, evaluated for each message.
indirect enum Expression: Sendable {
    case constant(TemplateValue)
    case path(ExpressionPath)
    /// A macro with an argument, given by who renders.
    case call(String, String, site: Int)
    case filtered(Expression, [AppliedFilter])
    case compare(Expression, Comparison, Expression)
    case both(Expression, Expression)
    case either(Expression, Expression)
    case not(Expression)
}

/// How two values are compared.
enum Comparison: String, Sendable {
    case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case within = "in", notWithin = "not in"
}

/// A name with the names after its points.
final class ExpressionPath: Sendable {
    enum Root: Sendable {
        /// What the caller gives.
        case given(String)
        /// The variable of the loop that is that many loops from the outermost.
        case element(Int)
        case loop(Int, LoopFact)
        case now
    }

    enum Step: Sendable {
        case name(String)
        case first, last, length
        /// Counted from zero.
        case index(Int)
    }

    let root: Root
    let steps: [Step]
    /// As it is written.
    let text: String
    let site: Int

    init(root: Root, steps: [Step] = [], text: String, site: Int) {
        (self.root, self.steps, self.text, self.site) = (root, steps, text, site)
    }
}

/// What a loop knows of itself.
enum LoopFact: String, CaseIterable, Sendable {
    case index, first, last, length
}
