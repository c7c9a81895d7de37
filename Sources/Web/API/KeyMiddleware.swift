import Domain
import HTTPTypes
import Hummingbird
import Logging
import Platform

/// Looks up the key of a request, and holds it to its rate.
struct KeyMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let keys: KeyService
    let limiter: RateLimiter?
    let surroundings: Surroundings
    let logger: Logger
    /// Wrong keys from one address: fifty at once, then five a second.
    let guesses = RateLimiter(perSecond: 5, burst: 50)

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        guard let text = Self.bearer(header), let key = try keys.authenticate(text) else {
            if let seconds = guesses.take(context.address, at: surroundings.now()) {
                throw Problem.tooManyRequests(retryAfter: seconds)
            }
            return try await next(request, context)
        }
        let allowance = limiter?.use(key.code, at: surroundings.now())
        if let seconds = allowance?.wait {
            var problem = Problem.tooManyRequests(retryAfter: seconds)
            problem.headers = rateHeaders(remaining: 0)
            throw problem
        }
        do {
            try await keys.noteUse(of: key)
        } catch let error where Outage(error) != nil {
            logger.warning("the use of a key could not be written down", metadata: ["cause": "\(error)"])
        }
        var context = context
        context.key = key
        var response = try await next(request, context)
        if let allowance { response.headers.append(contentsOf: rateHeaders(remaining: allowance.remaining)) }
        return response
    }

    /// What the key may do yet, as draft-ietf-httpapi-ratelimit-headers has it.
    private func rateHeaders(remaining: Int) -> HTTPFields {
        guard let policy = limiter?.policy else { return [:] }
        return [
            .rateLimit: "\"key\";r=\(remaining);t=1", .rateLimitPolicy: "\"key\";q=\(policy.burst);w=\(policy.seconds)",
        ]
    }

    private static func bearer(_ header: String) -> String? {
        let scheme = "bearer "
        guard header.utf8.count > scheme.utf8.count,
            zip(header.utf8, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 })
        else { return nil }
        return String(header.utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") })
    }
}
