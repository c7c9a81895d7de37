extension ExpressionParser {
    /// - Returns: nil for `breaks`.
    mutating func filter() throws(TemplateFault) -> AppliedFilter? {
        let site = site()
        guard let name = name() else {
            throw fault("The name of a filter is missing after |.", mend: "Write one, such as | upper.")
        }
        if name == "breaks" {
            breaksLines = true
            return nil
        }
        guard let kind = FilterKind.named[name] else { throw Self.unknown(name, at: position(of: site)) }
        let arguments = try arguments()
        guard kind.arguments.contains(arguments.count), let filter = kind.read(arguments) else {
            throw TemplateFault(
                position(of: site), "The filter \(name) does not take this.", mend: Self.mend(kind, arguments))
        }
        return AppliedFilter(filter: filter, name: name, site: site)
    }

    private mutating func arguments() throws(TemplateFault) -> [FilterKind.Argument] {
        guard take(sign: ":") else { return [] }
        var arguments = [FilterKind.Argument(expression: try primary())]
        while take(sign: ",") { arguments.append(FilterKind.Argument(expression: try primary())) }
        return arguments
    }

    private static func unknown(_ name: String, at position: TemplatePosition) -> TemplateFault {
        let near = Suggestion.nearest(to: name, among: FilterKind.all.map(\.name) + ["breaks"])
        return TemplateFault(
            position, "There is no filter \(name).",
            mend: FilterKind.foreign[name.lowercased()] ?? near.map { "Did you mean \($0)?" }
                ?? "There are \(FilterKind.all.map(\.name).joined(separator: ", ")), breaks.")
    }

    private static func mend(_ kind: FilterKind, _ arguments: [FilterKind.Argument]) -> String {
        if kind.name == "date", let letter = arguments.first?.text.flatMap({ DatePattern($0).unknown }) {
            return "\(letter) is no letter of dates: write \\\\\(letter) for itself, or d, m, Y, H, i."
        }
        return "Write \(kind.usage)."
    }
}
