import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheets, modules and pictures of the pages, kept in memory from the start.
struct Assets: Sendable {
    private struct File {
        var bytes: ByteBuffer
        var type: String
        var etag: String
    }

    struct Missing: Error, CustomStringConvertible {
        let description = "The assets are not beside the program: install it with its resources."
    }

    private let files: [String: File]
    /// Changes with any file, so that addresses that carry it may be kept for ever.
    let version: String

    init() throws {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Assets").standardizedFileURL,
            let names = FileManager.default.subpaths(atPath: folder.path)
        else { throw Missing() }
        var files: [String: File] = [:]
        var all = SHA256()
        for name in names.sorted() {
            guard let type = Self.types[(name as NSString).pathExtension] else { continue }
            let data = try Data(contentsOf: folder.appending(path: name))
            all.update(data: data)
            files[name] = File(
                bytes: ByteBuffer(bytes: data), type: type, etag: "\"\(Self.text(SHA256.hash(data: data)))\"")
        }
        self.files = files
        version = Self.text(all.finalize())
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png",
    ]

    private static func text(_ digest: SHA256.Digest) -> String {
        digest.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    func mount(on router: some RouterMethods<WebContext>) {
        router.get("assets/**") { request, _ in
            guard let file = files[String(request.uri.path.dropFirst("/assets/".count))] else { throw Problem.notFound }
            let isVersioned = QueryItems(request)["v"] != nil
            var headers: HTTPFields = [.contentType: file.type, .eTag: file.etag]
            headers[.cacheControl] = isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
            if request.headers[.ifNoneMatch] == file.etag { return Response(status: .notModified, headers: headers) }
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
        }
    }
}
