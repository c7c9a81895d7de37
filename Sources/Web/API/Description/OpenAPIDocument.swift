import Domain
import HTTPTypes

/// The API as OpenAPI 3.1 tells it to programs.
struct OpenAPIDocument: Sendable {
    let operations: [Operation]

    /// The document as JSON; keys stand sorted.
    var bytes: [UInt8] {
        var writer = JSONWriter(capacity: 1 << 17)
        writer.object { writer in
            writer.object("components") { components(&$0) }
            writer.object("info") { writer in
                writer.field("description", Self.introduction)
                writer.field("title", "Reorder")
                writer.field("version", "1")
            }
            writer.field("openapi", "3.1.0")
            writer.object("paths") { paths(&$0) }
            writer.array("servers") { $0.object { $0.field("url", "/") } }
            writer.array("tags") { writer in
                for topic in Operation.Topic.allCases { writer.object { $0.field("name", topic.rawValue) } }
            }
        }
        return writer.bytes
    }

    private static let introduction = """
        Bodies are JSON in an envelope: {"data":{"attributes":{…}}}. Collections are paged by links.next. Errors are \
        RFC 9457 problems. Each accepted write is on disk before it is answered. /docs/api is the same for people.
        """

    // MARK: Paths

    private func paths(_ writer: inout JSONWriter) {
        let byPath = Dictionary(grouping: operations, by: \.path)
        for (path, operations) in byPath.sorted(by: { $0.key < $1.key }) {
            writer.key("/api/\(path)")
            writer.object { writer in
                for operation in operations.sorted(by: { $0.method.rawValue < $1.method.rawValue }) {
                    writer.key(operation.method.rawValue.lowercased())
                    write(operation, &writer)
                }
            }
        }
    }

    private func write(_ operation: Operation, _ writer: inout JSONWriter) {
        writer.object { writer in
            if !operation.detail.isEmpty { writer.field("description", operation.detail) }
            writer.field("operationId", operation.identifier)
            writer.array("parameters") { parameters(operation, &$0) }
            if let schema = operation.body { requestBody(operation, schema, &writer) }
            writer.object("responses") { responses(operation, &$0) }
            writer.array("security") { writer in
                writer.object { $0.array("key") { $0.value(operation.scope.rawValue) } }
            }
            writer.field("summary", operation.summary)
            writer.array("tags") { $0.value(operation.topic.rawValue) }
        }
    }

    private func requestBody(_ operation: Operation, _ schema: Schema, _ writer: inout JSONWriter) {
        writer.object("requestBody") { writer in
            writer.object("content") { writer in
                for type in operation.bodyMediaTypes.sorted() {
                    writer.key(type)
                    writer.object { writer in
                        if let example = operation.example {
                            writer.key("example")
                            if type.hasSuffix("json") { writer.raw(example) } else { writer.value(example) }
                        }
                        writer.key("schema")
                        schema.write(&writer)
                    }
                }
            }
            writer.field("required", true)
        }
    }

    // MARK: Parameters

    private func parameters(_ operation: Operation, _ writer: inout JSONWriter) {
        for parameter in operation.pathParameters { write(parameter, in: "path", &writer) }
        for parameter in operation.allParameters { write(parameter, in: "query", &writer) }
        for header in Self.requestHeaders(operation) { write(header, in: "header", &writer) }
    }

    /// The headers that mean something to an operation.
    static func requestHeaders(_ operation: Operation) -> [Operation.Parameter] {
        guard operation.isWrite else {
            guard operation.isVersioned else { return [] }
            return [.init("If-None-Match", .text, "The ETag that is known: 304 when it is still the same.")]
        }
        return preconditions(operation) + [
            .init(
                "Idempotency-Key", .text(1...255, pattern: "^[!-~]+$"),
                "Any text of your own, new for each request: the request is carried out once, however often it is sent."
            )
        ]
    }

