import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

/// A receiver of webhooks on this machine, which notes each call and answers what it is told to.
package final class HookReceiver: Sendable {
    /// A call as it came.
    package struct Call: Sendable {
        package var headers: HTTPFields
        package var body: String

        package func json() throws -> JSON { try JSON(parsing: body) }

        package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

        /// The identifier and sequence of a message about an order or a receipt: `o-1/2`.
        package var place: String {
            let data = try? json()["data"]
            let object = data?["order"] ?? data?["receipt"]
            return "\(object?["external_id"]?.text ?? "?")/\(Int(data?["sequence"]?.number ?? -1))"
        }
    }

    /// What a call is answered.
    package struct Reply: Sendable {
        package var status: Int
        package var location: String?
        package var body: String

        package init(_ status: Int, location: String? = nil, body: String = "") {
            (self.status, self.location, self.body) = (status, location, body)
        }

        fileprivate var response: Response {
            var headers: HTTPFields = [:]
            headers[.location] = location
            let bytes = ByteBuffer(string: body)
            return Response(status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
    }

    private struct State {
        var calls: [Call] = []
        var answer: @Sendable (Call) -> Reply = { _ in Reply(204) }
    }

    private let state = Mutex(State())

    package init() {}

    package var calls: [Call] { state.withLock { $0.calls } }

    /// Sets what every call is answered from now on.
    package func answer(_ answer: @escaping @Sendable (Call) -> Reply) { state.withLock { $0.answer = answer } }

    package func answer(_ status: Int, location: String? = nil, body: String = "") {
        answer { _ in Reply(status, location: location, body: body) }
    }

    /// Runs `body` while the receiver listens, with its address.
    package func listening<Result: Sendable>(
        _ body: @escaping @Sendable (_ address: String) async throws -> Result
    ) async throws -> Result {
        let router = Router()
        router.post("hook") { [self] request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let call = Call(headers: request.headers, body: text)
            let answer = state.withLock { state in
                state.calls.append(call)
                return state.answer
            }
            return answer(call).response
        }
        return try await Application(router: router, logger: .quiet).test(.live) { client in
            try await body("http://127.0.0.1:\(client.port ?? 0)/hook")
        }
    }
}
