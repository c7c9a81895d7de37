import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// An order added by hand.
struct OrderAddPages {
    let orders: OrderService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("orders/new", use: show)
        router.post("orders/new", use: add)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let format = frame.format
        let start =
            [
                ("external_id", "M-\(frame.surroundings.token(length: 8))"), ("date", format.localText(format.now)),
            ] + CustomInputs(frame.references.current.fields, .order).start(format)
        let form = FormBody(start.map { "\($0)=\(QueryItems.encode($1))" }.joined(separator: "&"))
        return try page(request, context, form, FormFaults())
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.ordersWrite)
        let form = try await FormBody(request, context.session)
        var reader = OrderForm(form, frame.references.current.reading)
        let patch = reader.patch()
        var faults = reader.faults
        if faults.isEmpty {
            do {
                // Version 0 is that of an order that is not there.
                _ = try await orders.register(patch, by: context.origin, expectedVersion: 0)
                return frame.lead(to: Links.order(patch.externalID), request, flash: .orderAdded)
            } catch OrderError.outdated {
                faults.add("external_id", "There is an order with this id already.")
            } catch let refused as Faults {
                faults.add(refused)
            }
        }
        return try page(request, context, form, faults, status: .unprocessableContent)
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ form: FormBody, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let reference = frame.references.current
        let model = OrderAddModel(
            shell: frame.shell(request, context, .orders), form: form, faults: faults,
            statuses: { name, code in Self.choice(name, code, faults, reference.book) },
            customerNote: reference.project?.createsUnknownCustomers == true
                ? "An unknown id makes a bare customer."
                : "The customer has to exist already; Settings can change that.",
            units: orders.units(limit: 200), fields: reference.fields
        )
        return try frame.answer(.orderNew, model, request, status: status)
    }

    private static func choice(
        _ name: String, _ code: String, _ faults: FormFaults, _ book: StatusBook
    ) -> ChoiceModel {
        let type = OrderStatusType.allCases.first { $0.path == name } ?? .general
        let statuses = book.statuses(of: type).filter { !$0.isArchived }
        return ChoiceModel(
            name: name, error: faults[name],
            options: [OptionModel(value: "", text: "None", isSelected: code.isEmpty)]
                + statuses.map { OptionModel($0, isSelected: $0.code == code) }
        )
    }
}
