import Domain
import HTTPTypes
import Hummingbird
import Platform

/// A customer added by hand.
struct CustomerAddPages {
    let customers: CustomerService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("customers/new", use: show)
        router.post("customers/new", use: add)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try CustomerPages.mayChange(context)
        return try page(nil, FormFaults(), request, context)
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try CustomerPages.mayChange(context)
        let sent = try await FormBody(request, context.session)
        var reader = CustomerForm(sent, frame.references.current.reading)
        let patch = reader.patch(externalID: nil)
        if reader.faults.isEmpty {
            do {
                // Version 0 is that of a customer who is not there.
                let made = try await customers.register([.success(patch)], by: context.origin, expectedVersion: 0)
                _ = try made[0].get()
                return frame.lead(to: Links.customer(patch.externalID), request, flash: .customerAdded)
            } catch CustomerError.outdated {
                reader.add("external_id", "There is a customer with this id already.")
            } catch let refused as Faults {
                reader.add(refused)
            }
        }
        return try page(sent, reader.faults, request, context)
    }

    private func page(
        _ sent: FormBody?, _ faults: FormFaults, _ request: Request, _ context: OperatorContext
    ) throws -> Response {
        let form = CustomerFormMaker(
            customer: nil, form: sent, faults: faults, format: frame.format(context),
            fields: frame.references.current.fields
        ).model(
            action: Links.newCustomer, cancelHref: Links.customers,
            externalID: "M-\(frame.surroundings.token(length: 8))"
        )
        let model = CustomerAddModel(shell: frame.shell(request, context, .customers), editForm: form)
        return try frame.answer(.customerNew, model, request, status: sent == nil ? .ok : .unprocessableContent)
    }
}
