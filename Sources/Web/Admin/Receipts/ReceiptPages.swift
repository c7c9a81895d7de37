import Domain
import HTTPTypes
import Hummingbird
import Platform

/// One receipt: its page, its link to an order, its deletion.
struct ReceiptPages {
    let receipts: ReceiptService
    let products: ProductService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("receipts/by-id/{id}", use: show)
        router.post("receipts/by-id/{id}/link", use: link)
        router.get("receipts/by-id/{id}/delete", use: confirmDeletion)
        router.post("receipts/by-id/{id}/delete", use: delete)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsRead)
        return try page(try context.path("id"), request, context)
    }

    private func page(
        _ externalID: String, _ request: Request, _ context: OperatorContext,
        sent: (id: String, error: String)? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let stored = try receipts.receipt(externalID)
        let before = QueryItems(request)["before"].flatMap(Int64.init)
        let changes = try receipts.activity(of: externalID, before: before ?? .max, limit: ActivityMaker.limit + 1)
        let activity = ActivityMaker(
            externalID: externalID, format: frame.format(context), book: frame.references.current.book,
            fields: frame.references.current.fields, noun: "Receipt",
            moreLink: { Links.receiptActivity(externalID, before: $0) }
        )
        let model = ReceiptPageModel(
            shell: frame.shell(request, context, .receipts),
            receipt: try maker(stored, context).model(
                mayChange: context.may(.receiptsWrite), link: linkModel(stored, context, sent)
            ),
            activity: activity.model(changes)
        )
        return try frame.answer(.receiptShow, model, request, fragment: ("receipt", .receiptFragment), status: status)
    }

    private func maker(_ stored: StoredReceipt, _ context: OperatorContext) throws -> ReceiptMaker {
        let names = Set(stored.receipt.lines.compactMap { $0.fields.text(.product) })
        return ReceiptMaker(
            stored: stored, products: try products.products(names),
            figures: try receipts.figures(of: stored.receipt.customer), format: frame.format(context),
            fields: frame.references.current.fields
        )
    }

    private func linkModel(
        _ stored: StoredReceipt, _ context: OperatorContext, _ sent: (id: String, error: String)?
    ) -> ReceiptModel.Link? {
        guard frame.features.has(.orders), context.may(.ordersRead) else { return nil }
        let order = stored.orderExternalID
        return ReceiptModel.Link(
            action: Links.linkReceipt(stored.receipt.externalID), isLinked: order != nil, orderID: order ?? "",
            orderHref: order.map(Links.order) ?? "", mayChange: context.may(.receiptsWrite),
            order: FieldModel(name: "order", value: sent?.id ?? "", error: sent?.error)
        )
    }

    /// Links the receipt to the order that the form names; with `unlink` takes it off.
    @Sendable private func link(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsWrite)
        try frame.references.require(.orders)
        let externalID = try context.path("id")
        let form = try await FormBody(request, context.session)
        let isLinked = form["unlink"] == nil
        let order = form["unlink"] ?? form["order"] ?? ""
        do {
            try await receipts.setLink(order: order, receipt: externalID, isLinked: isLinked, by: context.origin)
        } catch let error where ReceiptRefusal(error) != nil {
            let reason = ReceiptRefusal(error)?.sentence ?? ""
            return try page(
                externalID, request, context, sent: (order, order.isEmpty ? "Name the order." : reason),
                status: .unprocessableContent
            )
        }
        return frame.lead(
            to: Links.receipt(externalID), request, flash: isLinked ? .receiptLinked : .receiptUnlinked
        )
    }

    // MARK: Deletion

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsWrite)
        let stored = try receipts.receipt(try context.path("id"))
        let (receipt, format) = (stored.receipt, frame.format(context))
        var losses = ["\(format.money(receipt.value)) of what the customer paid"]
        if !receipt.lines.isEmpty { losses.append(PageFormat.count(receipt.lines.count, "line", "lines")) }
        if let order = stored.orderExternalID { losses.append("The link to the order \(order)") }
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .receipts),
            confirm: ConfirmModel(
                action: Links.deleteReceipt(receipt.externalID),
                heading: "Delete receipt \(receipt.fields.text(.number) ?? receipt.externalID)?",
                sentence: "The receipt goes from lists and figures at once. It is kept for 30 days, then erased.",
                losses: losses, cancelHref: Links.receipt(receipt.externalID), verb: "Delete receipt"
            )
        )
        return try frame.answer(.receiptDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsWrite)
        let externalID = try context.path("id")
        _ = try await FormBody(request, context.session)
        do {
            try await receipts.delete(externalID, by: context.origin)
            return frame.lead(to: Links.receipts, request, flash: .receiptDeleted)
        } catch ReceiptError.unknownReceipt {
            return frame.lead(to: Links.receipts, request, flash: .receiptGone)
        }
    }
}

/// Why a link was refused, as a form says it beside its field.
struct ReceiptRefusal {
    let sentence: String

    init?(_ error: any Error) {
        switch error {
        case OrderError.unknownOrder(let id): sentence = "There is no order with the id “\(id)”."
        case ReceiptError.unknownReceipt(let id): sentence = "There is no receipt with the id “\(id)”."
        case ReceiptError.linkedElsewhere(_, let order):
            sentence = "This receipt belongs to the order “\(order)”: take it off there first."
        case ReceiptError.otherCustomer: sentence = "The receipt and the order are of different customers."
        default: return nil
        }
    }
}
