import Domain
import HTTPTypes

extension Operation {
    /// Every status that may be answered with a problem, in order, with what it means here.
    var allRefusals: [(status: HTTPResponse.Status, description: String)] {
        var found: [Int: (HTTPResponse.Status, [String])] = [:]
        for refusal in refusals + common {
            found[refusal.status.code, default: (refusal.status, [])].1.append(refusal.description)
        }
        return found.sorted { $0.key < $1.key }.map { ($0.value.0, $0.value.1.joined(separator: " ")) }
    }

    private var common: [Refusal] {
        var all = [
            Refusal(status: .badRequest, description: "The address or the body cannot be read; the detail says where."),
            Refusal(status: .unauthorized, description: "There is no valid key."),
            Refusal(
                status: .forbidden,
                description: "The key lacks the scope \(scope.rawValue)"
                    + (feature.map { ", or the feature \($0.rawValue) is switched off." } ?? ".")
            ),
            Refusal(status: .notAcceptable, description: "The Accept header leaves nothing that can be answered."),
            Refusal(status: .tooManyRequests, description: "Too many requests: Retry-After says when to come back."),
            Refusal(status: .serviceUnavailable, description: "Nothing was stored: try again after Retry-After."),
        ]
        if isWrite {
            all.append(
                Refusal(
                    status: .conflict,
                    description: "The Idempotency-Key stands for another request, or for one that still runs."
                )
            )
        }
        if !pathParameters.isEmpty, !refusals.contains(where: { $0.status == .notFound }) {
            all.append(Refusal(status: .notFound, description: "There is no such thing."))
        }
        if isVersioned, isWrite {
            all.append(
                Refusal(status: .preconditionFailed, description: "If-Match or If-None-Match does not hold any more."))
        }
        if body != nil {
            all += [
                Refusal(status: .contentTooLarge, description: "The body is too large."),
                Refusal(status: .unsupportedMediaType, description: "The body is of a type that is not taken."),
                Refusal(status: .unprocessableContent, description: "Some attributes cannot be taken; all are named."),
            ]
        }
        return all
    }
}
