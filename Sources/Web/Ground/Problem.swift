import Domain
import HTTPTypes
import Hummingbird
import Platform

/// An error as it is answered: RFC 9457 (spec README, "Errors").
struct Problem: Error {
    var status: HTTPResponse.Status
    /// Stable and in snake_case; the end of `type`.
    var code: String
    /// A sentence with the mend.
    var detail: String
    var faults: [Fault] = []
    /// Seconds after which it is worth trying again.
    var retryAfter: Int?
    /// What else the answer carries.
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, faults: [Fault] = [], retryAfter: Int? = nil,
        headers: HTTPFields = [:]
    ) {
        (self.status, self.code, self.detail) = (status, code, detail)
        (self.faults, self.retryAfter, self.headers) = (faults, retryAfter, headers)
    }

    static let unauthorized = Problem(
        .unauthorized, "unauthorized",
        "Send a valid key as “Authorization: Bearer rk_…”; make one with “reorder key create”."
    )

    static let notFound = Problem(.notFound, "not_found", "There is nothing at this address.")

    static func forbidden(_ scope: Scope) -> Problem {
        Problem(.forbidden, "forbidden", "This key lacks the scope \(scope.rawValue).")
    }

    /// The call belongs to a feature that is switched off (spec orders.md, "Feature flag").
    static let featureOffCode = "feature_off"

    /// The role of who asked does not allow it.
    static let permissionNeededCode = "permission_needed"

    /// - Parameter role: The role that may not.
    static func forbidden(_ permission: Permission, _ role: User.Role) -> Problem {
        Problem(
            .forbidden, Self.permissionNeededCode,
            "The role \(role.name) has no permission to \(permission.name). An owner or an administrator can give you "
                + "another role, under Settings, Users."
        )
    }

    static func badRequest(_ code: String, _ detail: String) -> Problem { Problem(.badRequest, code, detail) }

    static func tooManyRequests(retryAfter: Int) -> Problem {
        Problem(.tooManyRequests, "too_many_requests", "Slow down: try again later.", retryAfter: retryAfter)
    }

    /// The answer to any error; nil for one that nobody foresaw.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let faults as Faults:
            self.init(
                .unprocessableContent, "invalid_attributes", "Some attributes cannot be taken; nothing was stored.",
                faults: faults.all
            )
        case let error as JSONError:
            self = .badRequest("malformed_json", "\(error.message) (at byte \(error.offset))")
        case let error as EnvelopeError: self = .badRequest("wrong_envelope", error.message)
        case let error as OrderError: self.init(error)
        case let error as CustomerError: self.init(error)
        case let error as StatusError: self.init(error)
        case let error as FieldError: self.init(error)
        case let error as ReceiptError: self.init(error)
        case let error as CategoryError: self.init(error)
        case let error as SegmentError: self.init(error)
        case let error as ContainerError: self.init(error.status, error.code, error.sentence)
        case let error as AccountError: self.init(error)
        case let error as IdempotencyError: self.init(error)
        case let error as KeyService.UnknownKey:
            self.init(.notFound, "unknown_key", "There is no valid key with the id “\(error.code)”.")
        case let error as WebhookError: self.init(error)
        case let error as TrackingError: self.init(error)
        case let error as ConnectorError: self.init(error.status, error.code, error.sentence)
        case let error as FeatureOff: self.init(.forbidden, Self.featureOffCode, error.sentence)
        case let error as ProductService.UnknownProduct:
            self.init(.notFound, "unknown_product", "There is no product “\(error.externalID)”.")
        case is ChangedMeanwhile:
            self.init(
                .preconditionFailed, "outdated", "It was changed meanwhile: get it again, and repeat your change."
            )
        case let error as ExportError: self.init(error)
        case let error as ImportRunError: self.init(error)
        case let error as ImportError: self.init(.unprocessableContent, "unreadable_file", "\(error)")
        case let error as HTTPError: self.init(error)
        default:
            if SumTooLarge(error) != nil {
                self.init(.unprocessableContent, "sum_too_large", SumTooLarge.sentence + " Nothing was stored.")
                return
            }
            guard let outage = Outage(error) else { return nil }
            self.init(outage)
        }
    }

    private init(_ error: OrderError) {
        switch error {
        case .unknownOrder(let id): self.init(.notFound, "unknown_order", "There is no order “\(id)”.")
        case .unknownCustomer(let id): self.init(.notFound, "unknown_customer", "There is no customer “\(id)”.")
        case .outdated(let current):
            self.init(
                .preconditionFailed, "outdated",
                current == 0
                    ? "It is not there any more."
                    : "It is at version \(current) now: get it again, and repeat your change."
            )
        }
    }

    private init(_ error: CustomerError) {
        switch error {
        case .outdated(let current):
            self.init(
                .preconditionFailed, "outdated",
                "The customer is at version \(current) now: get it again, and repeat your change."
            )
        case .mergeIntoItself(let id):
            self.init(
                .conflict, "merge_into_itself", "“\(id)” cannot become part of itself: name another customer in into."
            )
        case .alreadyMerged(let id, let target):
            self.init(
                .conflict, "already_merged", "“\(id)” became part of “\(target)” before: merge that one instead."
            )
        case .tooManyOrders(let id, let count, let limit):
            self.init(
                .conflict, "too_many_orders",
                "“\(id)” has \(count) orders and receipts, and a merge moves at most \(limit): merge the other way round."
            )
        }
    }

    private init(_ error: FieldError) {
        switch error {
        case .unknown(let object, let code):
            self.init(.notFound, "unknown_field", "The object \(object.rawValue) has no field “\(code)”.")
        case .codeTaken(let object, let code):
            self.init(.conflict, "code_taken", "The object \(object.rawValue) has a field “\(code)” already.")
        case .system(_, let code):
            self.init(.conflict, "system_field", "“\(code)” is one of the system's fields, which stay as they are.")
        case .inUse(let code, let users):
            let names = users.map { "the \($0.kind) “\($0.name)”" }.joined(separator: ", ")
            self.init(.conflict, "field_in_use", "The field “\(code)” is used by \(names): change these first.")
        }
    }

    private init(_ error: CategoryError) {
        switch error {
        case .unknown(let id): self.init(.notFound, "unknown_category", "There is no category “\(id)”.")
        case .inUse(let id, let products, let categories):
            self.init(
                .conflict, "category_in_use",
                "Products (\(products)) and categories (\(categories)) name the category “\(id)”: move them first."
            )
        case .outdated(let current):
            self.init(
                .preconditionFailed, "outdated",
                "The category is at version \(current) now: get it again, and repeat your change."
            )
        }
    }

    private init(_ error: SegmentError) {
        let sentence = error.sentence
        switch error {
        case .unknown: self.init(.notFound, "unknown_segment", sentence)
        case .codeTaken: self.init(.conflict, "code_taken", sentence)
        case .inUse: self.init(.conflict, "segment_in_use", sentence)
        case .outdated: self.init(.preconditionFailed, "outdated", sentence)
        case .notAnAudience: self.init(.conflict, "not_an_audience", sentence)
        case .isAudience: self.init(.conflict, "is_audience", sentence)
        case .tooMany: self.init(.conflict, "too_many_segments", sentence)
        }
    }

    private init(_ error: TrackingError) {
        let sentence = error.sentence
        switch error {
        case .unknownSource: self.init(.notFound, "unknown_source", sentence)
        case .unknownName: self.init(.notFound, "unknown_event", sentence)
        case .unknownKey: self.init(.notFound, "unknown_key", sentence)
        case .codeTaken: self.init(.conflict, "code_taken", sentence)
        case .system: self.init(.conflict, "system_event_source", sentence)
        case .tooManySources, .tooManyNames, .tooManyKeys: self.init(.conflict, "too_many", sentence)
        case .busy(let seconds): self.init(.tooManyRequests, "busy", sentence, retryAfter: seconds)
        }
    }

    private init(_ error: ReceiptError) {
        switch error {
        case .unknownReceipt(let id): self.init(.notFound, "unknown_receipt", "There is no receipt “\(id)”.")
        case .linkedElsewhere(let receipt, let order):
            self.init(
                .conflict, "linked_elsewhere",
                "The receipt “\(receipt)” belongs to the order “\(order)”: take it off that order first."
            )
        case .otherCustomer(let receipt, let order):
            self.init(
                .unprocessableContent, "other_customer",
                "The receipt “\(receipt)” is of another customer than the order “\(order)”: correct one of the two first."
            )
        case .outdated(let current):
            self.init(
                .preconditionFailed, "outdated",
                "The receipt is at version \(current) now: get it again, and repeat your change."
            )
        }
    }

    private init(_ error: StatusError) {
        switch error {
        case .unknown(let type, let code):
            self.init(.notFound, "unknown_status", "There is no \(type.rawValue) status with the code “\(code)”.")
        case .codeTaken(let type, let code):
            self.init(.conflict, "code_taken", "There is a \(type.rawValue) status with the code “\(code)” already.")
        case .codeFixed(let code):
            self.init(
                .conflict, "code_fixed",
                "Orders have been in the status “\(code)”, so its code stays: change its name, or add another status."
            )
        case .namedBySegments(let code, let segments):
            let names = segments.map { "“\($0)”" }.joined(separator: ", ")
            self.init(
                .conflict, "status_in_use",
                "The status “\(code)” is named by the segments \(names): change these first, or archive the status."
            )
        case .inUse(let code, let orders):
            let count =
                orders >= 1000 ? "1,000 orders or more are" : orders == 1 ? "1 order is" : "\(orders) orders are"
            self.init(
                .conflict, "status_in_use",
                "\(count) in the status “\(code)”: move them to another one first, or archive the status instead."
            )
        }
    }

    private init(_ error: IdempotencyError) {
        switch error {
        case .running:
            self.init(
                .conflict, "idempotency_key_in_use", "A request with this Idempotency-Key still runs: ask again.",
                retryAfter: 1
            )
        case .reused:
            self.init(
                .conflict, "idempotency_key_reused",
                "This Idempotency-Key was sent with another request: make a new one for each."
            )
        case .answerLost:
            self.init(
                .conflict, "answer_lost",
                "A request with this Idempotency-Key was carried out, but what was answered is not known: look what there is."
            )
        }
    }

    private init(_ error: AccountError) {
        switch error {
        case .wrongEmailOrPassword: self.init(.unauthorized, "wrong_email_or_password", error.sentence)
        case .tooManyTries(let seconds): self = .tooManyRequests(retryAfter: seconds)
        case .alreadySetUp: self.init(.conflict, "already_set_up", error.sentence)
        case .wrongCode: self.init(.unauthorized, "wrong_code", error.sentence)
        case .stepEnded: self.init(.unauthorized, "sign_in_ended", error.sentence)
        case .linkEnded: self.init(.gone, "link_ended", error.sentence)
        case .unknownUser: self.init(.notFound, "unknown_user", error.sentence)
        case .lastOwner: self.init(.conflict, "last_owner", error.sentence)
        case .ownersOnly: self.init(.forbidden, "owners_only", error.sentence)
        case .ownAccount: self.init(.conflict, "own_account", error.sentence)
        }
    }

    private init(_ error: ImportRunError) {
        switch error {
        case .unknown: self.init(.notFound, "unknown_import", error.description)
        case .tooMany: self.init(.tooManyRequests, "too_many_imports", error.description, retryAfter: 10)
        case .wrongState, .forgotten: self.init(.conflict, "wrong_state", error.description)
        case .tooLarge: self.init(.contentTooLarge, "file_too_large", error.description)
        }
    }

    private init(_ error: ExportError) {
        switch error {
        case .unknown: self.init(.notFound, "unknown_export", error.description)
        case .tooMany: self.init(.tooManyRequests, "too_many_exports", error.description, retryAfter: 10)
        case .tooLarge, .cancelled: self.init(.conflict, "export_ended", error.description)
        case .disk: self.init(.serviceUnavailable, "storage_unavailable", error.description, retryAfter: 5)
        }
    }

    private init(_ error: WebhookError) {
        switch error {
        case .unknown(let id): self.init(.notFound, "unknown_webhook", "There is no webhook “\(id)”.")
        case .unknownDelivery(let id):
            self.init(.notFound, "unknown_delivery", "This webhook has no message “\(id)”, or has it no more.")
        case .notFinished:
            self.init(.conflict, "not_finished", "This message is still to be sent: there is nothing to replay.")
        case .tooMany:
            self.init(
                .conflict, "too_many_webhooks",
                "There are \(Webhook.limit) webhooks, which is the most: delete one first."
            )
        }
    }

    private init(_ outage: Outage) {
        switch outage {
        case .storage:
            self.init(
                .serviceUnavailable, "storage_unavailable",
                "The disk does not take writes just now; nothing was stored. Try again.", retryAfter: 5
            )
        case .server:
            self.init(
                .serviceUnavailable, "database_unreachable",
                "The database does not answer just now. Try again: a write that is repeated is stored once.",
                retryAfter: 2
            )
        case .busy:
            self.init(
                .serviceUnavailable, "busy", "The server is busy or stopping; nothing was stored. Try again.",
                retryAfter: 1
            )
        }
    }

    private init(_ error: HTTPError) {
        switch error.status {
        case .notFound: self = .notFound
        case .contentTooLarge: self.init(.contentTooLarge, "body_too_large", "The body is larger than is taken here.")
        case .badRequest: self = .badRequest("bad_request", error.body ?? "The request is malformed.")
        default: self.init(error.status, "http_\(error.status.code)", error.body ?? error.status.reasonPhrase)
        }
    }
}

extension Problem {
    /// The answer for programs.
    func response(instance: String, requestID: String) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("detail", detail)
            if !faults.isEmpty {
                writer.array("errors") { writer in
                    for fault in faults.prefix(Self.faultLimit) {
                        writer.object { writer in
                            writer.field("code", fault.code)
                            writer.field("detail", fault.detail)
                            writer.field("pointer", fault.pointer)
                        }
                    }
                }
            }
            writer.field("instance", instance)
            writer.field("request_id", requestID)
            writer.field("status", Int64(status.code))
            writer.field("title", title)
            writer.field("type", "urn:reorder:problem:\(code)")
        }
        var headers = headers
        headers[.contentType] = "application/problem+json"
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(status: status, headers: headers, body: ResponseBody(bytes: writer.bytes))
    }

    /// The code as words.
    var title: String {
        let words = code.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// Faults that one answer names; a body of a thousand broken lines need not come back whole.
    private static let faultLimit = 100
}

extension ResponseBody {
    init(bytes: [UInt8]) { self.init(byteBuffer: ByteBuffer(bytes: bytes)) }
}
