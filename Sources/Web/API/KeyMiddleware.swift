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
    /// For keys with a limit of their own, where the server has none.
    private let ownLimits = RateLimiter(perSecond: 1, burst: 1)

    init(keys: KeyService, limiter: RateLimiter?, surroundings: Surroundings, logger: Logger) {
        (self.keys, self.limiter, self.surroundings, self.logger) = (keys, limiter, surroundings, logger)
    }

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
        let rate = rate(of: key)
        if let rate, let seconds = rate.retryAfter {
            var problem = Problem.tooManyRequests(retryAfter: seconds)
            problem.headers = rate.headers
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
        if let rate { response.headers.append(contentsOf: rate.headers) }
        return response
    }

    /// Takes one of what the key may ask: its own limit, or else the server's.
    private func rate(of key: APIKey) -> RateLimiter.Reserve? {
        let now = surroundings.now()
        guard let own = key.requestsPerSecond.map(Double.init) else { return limiter?.spend(key.code, at: now) }
        // A reserve of at least ten lets a key of one request a second open a page's worth at once.
        return (limiter ?? ownLimits).spend(key.code, at: now, perSecond: own, burst: max(10, own * 5))
    }

    static func bearer(_ header: String) -> String? {
        let scheme = "bearer "
        guard header.utf8.count > scheme.utf8.count,
            zip(header.utf8, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 })
        else { return nil }
        return String(header.utf8.dropFirst(scheme.utf8.count).drop { $0 == UInt8(ascii: " ") })
    }
}

extension RateLimiter.Reserve {
    /// As programs read it (draft-ietf-httpapi-ratelimit-headers).
    fileprivate var headers: HTTPFields {
        [.rateLimit: "\"key\";r=\(remaining);t=1", .rateLimitPolicy: "\"key\";q=\(limit);w=\(window)"]
    }
}
