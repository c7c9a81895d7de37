import HTTPTypes
import Hummingbird

/// Mounts routes that have no description yet; the test of the document names them.
extension APIRouter: RouterMethods {
    typealias Context = KeyContext

    @discardableResult func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == KeyContext {
        routes.on(path, method: method, responder: responder)
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, KeyContext>) -> Self { self }
}
