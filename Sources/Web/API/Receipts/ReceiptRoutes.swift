import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `/api/receipts` (spec orders.md, "Receipts").
struct ReceiptRoutes {
    let receipts: ReceiptService
    let references: ReferenceBoard
    let bodyLimit: Int

    func mount(on api: APIRouter) {
        api.mount(ReceiptOperations.register, use: register)
        api.mount(ReceiptOperations.list, use: list)
        api.mount(ReceiptOperations.show, use: show)
        api.mount(ReceiptOperations.delete, use: delete)
        api.mount(ReceiptOperations.activity, use: activity)
        api.mount(ReceiptOperations.ofCustomer, use: ofCustomer)
    }

    // MARK: Writing

    @Sendable private func register(_ request: Request, context: KeyContext) async throws -> Response {
        let body = try await request.jsonBody(upTo: bodyLimit)
        let reading = references.current.reading
        let envelope = try Envelope.read(body.readableBytesView, limit: OrderRoutes.listLimit) { reader, base in
            try ReceiptPatch.decode(&reader, base: base, reading)
        }
        let expected = try request.expectedVersion(ofList: envelope.isList)
        guard envelope.isList else {
            let registered = try await receipts.register(
                try envelope.elements[0].get(), by: context.origin, startsCampaigns: !envelope.skipTriggers,
                expectedVersion: expected
            )
            return answer(registered)
        }
        let results = try await receipts.register(
            envelope.elements, by: context.origin, startsCampaigns: !envelope.skipTriggers
        )
        return .list(results, ReceiptPayload.writeBrief)
    }

    @Sendable private func delete(_ request: Request, context: KeyContext) async throws -> Response {
        try await receipts.delete(
            try context.path("id"), by: context.origin, expectedVersion: try request.expectedVersion()
        )
        return .noContent
    }

    private func answer(_ registered: ReceiptService.Registered) -> Response {
        let receipt = registered.stored.receipt
        let isNew = registered.kind == .created
        var headers: HTTPFields = [.eTag: "\"\(receipt.version)\""]
        if isNew { headers[.location] = APILinks.receipt(receipt.externalID) }
        return .json(isNew ? .created : .ok, headers: headers) { writer in
            writer.key("data")
            ReceiptPayload.write(registered.stored, references.current.fields, &writer)
            if registered.kind == .stale { writer.object("meta") { $0.field("stale", true) } }
        }
    }

    // MARK: Reading

    @Sendable private func show(_ request: Request, context: KeyContext) async throws -> Response {
        let stored = try receipts.receipt(try context.path("id"))
        return answer(ReceiptService.Registered(kind: .unchanged, stored: stored)).unlessSeen(by: request)
    }

    @Sendable private func list(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let query = try ReceiptFilters.query(page, references.current.reading)
        let place: PagePlace =
            try page.after.map { .after(try OrderCursor(text: $0, sorts: query.sort)) } ?? .offset(page.offset)
        let list = try receipts.list(query, place: place, limit: page.size, withLines: true)
        return CollectionAnswer(
            total: list.total, selfLink: page.selfLink, nextLink: page.nextLink(after: list.next?.text)
        ).response(list.receipts) { ReceiptPayload.write($0, references.current.fields, &$1) }
    }

    @Sendable private func ofCustomer(_ request: Request, context: KeyContext) async throws -> Response {
        let page = try PageQuery(request)
        let offset = try page.offset(decoding: page.after)
        let (found, figures) = try receipts.receipts(
            ofCustomer: try context.path("id"), offset: offset, limit: page.size
        )
        let next = offset + found.count < Int(figures.count) ? Cursor.encode(String(offset + found.count)) : nil
        return CollectionAnswer(
            total: Int(figures.count), selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(found) { ReceiptPayload.write($0, references.current.fields, &$1) }
    }

    @Sendable private func activity(_ request: Request, context: KeyContext) async throws -> Response {
        let externalID = try context.path("id")
        return try ActivityAnswer.response(request, type: "receipt_changes") { before, limit in
            try receipts.activity(of: externalID, before: before, limit: limit)
        }
    }
}

extension ReceiptPayload {
    /// Writes a receipt as a resource of the API, with its address.
    static func write(_ stored: StoredReceipt, _ fields: FieldBook, _ writer: inout JSONWriter) {
        let receipt = stored.receipt
        writer.object { writer in
            writer.object("attributes") { attributes(stored, fields, &$0) }
            writer.field("id", receipt.externalID)
            writer.object("links") { $0.field("self", APILinks.receipt(receipt.externalID)) }
            writer.field("type", "receipts")
        }
    }

    /// Writes what became of one element of a list.
    fileprivate static func writeBrief(_ registered: ReceiptService.Registered, _ writer: inout JSONWriter) {
        let receipt = registered.stored.receipt
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("external_id", receipt.externalID)
                writer.field("updated_at", receipt.updatedAt)
                writer.field("version", receipt.version)
            }
            writer.field("id", receipt.externalID)
            writer.object("links") { $0.field("self", APILinks.receipt(receipt.externalID)) }
            writer.object("meta") { writer in
                writer.field("stale", registered.kind == .stale)
                writer.field("status", registered.kind == .created ? 201 : 200)
            }
            writer.field("type", "receipts")
        }
    }
}
