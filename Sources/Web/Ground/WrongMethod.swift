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
        var found = Set(routes.filter { Self.matches($0.pattern, path) }.map(\.method))
        guard !found.isEmpty else { return [] }
        if found.contains(.get) { found.insert(.head) }
        found.insert(.options)
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        if pattern.last == "**" { return path.starts(with: pattern.dropLast()) }
        return pattern.count == path.count
            && zip(pattern, path).allSatisfy { pattern, part in
                pattern.hasPrefix("{") || pattern == "*" || pattern == part
            }
    }
}
