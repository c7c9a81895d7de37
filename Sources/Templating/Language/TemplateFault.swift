/// A place in a template's text.
package struct TemplatePosition: Hashable, Sendable {
    /// The block of the library that it is in; nil in the template itself.
    package var block: String?
    /// From 1.
    package var line: Int
    /// In characters, from 1.
    package var column: Int

    package init(line: Int, column: Int, block: String? = nil) {
        (self.block, self.line, self.column) = (block, line, column)
    }
}

extension TemplatePosition: CustomStringConvertible {
    package var description: String {
        "\(block.map { "block \($0), " } ?? "")line \(line), column \(column)"
    }
}

/// What is wrong with a template, where, and how to mend it.
package struct TemplateFault: Error, Hashable, Sendable {
    package var position: TemplatePosition
    /// A sentence: what is wrong.
    package var message: String
    /// A sentence: what to write instead.
    package var mend: String

    package init(_ position: TemplatePosition, _ message: String, mend: String) {
        (self.position, self.message, self.mend) = (position, message, mend)
    }
}

extension TemplateFault: CustomStringConvertible {
    package var description: String { "\(position): \(message) \(mend)" }
}

/// All that is wrong with a template, in the order of its text.
package struct TemplateFaults: Error, Hashable, Sendable {
    package var all: [TemplateFault]

    package init(_ all: [TemplateFault]) { self.all = all }
}
