import HTTPTypes
import Hummingbird
import NIOCore
import Platform

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
    /// It may be compressed with gzip; `limit` is how large it may be after that, too.
    ///
    /// - Throws: 415 when it says to be something else than JSON, 413 when it is too large.
    func jsonBody(upTo limit: Int) async throws -> ByteBuffer {
        if let type = headers[.contentType], !type.lowercased().contains("json") {
            throw Problem(
                .unsupportedMediaType, "not_json", "Send the body as “Content-Type: application/json”."
            )
        }
        return try await unpackedBody(upTo: limit)
    }

    /// The whole body of whatever type, uncompressed where it says to be compressed with gzip.
    ///
    /// - Throws: 413 when either is larger than `limit`.
    func unpackedBody(upTo limit: Int) async throws -> ByteBuffer {
        guard let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" else {
            return try await body(upTo: limit)
        }
        guard ["gzip", "x-gzip"].contains(encoding.lowercased()) else {
            throw Problem(
                .unsupportedMediaType, "unknown_encoding", "A body is taken as it is or compressed with gzip.",
                headers: [.acceptEncoding: "gzip"]
            )
        }
        return try await uncompressed(try await body(upTo: limit), limit)
    }

    private func uncompressed(_ body: ByteBuffer, _ limit: Int) async throws -> ByteBuffer {
        do throws(Gzip.Failure) {
            return ByteBuffer(bytes: try Gzip.inflate(Array(body.readableBytesView), upTo: limit))
        } catch .damaged {
            throw Problem.badRequest("malformed_gzip", "The body is not whole gzip, as Content-Encoding says.")
        } catch .tooLarge {
            throw Problem(
                .contentTooLarge, "body_too_large",
                "Uncompressed the body has more than \(limit) bytes, which is the most that is taken here. Send it in parts."
            )
        }
    }
}
