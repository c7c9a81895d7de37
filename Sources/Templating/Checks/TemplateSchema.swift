/// What a template can be given, by name: what *check audience* and the editor hold it against.
package indirect enum TemplateSchema: Sendable {
    case value
    case list(of: TemplateSchema)
    case record([String: TemplateSchema])
    /// Whatever comes, such as the context of an event: any name below it is taken as known.
    case anything
}

/// A variable where a template uses it.
package struct TemplateUse: Hashable, Sendable {
    package enum Purpose: String, Hashable, Sendable {
        case printed, asked, looped
    }

    /// The names of the path; `[]` is an element of the list before it, which loops make of their variables.
    package var path: [String]
    /// As it is written.
    package var text: String
    package var purpose: Purpose
    /// Whether the text provides for its absence, by `default` or because it only asks.
    package var isOptional: Bool
    package var position: TemplatePosition
}

/// A macro with an argument where a template uses it.
package struct TemplateCall: Hashable, Sendable {
    package var macro: String
    package var argument: String
    package var position: TemplatePosition
}

/// Something of a template that reads wrong, though it can be rendered.
package struct TemplateFinding: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case unknownVariable = "unknown_variable"
        /// A loop over what is no list, or a name of what has none.
        case wrongShape = "wrong_shape"
        case emptyBranch = "empty_branch"
    }

    package var reason: Reason
    package var subject: String
    /// The name that was meant, as far as one is near.
    package var suggestion: String?
    package var position: TemplatePosition
}
