import Domain
import Hummingbird
import Platform

/// Answers 403 to everything under it while a feature is switched off; what is stored is kept.
struct FeatureGate<Context: RequestContext>: RouterMiddleware {
    let feature: Feature
    let references: ReferenceBoard

    init(_ feature: Feature, _ references: ReferenceBoard) {
        (self.feature, self.references) = (feature, references)
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try references.require(feature)
        return try await next(request, context)
    }
}
