import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Conditional requests (RFC 9110): what a caller has seen, told by its `ETag`.
extension Request {
    /// The version that `If-Match` names; nil without the header or with `*`.
    ///
    /// - Throws: 400 for a tag that no answer carries.
    func expectedVersion() throws -> Int64? {
        guard let text = headers[.ifMatch], text != "*" else { return nil }
        guard text.hasPrefix("\""), text.hasSuffix("\""), let version = Int64(text.dropFirst().dropLast()), version > 0
        else {
            throw Problem.badRequest("bad_if_match", "If-Match must be an ETag as an answer carried it.")
        }
        return version
    }

    /// The same for a call that creates or updates, where `If-Match: *` only updates and `If-None-Match: *` only creates.
    ///
    /// - Throws: 400 also for a list, whose elements a tag cannot stand for.
    func expectedVersion(ofList isList: Bool) throws -> Int64? {
        if isList {
            guard headers[.ifMatch] == nil, headers[.ifNoneMatch] == nil else {
                throw Problem.badRequest(
                    "no_precondition", "If-Match and If-None-Match are for one object, not for a list.")
            }
            return nil
        }
        if let text = headers[.ifNoneMatch] {
            guard text == "*", headers[.ifMatch] == nil else {
                throw Problem.badRequest(
                    "bad_if_none_match", "This takes If-None-Match only as *, to create and not update.")
            }
            return ExpectedVersion.none
        }
        if headers[.ifMatch] == "*" { return ExpectedVersion.any }
        return try expectedVersion()
    }

    /// Holds `If-Match` to what a thing without a version is now.
    ///
    /// - Returns: Whether the caller named what it has seen, and is to be refused when that changes before the write.
    /// - Throws: 400 for a tag that no answer carries, 412 for one of before.
    func requireSeen(_ tag: ContentTag) throws -> Bool {
        guard let text = headers[.ifMatch], text != "*" else { return false }
        guard text.utf8.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else {
            throw Problem.badRequest("bad_if_match", "If-Match must be an ETag as an answer carried it.")
        }
        guard text == tag.header else { throw ChangedMeanwhile() }
        return true
    }

    /// Whether the sender has what `etag` stands for; tags are compared weakly, as for `If-None-Match`.
    func hasSeen(_ etag: String) -> Bool {
        guard let text = headers[.ifNoneMatch] else { return false }
        if text == "*" { return true }
        return text.split(separator: ",").contains { part in
            let tag = part.drop { $0 == " " }.trimmingPrefix("W/")
            return tag.prefix { $0 != " " } == etag
        }
    }
}

extension Response {
    /// The same, or 304 for a sender that has it already.
    func unlessSeen(by request: Request) -> Response {
        guard status == .ok, let etag = headers[.eTag], request.hasSeen(etag) else { return self }
        return Response(status: .notModified, headers: [.eTag: etag])
    }
}
