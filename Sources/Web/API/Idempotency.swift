import Crypto
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// Reads `Idempotency-Key`, and answers repetitions as the first time (spec README, "Conventions").
struct Idempotency: Sendable {
    let service: IdempotencyService
    let bodyLimit: Int

    /// Answers what `handler` does, once for each key.
    func answer(
        _ request: Request, key text: String, _ operation: Operation, context: KeyContext,
        _ handler: APIRouter.Handler
    ) async throws -> Response {
        try Self.check(text)
        let body = operation.isStreamed ? nil : try await request.body(upTo: bodyLimit)
        var request = request
        if let body { request.body = RequestBody(buffer: body) }
        let outcome = try await service.once(
            text, of: context.key.id, fingerprint: Self.fingerprint(request, body),
            isRepeatable: operation.isRepeatable
        ) { [request] in
            try await handler(request, context)
        } answer: { response in
            operation.isConfidential ? nil : try await Self.kept(response)
        }
        switch outcome {
        case .done(let response): return response
        case .repeated(let answer): return Self.response(answer)
        }
    }

    private static func check(_ text: String) throws {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Problem.badRequest(
                "bad_idempotency_key", "An Idempotency-Key has 1 to 255 letters, digits and signs, without spaces."
            )
        }
    }

    /// Differs for another method, address, condition or body; a streamed body is known by its length and type only.
    private static func fingerprint(_ request: Request, _ body: ByteBuffer?) -> String {
        var hash = SHA256()
        let head = [
            request.method.rawValue, request.uri.description, request.headers[.ifMatch] ?? "",
            request.headers[.ifNoneMatch] ?? "",
            body == nil ? (request.headers[.contentLength] ?? "") + (request.headers[.contentType] ?? "") : "",
        ]
        hash.update(data: Array(head.joined(separator: "\n").utf8) + [0])
        if let body { body.withUnsafeReadableBytes { hash.update(bufferPointer: $0) } }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: Keeping

    private static let keptHeaders: [HTTPField.Name] = [.contentType, .eTag, .location]

    /// The answer as it is kept.
    private static func kept(_ response: Response) async throws -> KeptAnswer {
        let collector = BodyCollector()
        try await response.body.write(collector)
        let headers = keptHeaders.compactMap { name in response.headers[name].map { "\(name): \($0)" } }
        return KeptAnswer(
            status: response.status.code, headers: headers.joined(separator: "\n"),
            body: String(buffer: collector.bytes)
        )
    }

    private static func response(_ answer: KeptAnswer) -> Response {
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        for line in answer.headers.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { continue }
            headers[name] = String(parts[1].dropFirst())
        }
        let status = HTTPResponse.Status(code: answer.status)
        guard !answer.body.isEmpty else { return Response(status: status, headers: headers) }
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
    }
}

/// Gathers what an answer writes.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws {
        var buffer = buffer
        bytes.writeBuffer(&buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
