import Domain

/// The builder as its views take it: a form that works with the tree as JSON, and modules that draw it.
struct SegmentFormModel: Sendable {
    var shell: ShellModel
    var heading: String
    var action: String
    var backHref: String
    var backText: String
    var cancelHref: String
    var verb: String
    var isNew: Bool
    /// Of an audience there are no conditions.
    var hasTree: Bool
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var code: FieldModel
    var description: FieldModel
    var conditions: FieldModel
    var hasVersion: Bool
    var version: String
    /// The code of what is edited; empty of a new one.
    var edited: String
    var previewHref = Links.segmentPreview
    var explainHref = Links.segmentExplanation
    var fieldsHref = Links.segmentFields
    var suggestionsHref = Links.segmentSuggestions
    var preview: PreviewModel?
    var customer: String
    var explanation: ExplanationModel?
    var hasExplainProblem: Bool
    var explainProblem: String
}
