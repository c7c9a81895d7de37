import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/hooks/shopify/{connection}` and `/hooks/woocommerce/{connection}`: where shop systems send their orders
/// (Docs/connecting-a-shop.md).
struct ConnectorRoutes {
    let connectors: ConnectorService
    let references: ReferenceBoard
    let surroundings: Surroundings
    /// Messages that are not signed rightly, from one address: twenty at once, then one a second.
    private let guesses = RateLimiter(perSecond: 1, burst: 20)

    /// The largest message, in bytes: a thousand lines with all that a shop says of them.
    private static let bodyLimit = 4 << 20

    init(connectors: ConnectorService, references: ReferenceBoard, surroundings: Surroundings) {
        (self.connectors, self.references, self.surroundings) = (connectors, references, surroundings)
    }

    func mount(on router: some RouterMethods<WebContext>) {
        router.post("hooks/shopify/{connection}") { request, context in
            try await receive(.shopify, request, context)
        }
        router.post("hooks/woocommerce/{connection}") { request, context in
            try await receive(.woocommerce, request, context)
        }
    }

    private func receive(
        _ kind: ShopConnection.Kind, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        try references.require(.orders)
        let body = try await request.body(upTo: Self.bodyLimit)
        let message = ShopMessage(kind, body: Array(body.readableBytesView)) { name in
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        do {
            let outcome = try await connectors.receive(message, at: try context.path("connection"))
            return .json { $0.object("meta") { $0.field("outcome", outcome.rawValue) } }
        } catch let error as ConnectorError where error == .wrongSignature || error == .unknownConnection {
            if let seconds = guesses.take(context.address, at: surroundings.now()) {
                throw Problem.tooManyRequests(retryAfter: seconds)
            }
            throw error
        }
    }
}
