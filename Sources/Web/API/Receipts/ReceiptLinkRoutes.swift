import Domain
import Hummingbird
import Platform

/// The receipts of an order: `/api/orders/{id}/receipts` (spec orders.md, "link to a receipt").
struct ReceiptLinkRoutes {
    let receipts: ReceiptService
    let references: ReferenceBoard

    func mount(on api: APIRouter) {
        api.mount(ReceiptOperations.ofOrder, use: list)
        api.mount(ReceiptOperations.link, use: link)
        api.mount(ReceiptOperations.unlink, use: unlink)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let all = try receipts.receipts(ofOrder: try context.path("id"))
        let found = Array(all.dropFirst(offset).prefix(page.size))
        let next = offset + found.count < all.count ? Cursor.encode(String(offset + found.count)) : nil
        return CollectionAnswer(
            total: all.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(found) { ReceiptPayload.write($0, references.current.fields, &$1) }
    }

    @Sendable private func link(_ request: Request, context: KeyContext) async throws -> Response {
        try await set(true, request, context)
    }

    @Sendable private func unlink(_ request: Request, context: KeyContext) async throws -> Response {
        try await set(false, request, context)
    }

    private func set(_ isLinked: Bool, _ request: Request, _ context: KeyContext) async throws -> Response {
        try await receipts.setLink(
            order: try context.path("id"), receipt: try context.path("receipt"), isLinked: isLinked,
            by: context.origin, expectedVersion: try request.expectedVersion()
        )
        return .noContent
    }
}
