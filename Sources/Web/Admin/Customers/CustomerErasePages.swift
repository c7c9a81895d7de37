import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Erasing a person: says what will be lost, and asks for the id once.
struct CustomerErasePages {
    let customers: CustomerService
    let orders: OrderService
    let frame: PageFrame

    struct Model: Sendable {
        var shell: ShellModel
        var action: String
        var cancelHref: String
        var name: String
        var externalID: String
        var losses: [String]
        var keeps: [String]
        var confirm: FieldModel
    }

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("customers/by-id/{id}/erase", use: ask)
        router.post("customers/by-id/{id}/erase", use: erase)
    }

    @Sendable private func ask(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersErase)
        return try page(FieldModel(name: "confirm"), request, context)
    }

    @Sendable private func erase(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersErase)
        let externalID = try context.path("id")
        let form = try await FormBody(request, context.session)
        do {
            let own = try customers.customer(externalID).customer.externalID
            guard form["confirm"] == own else {
                let field = FieldModel(
                    name: "confirm", value: form.raw("confirm"), error: "Write the id as it stands above."
                )
                return try page(field, request, context)
            }
            try await customers.erase(externalID, by: context.origin, actor: context.actor)
            return frame.lead(to: Links.customers, request, flash: .customerErased)
        } catch OrderError.unknownCustomer {
            return frame.lead(to: Links.customers, request, flash: .customerGone)
        }
    }

    private func page(_ field: FieldModel, _ request: Request, _ context: OperatorContext) throws -> Response {
        let profile = try customers.customer(try context.path("id"))
        let (customer, format) = (profile.customer, frame.format(context))
        let count = try orders.orders(ofCustomer: customer.externalID, offset: 0, limit: 0).total
        let merges = try customers.merges(into: customer.externalID)
        var losses = ["The profile, its consents and its history"]
        if customer.metadata != nil { losses.append("The metadata") }
        if !merges.isEmpty { losses.append("The ids \(merges.map(\.mergedExternalID).joined(separator: ", "))") }
        if count > 0 {
            losses.append(
                "Address, comment, loyalty card and metadata of \(PageFormat.count(count, "order", "orders"))"
            )
        }
        let model = Model(
            shell: frame.shell(request, context, .customers), action: Links.eraseCustomer(customer.externalID),
            cancelHref: Links.customer(customer.externalID),
            name: customer.fullName.map(format.mask.name) ?? customer.externalID, externalID: customer.externalID,
            losses: losses,
            keeps: count > 0
                ? ["The orders with their lines, statuses and sums, anonymous; reports stay as they are"] : [],
            confirm: field
        )
        return try frame.answer(
            .customerErase, model, request, fragment: ("dialog", .customerEraseFields),
            status: field.error == nil ? .ok : .unprocessableContent
        )
    }
}
