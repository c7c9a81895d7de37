import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The receipts of an order, linked and unlinked on the order's page.
struct OrderReceiptPages {
    let receipts: ReceiptService
    let order: OrderPages
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.post("orders/by-id/{id}/receipts", use: change)
    }

    /// Links the receipt that the form names, or takes the one off that `unlink` names.
    ///
    /// The page comes back as the order is now.
    @Sendable private func change(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.receiptsWrite)
        let externalID = try context.path("id")
        let form = try await FormBody(request, context.session)
        let isLinked = form["unlink"] == nil
        let receipt = form["unlink"] ?? form["receipt"] ?? ""
        do {
            try await receipts.setLink(order: externalID, receipt: receipt, isLinked: isLinked, by: context.origin)
        } catch let error where ReceiptRefusal(error) != nil {
            let reason = receipt.isEmpty ? "Name the receipt." : ReceiptRefusal(error)?.sentence ?? ""
            return try order.page(
                externalID, request, context, refusedReceipt: (receipt, reason), status: .unprocessableContent
            )
        }
        guard request.headers[.fragment] != nil else {
            return frame.lead(
                to: Links.order(externalID), request, flash: isLinked ? .receiptLinked : .receiptUnlinked
            )
        }
        let text = isLinked ? "The receipt is linked." : "The receipt is taken off the order."
        return try order.page(externalID, request, context, toast: .success(text))
    }
}
