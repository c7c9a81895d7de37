import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Making a customer part of another one: find the other, see what will happen, do it.
struct CustomerMergePages {
    let customers: CustomerService
    let orders: OrderService
    let frame: PageFrame

    /// Customers that a search offers.
    private static let limit = 8

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("customers/by-id/{id}/merge", use: show)
        router.post("customers/by-id/{id}/merge", use: merge)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersMerge)
        let query = QueryItems(request)
        return try page(query["q"] ?? "", into: query["into"], nil, request, context)
    }

    @Sendable private func merge(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersMerge)
        let externalID = try context.path("id")
        let form = try await FormBody(request, context.session)
        guard let into = form["into"] else { return try page("", into: nil, nil, request, context) }
        do {
            let merged = try await customers.merge(externalID, into: into, by: context.origin, actor: context.actor)
            return frame.lead(
                to: Links.customer(merged.profile.customer.externalID), request, flash: .customersMerged
            )
        } catch let error as CustomerError {
            let problem = Problem(error)?.detail ?? "The customers cannot be merged."
            return try page("", into: nil, problem, request, context)
        } catch is Faults {
            return try page("", into: nil, "The other customer is no more.", request, context)
        }
    }

    private func page(
        _ text: String, into: String?, _ problem: String?, _ request: Request, _ context: OperatorContext
    ) throws -> Response {
        let profile = try customers.customer(try context.path("id"))
        let format = frame.format(context)
        let maker = MergeMaker(source: profile, format: format, reference: frame.references.current)
        var model = MergeModel(
            shell: frame.shell(request, context, .customers), action: Links.mergeCustomer(profile.customer.externalID),
            cancelHref: Links.customer(profile.customer.externalID), name: maker.title(profile), q: text,
            problem: problem
        )
        if let into {
            let target = try customers.customer(into)
            guard target.customer.id != profile.customer.id else {
                model.problem = "This is the same customer."
                return try answer(model, request)
            }
            let count = try orders.orders(ofCustomer: profile.customer.externalID, offset: 0, limit: 0).total
            model.preview = maker.preview(target, orderCount: count)
        } else if !text.isEmpty {
            var query = CustomerQuery()
            query.text = text
            let found = try customers.list(query, place: .offset(0), limit: Self.limit + 1).customers
            model.candidates = found.filter { $0.customer.id != profile.customer.id }.prefix(Self.limit).map {
                maker.candidate($0)
            }
            model.hasSearched = true
        }
        return try answer(model, request)
    }

    private func answer(_ model: MergeModel, _ request: Request) throws -> Response {
        try frame.answer(.customerMerge, model, request, fragment: ("dialog", .customerMergeFields))
    }
}
