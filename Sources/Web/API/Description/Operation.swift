import Domain
import HTTPTypes

/// What a route of the API takes and answers: it is mounted with its handler, and told to programs (`/openapi.json`) and
/// people (`/docs/api`).
struct Operation: Sendable {
    /// What an operation is about; they are shown together.
    enum Topic: String, CaseIterable, Sendable {
        case orders = "Orders"
        case statuses = "Order statuses"
        case receipts = "Receipts"
        case customers = "Customers"
        case products = "Products"
        case segments = "Segments"
        case events = "Events"
        case containers = "Containers"
        case exports = "Exports"
        case imports = "Imports"
        case webhooks = "Webhooks"
        case project = "Project"
        case fields = "Fields"
    }

    /// A parameter of the address behind the question mark.
    struct Parameter: Sendable {
        var name: String
        var schema: Schema
        var description: String
        var example: String?

        init(_ name: String, _ schema: Schema = .text, _ description: String, example: String? = nil) {
            (self.name, self.schema, self.description, self.example) = (name, schema, description, example)
        }
    }

    /// A good answer.
    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var description: String
        /// What the body is; nil when there is none, or no JSON.
        var schema: Schema?
        /// Of the body; none when there is none.
        var mediaTypes = ["application/json"]
        var headers: [Header] = []
    }

    /// A header of an answer.
    enum Header: String, CaseIterable, Sendable {
        case etag = "ETag"
        case location = "Location"
    }

    /// How one gets to the further pages of a collection.
    enum Paging: Sendable {
        case byNumberOrLink
        /// `links.next` alone.
        case byLink
    }

    /// Why a call may be refused, beside what may happen to every call.
    struct Refusal: Sendable {
        var status: HTTPResponse.Status
        var description: String
    }

    let method: HTTPRequest.Method
    /// Below `/api/`, with parameters in braces: `orders/{id}/status`.
    let path: String
    let topic: Topic
    let summary: String
    let scope: Scope
    private(set) var detail = ""
    private(set) var pathParameters: [Parameter] = []
    private(set) var parameters: [Parameter] = []
    private(set) var filters: [Parameter] = []
    /// The object whose custom fields the collection can be filtered by.
    private(set) var filteredObject: FieldObject?
    private(set) var paging: Paging?
    private(set) var sorts: [String] = []
    private(set) var body: Schema?
    private(set) var bodyMediaTypes = ["application/json"]
    private(set) var example: String?
    private(set) var answers: [Answer] = []
    private(set) var refusals: [Refusal] = []
    /// Whether `If-Match` and `If-None-Match` mean something.
    private(set) var isVersioned = false
    /// Whether doing it twice is the same as doing it once.
    private(set) var isRepeatable: Bool
    /// Whether the body is too large to be held whole.
    private(set) var isStreamed = false
    /// Whether the answer holds what must not be kept, as a new key does.
    private(set) var isConfidential = false
    /// What must be switched on for it.
    private(set) var feature: Feature?

    init(_ method: HTTPRequest.Method, _ path: String, _ topic: Topic, _ summary: String, scope: Scope) {
        (self.method, self.path, self.topic, self.summary, self.scope) = (method, path, topic, summary, scope)
        isRepeatable = method != .post
        pathParameters = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            Parameter(String($0.dropFirst().dropLast()), .text(1...1000), "")
        }
    }

    /// The name that generated clients call it by.
    var identifier: String {
        let words = path.split(separator: "/").map { $0.filter { $0 != "{" && $0 != "}" }.replacing("-", with: "_") }
        return ([method.rawValue.lowercased()] + words).joined(separator: "_")
    }

    var isWrite: Bool { method != .get }

    /// The names that may stand behind the question mark; nothing else may.
    var queryNames: Set<String> { Set(allParameters.map(\.name)) }

    /// All parameters behind the question mark.
    var allParameters: [Parameter] {
        var all =
            parameters
            + filters.map { filter in
                Parameter("filter[\(filter.name)]", filter.schema.orEmpty, filter.description, example: filter.example)
            }
        switch paging {
        case .byNumberOrLink: all += [Self.pageSize, Self.pageNumber, Self.pageAfter]
        case .byLink: all += [Self.pageSize, Self.pageAfter]
        case nil: break
        }
        if !sorts.isEmpty {
            let keys = sorts.joined(separator: "|")
            all.append(
                Parameter(
                    "sort", .text(pattern: "^-?(\(keys))(,-?(\(keys)))*$"),
                    "What to sort by, a minus for descending, commas between: \(sorts.joined(separator: ", ")).",
                    example: "-" + sorts[0]
                )
            )
        }
        return all
    }

    private static let pageSize = Parameter(
        "page[size]", .integer(1...Int64(PageQuery.largestSize)),
        "Elements of a page; \(PageQuery.standardSize) without it.", example: "100"
    )
    private static let pageNumber = Parameter("page[number]", .integer(1...1_000_000_000), "Which page, from 1.")
    private static let pageAfter = Parameter(
        "page[after]", .text, "Where the page begins: taken from links.next as it stands."
    )
}

