import HTTPTypes
import Hummingbird

/// Errors as a browser shows them.
struct ErrorPages: Sendable {
    let views: Views
    let assetVersion: String

    /// Whether the sender is a browser that wants a page.
    func wants(_ request: Request) -> Bool {
        request.headers[.accept]?.contains("text/html") == true && !request.uri.path.hasPrefix("/api/")
    }

    /// Sends a browser to the sign-in page, and from there back.
    func signIn(_ request: Request) -> Response {
        let isEventSource = request.headers[.accept]?.contains("text/event-stream") == true
        if request.headers[.fragment] != nil || isEventSource { return Response(status: .unauthorized) }
        let target = request.uri.description
        return Response(
            status: .seeOther, headers: [.location: Links.signIn(returningTo: request.method == .get ? target : nil)]
        )
    }

    func page(_ problem: Problem, _ request: Request, _ context: WebContext) -> Response {
        let model = ErrorModel(
            shell: ShellModel.bare(assetVersion: assetVersion), code: String(problem.status.code),
            heading: Self.heading(problem), sentence: problem.detail,
            advice: Self.advice(problem),
            homeHref: Links.home, hasBack: false, backHref: "", requestID: context.requestID
        )
        do {
            return try views.response(.error, model, status: problem.status)
        } catch {
            // Views are checked at the start, so this is not reached; the answer for programs serves in any case.
            return problem.response(instance: request.uri.path, requestID: context.requestID)
        }
    }

    private static func advice(_ problem: Problem) -> String {
        switch problem.code {
        case Problem.featureOffCode: "Nothing is lost: it is all there once it is on again."
        case Problem.permissionNeededCode: "Nothing was changed."
        default:
            problem.status == .notFound
                ? "It may have been deleted, or the address has a mistake." : "Go back and try again."
        }
    }

    private static func heading(_ problem: Problem) -> String {
        switch problem.status {
        case .forbidden where problem.code == Problem.featureOffCode: "This part is switched off"
        case .notFound: "This page doesn’t exist"
        case .forbidden: "You may not do this"
        case .internalServerError: "Something went wrong"
        default: problem.title
        }
    }
}

struct ErrorModel: Sendable {
    var shell: ShellModel
    var code: String
    var heading: String
    var sentence: String
    var advice: String
    var homeHref: String
    var hasBack: Bool
    var backHref: String
    var requestID: String
}
