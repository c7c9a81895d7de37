import HTTPTypes
import Hummingbird
import Logging

/// The one place that turns errors into answers.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let pages: ErrorPages
    let logger: Logger

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch is SignInNeeded {
            response = pages.signIn(request)
        } catch {
            response = answer(error, request, context)
        }
        response.headers[.requestID] = context.requestID
        return response
    }

    private func answer(_ error: any Error, _ request: Request, _ context: WebContext) -> Response {
        let problem = Problem(error) ?? unforeseen(error, request, context)
        if problem.status == .serviceUnavailable {
            logger.warning(
                "\(request.method) \(context.route) answered 503",
                metadata: ["request": "\(context.requestID)", "cause": "\(error)"]
            )
        }
        if pages.wants(request) { return pages.page(problem, request, context) }
        return problem.response(instance: request.uri.path, requestID: context.requestID)
    }

    private func unforeseen(_ error: any Error, _ request: Request, _ context: WebContext) -> Problem {
        logger.error(
            "\(request.method) \(context.route) failed",
            metadata: ["request": "\(context.requestID)", "cause": "\(error)"]
        )
        return Problem(
            .internalServerError, "internal_error",
            "Something went wrong here; it was logged with the request's id. Try again."
        )
    }
}

extension HTTPField.Name {
    static let serverTiming = ours("Server-Timing")
    static let requestID = ours("X-Request-ID")
    static let fragment = ours("X-Fragment")
    static let fragmentLocation = ours("X-Location")
    static let contentSecurityPolicy = ours("Content-Security-Policy")
    static let referrerPolicy = ours("Referrer-Policy")
    static let frameOptions = ours("X-Frame-Options")
    static let forwardedFor = ours("X-Forwarded-For")
    static let forwardedProtocol = ours("X-Forwarded-Proto")
    static let fetchSite = ours("Sec-Fetch-Site")

    static let idempotencyKey = ours("Idempotency-Key")
    static let idempotencyReplayed = ours("Idempotency-Replayed")
    static let rateLimit = ours("RateLimit")
    static let rateLimitPolicy = ours("RateLimit-Policy")

    private static func ours(_ name: String) -> HTTPField.Name {
        guard let parsed = HTTPField.Name(name) else { preconditionFailure("\(name) is not a header's name") }
        return parsed
    }
}
