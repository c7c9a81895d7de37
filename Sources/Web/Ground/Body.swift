import Hummingbird
import NIOCore

extension Request {
    /// The whole body, up to `limit` bytes.
    ///
    /// - Throws: 413 when it is larger, before it was read where the sender says how large it is.
    func body(upTo limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw Problem(
                .contentTooLarge, "body_too_large",
                "The body has \(length) bytes; at most \(limit) are taken here. Send it in parts."
            )
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .contentTooLarge, "body_too_large",
                "The body has more than \(limit) bytes, which is the most that is taken here. Send it in parts."
            )
        }
    }

    /// The body of an API call.
    ///
    /// - Throws: 415 when it says to be something else than JSON, 413 when it is too large.
    func jsonBody(upTo limit: Int) async throws -> ByteBuffer {
        if let type = headers[.contentType], !type.lowercased().contains("json") {
            throw Problem(
                .unsupportedMediaType, "not_json", "Send the body as “Content-Type: application/json”."
            )
        }
        return try await body(upTo: limit)
    }
}