// MARK: Describing

extension Operation {
    /// Adds what the summary leaves out.
    func detail(_ text: String) -> Operation { with { $0.detail = text } }

    /// Describes a parameter of the path.
    func path(_ name: String, _ description: String, _ schema: Schema = .text(1...1000)) -> Operation {
        with { operation in
            for index in operation.pathParameters.indices where operation.pathParameters[index].name == name {
                operation.pathParameters[index].schema = schema
                operation.pathParameters[index].description = description
            }
        }
    }

    func query(_ parameter: Parameter) -> Operation { with { $0.parameters.append(parameter) } }

    /// Answers a page of a collection.
    func pages(
        _ resource: Schema, filters: [Parameter] = [], sorts: [String] = [], _ paging: Paging = .byNumberOrLink
    ) -> Operation {
        with { operation in
            (operation.paging, operation.filters, operation.sorts) = (paging, filters, sorts)
            operation.answers.append(
                Answer(status: .ok, description: "A page of the collection.", schema: .page(of: resource)))
        }
    }

    /// The collection can be filtered by the custom fields of an object.
    func filteredByFields(of object: FieldObject) -> Operation { with { $0.filteredObject = object } }

    /// The same operation with the custom fields that there are now.
    func resolved(_ fields: FieldBook) -> Operation {
        with { operation in
            if let object = filteredObject { operation.filters += CustomFilter.parameters(object, fields) }
            operation.body = body?.resolved(fields)
            for index in operation.answers.indices {
                operation.answers[index].schema = operation.answers[index].schema?.resolved(fields)
            }
        }
    }

    /// Takes a body of JSON.
    func takes(_ schema: Schema, example: String) -> Operation {
        with { ($0.body, $0.example) = (schema, example) }
    }

    /// Takes a body of something else than the envelope.
    func takes(_ mediaTypes: [String], _ schema: Schema, example: String? = nil) -> Operation {
        with { ($0.body, $0.bodyMediaTypes, $0.example) = (schema, mediaTypes, example) }
    }

    func answers(
        _ status: HTTPResponse.Status, _ schema: Schema?, _ description: String, headers: [Header] = [],
        mediaTypes: [String]? = nil
    ) -> Operation {
        with {
            $0.answers.append(
                Answer(
                    status: status, description: description, schema: schema,
                    mediaTypes: mediaTypes ?? (schema == nil ? [] : ["application/json"]), headers: headers
                )
            )
        }
    }

    /// Names a reason to refuse that not every call has.
    func refuses(_ status: HTTPResponse.Status, _ description: String) -> Operation {
        with { $0.refusals.append(Refusal(status: status, description: description)) }
    }

    /// `If-Match` and `If-None-Match` are looked at.
    var versioned: Operation { with { $0.isVersioned = true } }

    /// Doing it twice is the same as doing it once, although it is a POST.
    var repeatable: Operation { with { $0.isRepeatable = true } }

    /// The body is read while it arrives; an `Idempotency-Key` tells such bodies apart by length and type only.
    var streamed: Operation { with { $0.isStreamed = true } }

    /// The answer is not kept for an `Idempotency-Key`: its repetition is 409.
    var confidential: Operation { with { $0.isConfidential = true } }

    func requiring(_ feature: Feature?) -> Operation { with { $0.feature = feature } }

    private func with(_ change: (inout Operation) -> Void) -> Operation {
        var changed = self
        change(&changed)
        return changed
    }
}
