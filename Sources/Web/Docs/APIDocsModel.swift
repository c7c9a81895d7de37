/// The documentation of the API as a page shows it.
struct APIDocsModel: Sendable {
    var shell: ShellModel
    /// Where the server is, as the reader reached it.
    var origin: String
    var topics: [Topic]
    var objects: [Object]
    var limits: [Row]

    /// Operations that belong together.
    struct Topic: Sendable {
        var name: String
        var anchor: String
        var operations: [Entry]
    }

    struct Entry: Sendable {
        var anchor: String
        var method: String
        /// The colour of the method: `color-blue`.
        var color: String
        var path: String
        var summary: String
        var detail: [String]
        var scope: String
        var feature: String?
        var parameters: Table?
        var body: Table?
        var bodyNote: String?
        var curl: String
        var curlID: String
        var answers: [Answer]
        var refusals: [Answer]
    }

    /// A status that may be answered.
    struct Answer: Sendable {
        var status: String
        var description: String
        var objectName: String?
        var objectHref: String?
    }

    /// An object as answers have it.
    struct Object: Sendable {
        var name: String
        var anchor: String
        var table: Table
    }

    struct Table: Sendable {
        var caption: String
        var rows: [Row]
    }

    struct Row: Sendable {
        var name: String
        var type: String
        var note: String
        var isRequired = false
        /// `path`, `query` or `header`, for a parameter.
        var place: String?
    }
}
