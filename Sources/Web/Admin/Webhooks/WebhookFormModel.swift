import Domain

/// The form of a webhook.
struct WebhookFormModel: Sendable {
    struct Kind: Sendable {
        var value: String
        var note: String
        var isOn: Bool
    }

    struct Form: Sendable {
        var action: String
        var heading: String
        var cancelHref: String
        var verb: String
        var name: FieldModel
        var url: FieldModel
        var kinds: [Kind]
        var kindsError: String?
        var hasVoucherifySignature: Bool
    }

    var shell: ShellModel
    var webhookForm: Form
}

extension WebhookFormModel.Form {
    /// - Parameters:
    ///   - webhook: The one that is changed; nil for a new one.
    ///   - form: What was sent; nil shows the webhook as it is.
    init(_ webhook: Webhook?, _ form: FormBody?, _ faults: FormFaults) {
        action = webhook.map { Links.editWebhook($0.id) } ?? Links.newWebhook
        heading = webhook == nil ? "Add webhook" : "Edit webhook"
        cancelHref = webhook.map { Links.webhook($0.id) } ?? Links.webhooks
        verb = webhook == nil ? "Add webhook" : "Save webhook"
        name = FieldModel(name: "name", value: form?.raw("name") ?? webhook?.name ?? "", error: faults["name"])
        url = FieldModel(name: "url", value: form?.raw("url") ?? webhook?.url ?? "", error: faults["url"])
        let chosen = form.map { Set($0.all("event_types")) } ?? Set((webhook?.kinds ?? []).map(\.rawValue))
        kinds = Webhook.knownKinds.map { kind in
            WebhookFormModel.Kind(value: kind.rawValue, note: kind.note, isOn: chosen.contains(kind.rawValue))
        }
        kindsError = faults["event_types"]
        hasVoucherifySignature = form?.isOn("voucherify_signature") ?? webhook?.hasVoucherifySignature ?? false
    }
}

extension Event.Kind {
    /// When it happens, for those who choose it.
    fileprivate var note: String {
        switch self {
        case .orderCreated: "An order is registered for the first time."
        case .orderUpdated: "Anything of an order changes, its statuses included."
        case .orderStatusChanged: "One of an order’s three statuses changes; the message says from what to what."
        case .orderDeleted: "An order is deleted."
        case .receiptCreated: "A receipt is registered for the first time."
        case .receiptUpdated: "Anything of a receipt changes."
        case .receiptDeleted: "A receipt is deleted."
        case .segmentEntered: "A customer is in a segment, and was not before."
        case .segmentLeft: "A customer was in a segment, and is no more."
        case .containerAbandoned: "A container, such as the cart, holds something and was left alone for its time."
        default: ""
        }
    }
}
