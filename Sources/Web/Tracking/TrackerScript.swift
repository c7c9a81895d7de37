import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// `/tracker.js`: the script that shops load into their pages (Docs/tracker.md).
struct TrackerScript: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description = "The tracker is not beside the program: install it with its resources."
    }

    private let plain: ByteBuffer
    private let compressed: ByteBuffer
    private let tag: String

    /// Reads the script and compresses it once.
    init() throws {
        guard let file = Bundle.module.resourceURL?.appending(path: "Tracker/tracker.js"),
            FileManager.default.fileExists(atPath: file.path)
        else { throw Missing() }
        let bytes = try [UInt8](Data(contentsOf: file))
        guard let compressed = Gzip.deflate(bytes) else { throw Missing() }
        plain = ByteBuffer(bytes: bytes)
        self.compressed = ByteBuffer(bytes: compressed)
        tag = SHA256.hash(data: bytes).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    func mount(on router: some RouterMethods<WebContext>) {
        router.get("tracker.js") { request, _ in
            let isCompressed = request.headers[.acceptEncoding]?.contains("gzip") ?? false
            let etag = isCompressed ? "\"\(tag)-gzip\"" : "\"\(tag)\""
            // Short, so that a shop has a mended tracker soon; a browser that has it asks by its tag only.
            var headers: HTTPFields = [
                .contentType: "text/javascript; charset=utf-8", .eTag: etag,
                .cacheControl: "public, max-age=600, stale-while-revalidate=86400", .vary: "Accept-Encoding",
                .crossOriginResourcePolicy: "cross-origin",
            ]
            if request.headers[.ifNoneMatch]?.contains(etag) == true {
                return Response(status: .notModified, headers: headers)
            }
            if isCompressed { headers[.contentEncoding] = "gzip" }
            let body = ResponseBody(byteBuffer: isCompressed ? compressed : plain)
            return Response(status: .ok, headers: headers, body: body)
        }
    }
}
