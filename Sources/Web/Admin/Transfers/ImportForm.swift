import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// A file that a browser sends in a form, stored while it comes.
enum ImportForm {
    /// Reads the form to its end.
    ///
    /// - Throws: 403 when it does not carry the session's token; 400 and 415 when it is no such form.
    static func read(
        _ request: Request, _ session: Session, _ imports: ImportService, limit: Int
    ) async throws -> (upload: ImportUpload, fileName: String, fields: [String: String]) {
        guard let type = request.headers[.contentType], var reader = MultipartReader(contentType: type) else {
            throw Problem(.unsupportedMediaType, "not_a_form", "Send the form as the page does.")
        }
        var fields: [String: String] = [:]
        var upload: ImportUpload?
        var fileName = ""
        do {
            for try await chunk in request.body {
                for event in try reader.read(chunk.readableBytesView) {
                    switch event {
                    case .field(let name, let value): fields[name] = value
                    case .file(_, let name):
                        guard fields["_csrf"] == session.csrf else { throw stale }
                        guard upload == nil else { throw Problem.badRequest("many_files", "Send one file at a time.") }
                        fileName = name
                        upload = try imports.upload(limit: limit)
                    case .bytes(let bytes): try upload?.write(Array(bytes))
                    }
                }
            }
            try reader.finish()
        } catch {
            if let upload { imports.discard(upload) }
            throw error
        }
        guard let upload else { throw stale }
        return (upload, fileName, fields)
    }

    private static let stale = Problem(
        .forbidden, "stale_form",
        "This page is from before you signed in. Load it anew, and send the form again."
    )
}
