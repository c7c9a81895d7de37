import Domain
import HTTPTypes

/// Makes the documentation page from the descriptions of the operations.
struct APIDocsMaker: Sendable {
    let operations: [Operation]
    let settings: WebSettings

    func model(_ shell: ShellModel, origin: String) -> APIDocsModel {
        APIDocsModel(
            shell: shell, origin: origin,
            topics: Operation.Topic.allCases.compactMap { topic in
                let entries = operations.filter { $0.topic == topic }.sorted(by: Self.stands).map { entry($0, origin) }
                guard !entries.isEmpty else { return nil }
                return APIDocsModel.Topic(
                    name: topic.rawValue, anchor: Self.anchor(topic.rawValue), operations: entries)
            },
            objects: objects, limits: limits
        )
    }

    private func entry(_ operation: Operation, _ origin: String) -> APIDocsModel.Entry {
        APIDocsModel.Entry(
            anchor: operation.identifier, method: operation.method.rawValue, color: Self.color(operation.method),
            path: "/api/\(operation.path)", summary: operation.summary,
            detail: operation.detail.isEmpty ? [] : [operation.detail], scope: operation.scope.rawValue,
            feature: operation.feature?.rawValue, parameters: Self.parameters(operation), body: Self.body(operation),
            bodyNote: Self.bodyNote(operation), curl: Self.curl(operation, origin),
            curlID: "curl-\(operation.identifier)",
            answers: operation.allAnswers.map(Self.answer),
            refusals: operation.allRefusals.map {
                APIDocsModel.Answer(status: String($0.status.code), description: $0.description)
            }
        )
    }

    // MARK: What is sent

    private static func parameters(_ operation: Operation) -> APIDocsModel.Table? {
        func row(_ parameter: Operation.Parameter, _ place: String) -> APIDocsModel.Row {
            APIDocsModel.Row(
                name: parameter.name, type: parameter.schema.words, note: parameter.description,
                isRequired: place == "path", place: place
            )
        }
        let rows =
            operation.pathParameters.map { row($0, "path") } + operation.allParameters.map { row($0, "query") }
            + OpenAPIDocument.requestHeaders(operation).map { row($0, "header") }
        return rows.isEmpty ? nil : APIDocsModel.Table(caption: "Parameters of \(operation.summary)", rows: rows)
    }

    private static func body(_ operation: Operation) -> APIDocsModel.Table? {
        guard let body = operation.body else { return nil }
        let attributes = body.value(of: "data")?.value(of: "attributes")
        let rows = (attributes ?? body).rows()
        return rows.isEmpty ? nil : APIDocsModel.Table(caption: "Attributes of \(operation.summary)", rows: rows)
    }

    private static func bodyNote(_ operation: Operation) -> String? {
        guard let body = operation.body else { return nil }
        guard body.value(of: "data")?.value(of: "attributes") != nil else {
            return "The body is \(operation.bodyMediaTypes.joined(separator: " or "))."
        }
        return "The body is {\"data\": {\"attributes\": {…}}} with these attributes."
    }

    private static func curl(_ operation: Operation, _ origin: String) -> String {
        var address = "\(origin)/api/\(operation.path)"
        for parameter in operation.pathParameters {
            address = address.replacing(
                "{\(parameter.name)}", with: parameter.example ?? operation.sample(parameter.name))
        }
        let query = operation.allParameters.compactMap { parameter in
            parameter.example.map { "\(parameter.name)=\($0)" }
        }
        if !query.isEmpty { address += "?" + query.joined(separator: "&") }
        var lines = [
            "curl \(query.isEmpty ? "" : "-g ")\(operation.method == .get ? "" : "-X \(operation.method.rawValue) ")'\(address)'",
            "  -H \"Authorization: Bearer $KEY\"",
        ]
        if let example = operation.example {
            lines.append("  -H 'Content-Type: \(operation.bodyMediaTypes.first ?? "application/json")'")
            let text = operation.bodyMediaTypes.first?.hasSuffix("/json") == true ? JSONLayout.pretty(example) : example
            lines.append("  -d '\(text)'")
        }
        return lines.joined(separator: " \\\n")
    }

    // MARK: What is answered

    private static func answer(_ answer: Operation.Answer) -> APIDocsModel.Answer {
        let name = answer.schema?.firstName
        return APIDocsModel.Answer(
            status: String(answer.status.code), description: answer.description, objectName: name,
            objectHref: name.map { "#object-\($0)" }
        )
    }

    /// Every object that an answer has.
    private var objects: [APIDocsModel.Object] {
        var found: [String: Schema] = [:]
        for operation in operations {
            for answer in operation.answers { answer.schema?.collectNamed(into: &found) }
        }
        Schema.problem.collectNamed(into: &found)
        return found.sorted { $0.key < $1.key }.map { name, schema in
            APIDocsModel.Object(
                name: name, anchor: "object-\(name)",
                table: APIDocsModel.Table(
                    caption: "Attributes of \(name)", rows: (schema.value(of: "attributes") ?? schema).rows())
            )
        }
    }

    private var limits: [APIDocsModel.Row] {
        [
            .init(
                name: "Body", type: "\(settings.maxBodyBytes >> 20) MB", note: "Also after gzip is undone; more is 413."
            ),
            .init(name: "List in data", type: "1,000 elements", note: "Where a call takes a list; more is 400."),
            .init(name: "Page", type: "500 elements", note: "50 without page[size]."),
            .init(
                name: "Requests",
                type: settings.requestsPerSecond == 0 ? "no limit" : "\(settings.requestsPerSecond) a second",
                note:
                    "Of one key, and five times as many at once; RateLimit says what is left. More is 429 with Retry-After."
            ),
            .init(name: "Metadata", type: "16 KB", note: "Of an order or a customer."),
        ]
    }

    /// What is wanted first stands first: collections before what is in them, making before reading.
    private static func stands(_ left: Operation, before right: Operation) -> Bool {
        func rank(_ operation: Operation) -> (Int, String, Int) {
            let order: [HTTPRequest.Method] = [.post, .get, .patch, .put, .delete]
            let depth = operation.path.split(separator: "/").count
            return (depth, operation.path, order.firstIndex(of: operation.method) ?? order.count)
        }
        return rank(left) < rank(right)
    }

    private static func anchor(_ text: String) -> String {
        text.lowercased().replacing(" ", with: "-")
    }

    private static func color(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get: "color-blue"
        case .post: "color-green"
        case .delete: "color-red"
        default: "color-amber"
        }
    }
}

extension Operation {
    /// A value of a path's parameter for an example.
    fileprivate func sample(_ name: String) -> String {
        if let parameter = pathParameters.first(where: { $0.name == name }), case .choice(let words) = parameter.schema
        {
            return words[0]
        }
        if name != "id" { return name == "code" ? "accepted" : "1" }
        return switch path.split(separator: "/").first {
        case "orders": "A-2041"
        case "customers": "ana-17"
        case "products": "oolong-100"
        default: "1"
        }
    }
}
