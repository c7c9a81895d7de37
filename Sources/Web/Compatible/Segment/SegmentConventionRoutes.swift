import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Platform

/// `/v1/…` of the Segment convention, for clients that shops have already (Docs/segment-api.md).
struct SegmentConventionRoutes {
    let door: EventDoor
    let logger: Logger

    /// The most bytes of a body, compressed or not, and the most messages of a batch.
    private static let (bodyLimit, messageLimit) = (500 * 1024, 2500)

    /// What the one message of a body sent there is; nil for batches.
    private static let calls: [String: SegmentConvention.Call?] = {
        var calls: [String: SegmentConvention.Call?] = ["batch": nil, "b": nil, "import": nil]
        for call in SegmentConvention.Call.allCases {
            calls[call.rawValue] = call
            // The convention's client for browsers abbreviates.
            calls[String(call.rawValue.prefix(1))] = call
        }
        return calls
    }()

    /// Where clients send to; other addresses below `/v1` are not ours.
    static let paths = Set(calls.keys.map { "/v1/\($0)" })

    func mount(on router: some RouterMethods<WebContext>) {
        for (name, call) in Self.calls {
            router.post("v1/\(name)") { request, context in
                do {
                    try await take(call, request, context)
                    return Self.taken
                } catch {
                    return refused(error, request, context)
                }
            }
        }
    }

    private func take(
        _ call: SegmentConvention.Call?, _ request: Request, _ context: WebContext
    ) async throws {
        let header = request.headers[.authorization]
        // Before the body is read, where the key stands in a header.
        var source = try header.map { try self.source(Self.basic($0), request, context) }
        // Clients send whatever type, which is not looked at.
        let body = try await request.unpackedBody(upTo: Self.bodyLimit)
        let bytes = JSONMending.mended(Array(body.readableBytesView))
        let envelope = try call == nil ? TrackedEnvelope.batch(bytes) : TrackedEnvelope.message(bytes)
        source = try source ?? self.source(envelope.writeKey, request, context)
        guard envelope.messages <= Self.messageLimit else {
            throw Problem(
                .contentTooLarge, "too_many_messages",
                "A batch has at most \(Self.messageLimit) messages: send them in parts."
            )
        }
        guard let source, envelope.messages > 0 else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        try await door.tracking.accept(call?.envelope(text) ?? text, by: .segment, from: source)
    }

    private func source(
        _ key: String?, _ request: Request, _ context: WebContext
    ) throws(Problem) -> EventSource {
        try door.source(key: key, request, context, isBrowser: false)
    }

    /// The write key of `Authorization: Basic`, where it is the name and there is no password.
    private static func basic(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: parts[1].trimmingCharacters(in: .whitespaces)),
            let text = String(data: data, encoding: .utf8)
        else { return nil }
        return String(text.prefix { $0 != ":" })
    }

    // MARK: Answers

    /// Exactly what the convention answers.
    private static let taken = Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(bytes: Array(#"{"success":true}"#.utf8))
    )

    private func refused(_ error: any Error, _ request: Request, _ context: WebContext) -> Response {
        let problem = Problem(atDoor: error) ?? unforeseen(error, request, context)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("code", problem.code)
            writer.field("message", problem.detail)
        }
        var headers: HTTPFields = [.contentType: "application/json"]
        if let seconds = problem.retryAfter { headers[.retryAfter] = String(seconds) }
        if problem.status == .unauthorized { headers[.wwwAuthenticate] = "Basic" }
        return Response(status: problem.status, headers: headers, body: ResponseBody(bytes: writer.bytes))
    }

    private func unforeseen(_ error: any Error, _ request: Request, _ context: WebContext) -> Problem {
        logger.error(
            "\(request.method) \(context.route) failed",
            metadata: ["request": "\(context.requestID)", "cause": "\(error)"]
        )
        return Problem(.internalServerError, "internal_error", "Something went wrong here. Try again.")
    }
}
