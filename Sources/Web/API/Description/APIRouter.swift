import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Mounts the operations of the API: none without its description, and none that does not hold to it.
///
/// Before a handler runs, the key's scope, the names behind the question mark and the `Accept` header were checked
/// against the description.
struct APIRouter {
    typealias Handler = @Sendable (Request, KeyContext) async throws -> Response

    private let routes: any RouterMethods<KeyContext>
    /// The fields that there are, by which some collections can be filtered.
    private let references: ReferenceBoard
    private let record: Record
    private let idempotency: Idempotency
    /// What must be switched on.
    private var features: [Feature] = []

    /// What was mounted, in its order.
    private final class Record {
        var operations: [Operation] = []
    }

    init(_ routes: some RouterMethods<KeyContext>, _ references: ReferenceBoard, _ idempotency: Idempotency) {
        (self.routes, self.references, record, self.idempotency) = (routes, references, Record(), idempotency)
    }

    /// What was mounted so far, in its order.
    var operations: [Operation] { record.operations }

    /// The same for operations that are refused while a feature is switched off.
    func requiring(_ feature: Feature) -> APIRouter {
        var router = self
        router.features.append(feature)
        return router
    }

    /// Mounts an operation below `/api/`.
    func mount(_ operation: Operation, use handler: @escaping Handler) {
        record.operations.append(operation.requiring(features.last))
        let names = operation.queryNames
        let (scope, isVersioned) = (operation.scope, operation.isVersioned)
        let mediaTypes = operation.answers.flatMap(\.mediaTypes)
        let idempotency = operation.isWrite ? idempotency : nil
        let (filteredObject, references, features) = (operation.filteredObject, references, features)
        routes.on(RouterPath(operation.path), method: operation.method) { request, context in
            for feature in features { try references.require(feature) }
            try context.require(scope)
            if request.uri.query != nil {
                var names = names
                if let object = filteredObject {
                    let filters = CustomFilter.parameters(object, references.current.fields)
                    names.formUnion(filters.map { "filter[\($0.name)]" })
                }
                try request.refuseParameters(beside: names)
            }
            try request.requireAcceptance(of: mediaTypes)
            guard let idempotency else {
                let answer = try await handler(request, context)
                // Where the tag leaves out what only counts, it does not tell whether the answer is the same.
                return isVersioned ? answer.unlessSeen(by: request) : answer
            }
            guard let key = request.headers[.idempotencyKey] else { return try await handler(request, context) }
            return try await idempotency.answer(request, key: key, operation, context: context, handler)
        }
    }
}

extension Request {
    /// - Throws: 400 that names a parameter that means nothing here, or stands twice.
    fileprivate func refuseParameters(beside names: Set<String>) throws {
        var seen: Set<String> = []
        for (name, _) in QueryItems(self).items {
            guard names.contains(name) else { throw Problem.unknownParameter(name, beside: names) }
            guard seen.insert(name).inserted else {
                throw Problem.badRequest("repeated_parameter", "The parameter “\(name)” stands twice; say it once.")
            }
        }
    }

    /// - Throws: 406 when the sender takes nothing of what can be answered.
    fileprivate func requireAcceptance(of mediaTypes: [String]) throws {
        guard let accept = headers[.accept], !Accept(accept).takes(anyOf: mediaTypes) else { return }
        throw Problem(
            .notAcceptable, "not_acceptable",
            "This answers \(mediaTypes.joined(separator: " or ")), which the Accept header does not allow."
        )
    }
}

extension Problem {
    fileprivate static func unknownParameter(_ name: String, beside names: Set<String>) -> Problem {
        func isFilter(_ name: String) -> Bool { name.hasPrefix("filter[") && name.hasSuffix("]") }
        func filter(_ name: String) -> String { String(name.dropFirst(7).dropLast()) }
        guard isFilter(name) else {
            return .badRequest("unknown_parameter", "There is no parameter “\(name)” here.")
        }
        let known = names.filter(isFilter).map(filter).sorted()
        let list = known.isEmpty ? "none" : known.joined(separator: ", ")
        return .badRequest("unknown_filter", "There is no filter “\(filter(name))”. Known are: \(list).")
    }
}

/// What an `Accept` header allows.
struct Accept {
    private let ranges: [Substring]
    private let isEmpty: Bool

    init(_ text: String) {
        isEmpty = text.allSatisfy { $0 == " " }
        ranges = text.split(separator: ",").compactMap { part in
            let pieces = part.split(separator: ";").map { $0.trimmingPrefix { $0 == " " } }
            let isRefused = pieces.dropFirst().contains { $0.wholeMatch(of: /q=0(\.0*)?\s*/) != nil }
            guard let range = pieces.first, !isRefused else { return nil }
            return Substring(range.lowercased().filter { $0 != " " })
        }
    }

    /// An empty header allows everything, as its absence does.
    func takes(anyOf mediaTypes: [String]) -> Bool {
        isEmpty || mediaTypes.isEmpty
            || mediaTypes.contains { type in
                ranges.contains { range in
                    range == "*/*" || type.hasPrefix(range)
                        || (range.hasSuffix("/*") && type.hasPrefix(range.dropLast()))
                        || (type == "application/json" && range == "application/problem+json")
                }
            }
    }
}
