import Domain
import Platform

/// The list of webhooks.
struct WebhookListModel: Sendable {
    struct Row: Sendable {
        var name: String
        var url: String
        var href: String
        var kinds: String
        var state: StateModel
        var queued: String
        var hasDead: Bool
        var dead: String
        var deadHref: String
        var last: String
        var lastExact: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var newHref = Links.newWebhook
    var hasWebhooks: Bool
    var webhooks: [Row]

    init(shell: ShellModel, _ all: [WebhookService.Overview], _ format: PageFormat) {
        (self.shell, hasWebhooks) = (shell, !all.isEmpty)
        sections = SettingsSection.all(current: Links.webhooks, shell)
        webhooks = all.map { Row($0.webhook, $0.counts, format) }
    }
}

/// What a webhook or a message is doing, as a tag.
struct StateModel: Sendable {
    var text: String
    var color: String

    init(_ webhook: Webhook, _ counts: WebhookCounts) {
        if webhook.isPaused {
            (text, color) = ("Paused", "grey")
        } else if counts.dead > 0 {
            (text, color) = ("Failing", "red")
        } else {
            (text, color) = ("Active", "green")
        }
    }

    init(_ delivery: WebhookDelivery) {
        switch delivery.state {
        case .due: (text, color) = delivery.tries == 0 ? ("Queued", "blue") : ("Trying again", "amber")
        case .waiting: (text, color) = ("Waiting", "grey")
        case .delivered: (text, color) = ("Delivered", "green")
        case .dead: (text, color) = ("Given up", "red")
        }
    }
}

extension WebhookListModel.Row {
    fileprivate init(_ webhook: Webhook, _ counts: WebhookCounts, _ format: PageFormat) {
        (name, url, href) = (webhook.name, webhook.url, Links.webhook(webhook.id))
        kinds = Webhook.knownKinds.filter(webhook.kinds.contains).map(\.rawValue).joined(separator: ", ")
        state = StateModel(webhook, counts)
        queued = PageFormat.count(counts.due + counts.waiting)
        (hasDead, dead) = (counts.dead > 0, PageFormat.count(counts.dead))
        deadHref = Links.webhook(webhook.id, state: .dead)
        last = counts.lastDelivered.map(format.relative) ?? "never"
        lastExact = counts.lastDelivered.map(format.exact) ?? ""
    }
}
