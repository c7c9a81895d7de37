import Domain
import Platform

/// One webhook with its messages.
struct WebhookModel: Sendable {
    struct Tab: Sendable {
        var label: String
        var count: String
        var href: String
        var isCurrent: Bool
    }

    struct Row: Sendable {
        var href: String
        var when: String
        var exact: String
        var iso: String
        var kind: String
        var hasObject: Bool
        var object: String
        var objectHref: String
        var sequence: String
        var state: StateModel
        var attempts: String
        var result: String
        var hasNext: Bool
        var next: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var listHref = Links.webhooks
    var name: String
    var url: String
    var kinds: [String]
    var secret: String
    /// Until when the secret before this one signs as well.
    var formerUntil: String?
    var rotateHref: String
    var hasVoucherifySignature: Bool
    var state: StateModel
    var isPaused: Bool
    var pauseReason: String?
    var pauseAction: String
    var pauseValue: String
    var editHref: String
    var deleteHref: String
    var testAction: String
    var replayAction: String
    var hasDead: Bool
    var dead: String
    var tabs: [Tab]
    var hasRows: Bool
    var rows: [Row]
    var hasMore: Bool
    var moreHref: String

    init(
        shell: ShellModel, _ webhook: Webhook, at now: Instant, _ counts: WebhookCounts,
        shown: WebhookDelivery.State?, _ found: [(delivery: WebhookDelivery, attempts: [WebhookAttempt])],
        pageSize: Int, _ format: PageFormat
    ) {
        let id = webhook.id
        (self.shell, name, url) = (shell, webhook.name, webhook.url)
        sections = SettingsSection.all(current: Links.webhooks, shell)
        kinds = Webhook.knownKinds.filter(webhook.kinds.contains).map(\.rawValue)
        (secret, hasVoucherifySignature) = (webhook.secret, webhook.hasVoucherifySignature)
        (formerUntil, rotateHref) = (webhook.former(at: now).map { format.long($0.until) }, Links.rotateWebhook(id))
        state = StateModel(webhook, counts)
        (isPaused, pauseReason) = (webhook.isPaused, webhook.pauseReason)
        (pauseAction, pauseValue) = (Links.pauseWebhook(id), webhook.isPaused ? "0" : "1")
        (editHref, deleteHref) = (Links.editWebhook(id), Links.deleteWebhook(id))
        (testAction, replayAction) = (Links.testWebhook(id), Links.replayWebhook(id))
        (hasDead, dead) = (counts.dead > 0, PageFormat.count(counts.dead))
        let states: [(String, WebhookDelivery.State?)] = [
            ("All", nil), ("To be sent", .due), ("Waiting", .waiting), ("Delivered", .delivered), ("Given up", .dead),
        ]
        tabs = states.map { label, state in
            Tab(
                label: label, count: PageFormat.count(counts.total(of: state)), href: Links.webhook(id, state: state),
                isCurrent: state == shown
            )
        }
        rows = found.map { Row($0.delivery, $0.attempts, format) }
        hasRows = !found.isEmpty
        hasMore = found.count == pageSize
        moreHref = found.last.map { Links.webhook(id, state: shown, before: $0.delivery.id) } ?? ""
    }
}

extension WebhookModel.Row {
    fileprivate init(_ delivery: WebhookDelivery, _ attempts: [WebhookAttempt], _ format: PageFormat) {
        href = Links.webhookDelivery(delivery)
        (when, exact, iso) = (
            format.brief(delivery.createdAt), format.exact(delivery.createdAt), delivery.createdAt.rfc3339
        )
        (kind, hasObject, object) = (delivery.kind, !delivery.isTest, delivery.objectName)
        (objectHref, sequence) = (delivery.objectHref, "\(delivery.sequence)")
        state = StateModel(delivery)
        self.attempts = PageFormat.count(attempts.count, "call", "calls")
        result = attempts.first.map(WebhookDeliveryModel.result) ?? "not sent yet"
        hasNext = delivery.state == .due && delivery.tries > 0
        next = format.brief(delivery.dueAt)
    }
}

extension WebhookDelivery {
    /// The page of the order or receipt it is about.
    fileprivate var objectHref: String {
        isOfCustomer
            ? Links.customer(objectName) : isOfReceipt ? Links.receipt(objectName) : Links.order(objectName)
    }
}

/// One message with its calls.
struct WebhookDeliveryModel: Sendable {
    struct Attempt: Sendable {
        var number: String
        var isSuccess: Bool
        var result: String
        var when: String
        var exact: String
        var iso: String
        var duration: String
        var hasAnswer: Bool
        var answer: String
        var answerID: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var webhookName: String
    var webhookHref: String
    var messageID: String
    var kind: String
    var hasObject: Bool
    var objectKind: String
    var object: String
    var objectHref: String
    var sequence: String
    var state: StateModel
    var when: String
    var exact: String
    var iso: String
    var hasNext: Bool
    var next: String
    var canReplay: Bool
    var replayAction: String
    var hasAttempts: Bool
    var attempts: [Attempt]
    var body: String

    init(
        shell: ShellModel, _ webhook: Webhook, _ delivery: WebhookDelivery,
        _ attempts: [WebhookAttempt], _ format: PageFormat
    ) {
        self.shell = shell
        sections = SettingsSection.all(current: Links.webhooks, shell)
        (webhookName, webhookHref) = (webhook.name, Links.webhook(webhook.id))
        (messageID, kind, hasObject) = (delivery.messageID, delivery.kind, !delivery.isTest)
        (object, objectHref, sequence) = (delivery.objectName, delivery.objectHref, "\(delivery.sequence)")
        objectKind = delivery.isOfCustomer ? "Customer" : delivery.isOfReceipt ? "Receipt" : "Order"
        state = StateModel(delivery)
        (when, exact, iso) = (
            format.long(delivery.createdAt), format.exact(delivery.createdAt), delivery.createdAt.rfc3339
        )
        (hasNext, next) = (delivery.state == .due && delivery.tries > 0, format.long(delivery.dueAt))
        (canReplay, replayAction) = (delivery.finishedAt != nil, Links.replayDelivery(delivery))
        hasAttempts = !attempts.isEmpty
        self.attempts = attempts.map { attempt in
            Attempt(
                number: "\(attempt.number)", isSuccess: attempt.isSuccess, result: Self.result(attempt),
                when: format.brief(attempt.at), exact: format.exact(attempt.at), iso: attempt.at.rfc3339,
                duration: "\(PageFormat.count(attempt.milliseconds)) ms", hasAnswer: attempt.answer != nil,
                answer: attempt.answer ?? "", answerID: "answer-\(attempt.number)"
            )
        }
        body = JSONLayout.pretty(delivery.body)
    }

    /// What a call led to, in a few words.
    static func result(_ attempt: WebhookAttempt) -> String {
        guard let status = attempt.status else { return attempt.failure ?? "No answer" }
        return attempt.failure.map { "\(status): \($0)" } ?? "Answered \(status)"
    }
}
