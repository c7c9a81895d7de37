import HTTPTypes
import Hummingbird

/// Answers what no route takes: 405 with `Allow` where the address takes other methods, `OPTIONS` everywhere, else 404.
///
/// It is added after the last route, so that only requests without a route pass through it.
struct WrongMethod: RouterMiddleware {
    typealias Context = WebContext

    private let routes: [(pattern: [Substring], method: HTTPRequest.Method)]

    init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
        self.routes = routes.map { (Self.parts($0.path), $0.method) }
    }

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let methods = methods(of: request.uri.path)
        guard !methods.isEmpty else { throw Problem.notFound }
        let allow = methods.map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return Response(status: .noContent, headers: [.allow: allow]) }
        throw Problem(
            .methodNotAllowed, "method_not_allowed",
            "This address does not take \(request.method.rawValue). It takes: \(allow).", headers: [.allow: allow]
        )
    }

    private func methods(of path: String) -> [HTTPRequest.Method] {
        let path = Self.parts(path)
        let matching = routes.filter { Self.matches($0.pattern, path) }
        // As the router does: an address that is spelled out is not one with a parameter.
        guard let closest = matching.map({ Self.parameters($0.pattern) }).min(by: { $0.lexicographicallyPrecedes($1) })
        else { return [] }
        var found = Set(matching.filter { Self.parameters($0.pattern) == closest }.map(\.method))
        if found.contains(.get) { found.insert(.head) }
        found.insert(.options)
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }

    /// For each part of a pattern 1 where it is a parameter, else 0.
    private static func parameters(_ pattern: [Substring]) -> [Int] {
        pattern.map { $0.hasPrefix("{") || $0.hasPrefix("*") ? 1 : 0 }
    }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        if pattern.last == "**" { return path.starts(with: pattern.dropLast()) }
        return pattern.count == path.count
            && zip(pattern, path).allSatisfy { pattern, part in
                pattern.hasPrefix("{") || pattern == "*" || pattern == part
            }
    }
}
