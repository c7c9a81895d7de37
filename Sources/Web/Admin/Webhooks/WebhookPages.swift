import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The receivers of events, with the messages to them (spec admin.md, "webhooks with deliveries and replay").
struct WebhookPages {
    let webhooks: WebhookService
    let frame: PageFrame

    private static let pageSize = 50
    /// How long the page of a test waits for its outcome.
    private static let testPatience = Duration.seconds(3)

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/webhooks", use: index)
        router.get("settings/webhooks/new", use: new)
        router.post("settings/webhooks/new", use: add)
        router.get("settings/webhooks/by-id/{id}", use: show)
        router.get("settings/webhooks/by-id/{id}/edit", use: edit)
        router.post("settings/webhooks/by-id/{id}/edit", use: save)
        router.post("settings/webhooks/by-id/{id}/pause", use: pause)
        router.get("settings/webhooks/by-id/{id}/rotate", use: confirmRotation)
        router.post("settings/webhooks/by-id/{id}/rotate", use: rotate)
        router.post("settings/webhooks/by-id/{id}/test", use: test)
        router.post("settings/webhooks/by-id/{id}/replay", use: replayAll)
        router.get("settings/webhooks/by-id/{id}/delete", use: confirmDeletion)
        router.post("settings/webhooks/by-id/{id}/delete", use: delete)
        router.get("settings/webhooks/by-id/{id}/deliveries/{delivery}", use: delivery)
        router.post("settings/webhooks/by-id/{id}/deliveries/{delivery}/replay", use: replay)
    }

    // MARK: Webhooks

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let model = WebhookListModel(
            shell: frame.shell(request, context, .settings), try await webhooks.all(), frame.format
        )
        return try frame.answer(.webhookIndex, model, request)
    }

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        return try page(
            request, context, WebhookFormModel.Form(nil, FormBody("event_types=order.created"), FormFaults()))
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let form = try await FormBody(request, context.session)
        do {
            let webhook = try await webhooks.create(Self.patch(form), by: context.actor)
            return frame.lead(to: Links.webhook(webhook.id), request, flash: .webhookAdded)
        } catch let faults as Faults {
            let model = WebhookFormModel.Form(nil, form, FormFaults(faults))
            return try page(request, context, model, status: .unprocessableContent)
        }
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        return try page(request, context, WebhookFormModel.Form(try webhook(context), nil, FormFaults()))
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let webhook = try webhook(context)
        let form = try await FormBody(request, context.session)
        do {
            _ = try await webhooks.update(try context.path("id"), Self.patch(form), by: context.actor)
            return frame.lead(to: Links.webhook(webhook.id), request, flash: .webhookSaved)
        } catch let faults as Faults {
            let model = WebhookFormModel.Form(webhook, form, FormFaults(faults))
            return try page(request, context, model, status: .unprocessableContent)
        }
    }

    @Sendable private func pause(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let form = try await FormBody(request, context.session)
        var patch = WebhookPatch()
        patch.isPaused = form["paused"] == "1"
        let webhook = try await webhooks.update(try context.path("id"), patch, by: context.actor)
        return frame.lead(
            to: Links.webhook(webhook.id), request, flash: webhook.isPaused ? .webhookPaused : .webhookResumed
        )
    }

    @Sendable private func confirmRotation(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let webhook = try webhook(context)
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.rotateWebhook(webhook.id), heading: "Make a new secret for \(webhook.name)?",
                sentence: "Messages are signed with the new and the present secret for a day: give the receiver the "
                    + "new one by then.",
                losses: webhook.former(at: webhooks.now) == nil
                    ? [] : ["the secret before the present one, which signs until now"],
                cancelHref: Links.webhook(webhook.id), verb: "Make a new secret"
            )
        )
        return try frame.answer(.webhookRotate, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func rotate(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        let webhook = try await webhooks.rotateSecret(of: try context.path("id"), by: context.actor)
        return frame.lead(to: Links.webhook(webhook.id), request, flash: .webhookRotated)
    }

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let webhook = try webhook(context)
        let counts = try await webhooks.counts(of: webhook.id)
        let open = counts.due + counts.waiting
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .settings),
            confirm: ConfirmModel(
                action: Links.deleteWebhook(webhook.id), heading: "Delete webhook \(webhook.name)?",
                sentence: "\(webhook.url) is told of nothing any more.",
                losses: [
                    "\(PageFormat.count(open, "message that is", "messages that are")) not sent yet",
                    "the record of \(PageFormat.count(counts.delivered + counts.dead, "message", "messages"))",
                    "the secret: a new webhook gets another",
                ],
                cancelHref: Links.webhook(webhook.id), verb: "Delete webhook"
            )
        )
        return try frame.answer(.webhookDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        try await webhooks.delete(try context.path("id"), by: context.actor)
        return frame.lead(to: Links.webhooks, request, flash: .webhookDeleted)
    }

    // MARK: Messages

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let webhook = try webhook(context)
        let query = QueryItems(request)
        let state = query["state"].flatMap(WebhookDelivery.State.init)
        let found = try webhooks.deliveries(
            of: try context.path("id"), state: state, before: query["before"].flatMap(Int64.init) ?? .max,
            limit: Self.pageSize
        )
        let model = WebhookModel(
            shell: frame.shell(request, context, .settings), webhook, at: webhooks.now,
            try await webhooks.counts(of: webhook.id), shown: state, found, pageSize: Self.pageSize, frame.format
        )
        return try frame.answer(.webhookShow, model, request)
    }

    @Sendable private func delivery(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        let found = try webhooks.delivery(try context.path("delivery"), of: try context.path("id"))
        let model = WebhookDeliveryModel(
            shell: frame.shell(request, context, .settings), try webhook(context), found.delivery,
            found.attempts, frame.format
        )
        return try frame.answer(.webhookDelivery, model, request)
    }

    /// Sends a test, and leads to what became of it.
    @Sendable private func test(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        let id = try context.path("id")
        var delivery = try await webhooks.test(id)
        let end = ContinuousClock.now + Self.testPatience
        while delivery.finishedAt == nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            delivery = try webhooks.delivery(String(delivery.id.rawValue), of: id).delivery
        }
        let flash: Flash =
            switch delivery.state {
            case .delivered: .testDelivered
            case .dead: .testFailed
            case .due, .waiting: .testQueued
            }
        return frame.lead(to: Links.webhookDelivery(delivery), request, flash: flash)
    }

    @Sendable private func replay(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        let (id, delivery) = (try context.path("id"), try context.path("delivery"))
        try await webhooks.replay(delivery, of: id)
        let found = try webhooks.delivery(delivery, of: id).delivery
        return frame.lead(to: Links.webhookDelivery(found), request, flash: .replayQueued)
    }

    @Sendable private func replayAll(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.webhooks)
        _ = try await FormBody(request, context.session)
        _ = try await webhooks.replayAll(of: try context.path("id"))
        return frame.lead(to: Links.webhook(try webhook(context).id), request, flash: .replayQueued)
    }

    // MARK: Parts

    private func webhook(_ context: OperatorContext) throws -> Webhook { try webhooks.get(try context.path("id")) }

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: WebhookFormModel.Form, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let model = WebhookFormModel(shell: frame.shell(request, context, .settings), webhookForm: form)
        return try frame.answer(.webhookForm, model, request, fragment: ("dialog", .webhookFields), status: status)
    }

    private static func patch(_ form: FormBody) -> WebhookPatch {
        var patch = WebhookPatch()
        (patch.name, patch.url) = (form["name"] ?? "", form["url"] ?? "")
        patch.kinds = form.all("event_types")
        patch.hasVoucherifySignature = form.isOn("voucherify_signature")
        return patch
    }
}