    private static func preconditions(_ operation: Operation) -> [Operation.Parameter] {
        guard operation.isVersioned else { return [] }
        let seen = Operation.Parameter(
            "If-Match", .text(pattern: #"^(\*|"[1-9][0-9]{0,14}")$"#),
            "The ETag that was seen: 412 when it is another one by now."
        )
        guard operation.method == .post else { return [seen] }
        return [seen, .init("If-None-Match", .choice(["*"]), "Only create: 412 when it is there already.")]
    }

    private func write(_ parameter: Operation.Parameter, in place: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            if !parameter.description.isEmpty { writer.field("description", parameter.description) }
            if let example = parameter.example { writer.field("example", example) }
            writer.field("in", place)
            writer.field("name", parameter.name)
            if place == "path" { writer.field("required", true) }
            writer.key("schema")
            parameter.schema.write(&writer)
        }
    }

    // MARK: Answers

    private func responses(_ operation: Operation, _ writer: inout JSONWriter) {
        for (status, answers) in Dictionary(grouping: operation.allAnswers, by: \.status.code).sorted(by: {
            $0.key < $1.key
        }) {
            writer.key(String(status))
            write(answers, &writer)
        }
        for refusal in operation.allRefusals {
            writer.key(String(refusal.status.code))
            writer.object { writer in
                writer.object("content") { writer in
                    writer.object("application/problem+json") { writer in
                        writer.key("schema")
                        Schema.problem.write(&writer)
                    }
                }
                writer.field("description", refusal.description)
                headers(refusal.status, &writer)
            }
        }
    }

    /// Writes the answers of one status as one.
    private func write(_ answers: [Operation.Answer], _ writer: inout JSONWriter) {
        var byType: [String: [Schema]] = [:]
        for answer in answers {
            for type in answer.mediaTypes { byType[type, default: []] += answer.schema.map { [$0] } ?? [] }
        }
        writer.object { writer in
            if !byType.isEmpty {
                writer.object("content") { writer in
                    for (type, schemas) in byType.sorted(by: { $0.key < $1.key }) {
                        writer.key(type)
                        writer.object { writer in
                            guard !schemas.isEmpty else { return }
                            writer.key("schema")
                            (schemas.count == 1 ? schemas[0] : .either(schemas)).write(&writer)
                        }
                    }
                }
            }
            writer.field("description", answers.map(\.description).joined(separator: " "))
            let names = Set(answers.flatMap(\.headers)).map(\.rawValue).sorted()
            guard !names.isEmpty else { return }
            writer.object("headers") { writer in
                for name in names {
                    writer.key(name)
                    writer.object { $0.object("schema") { $0.field("type", "string") } }
                }
            }
        }
    }

    private func headers(_ status: HTTPResponse.Status, _ writer: inout JSONWriter) {
        guard [.tooManyRequests, .serviceUnavailable].contains(status) else { return }
        writer.object("headers") { writer in
            writer.object("Retry-After") { writer in
                writer.field("description", "Seconds.")
                writer.object("schema") { $0.field("type", "integer") }
            }
        }
    }

    // MARK: Components

    private func components(_ writer: inout JSONWriter) {
        writer.object("schemas") { writer in
            for (name, schema) in named.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                schema.write(&writer)
            }
        }
        writer.object("securitySchemes") { writer in
            writer.object("key") { writer in
                writer.field("description", "A key made with “reorder key create” or under Settings.")
                writer.field("scheme", "bearer")
                writer.field("type", "http")
            }
        }
    }

    private var named: [String: Schema] {
        var found: [String: Schema] = [:]
        Schema.problem.collectNamed(into: &found)
        for operation in operations {
            operation.body?.collectNamed(into: &found)
            for answer in operation.answers { answer.schema?.collectNamed(into: &found) }
        }
        return found
    }
}

extension Operation {
    /// The good answers, with the one that every conditional read has.
    var allAnswers: [Answer] {
        guard isVersioned, !isWrite else { return answers }
        return answers + [
            Answer(status: .notModified, description: "It is as If-None-Match says.", mediaTypes: [], headers: [.etag])
        ]
    }
}
