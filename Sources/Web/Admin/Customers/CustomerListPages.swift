import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The list of customers.
struct CustomerListPages {
    let customers: CustomerService
    let frame: PageFrame

    /// Countries and cities that pickers offer.
    private static let placeLimit = 300

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("customers", use: index)
        router.post("customers/columns", use: chooseColumns)
    }

    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersRead)
        let hasCustomers = customers.count > 0
        let asked = CustomerListQuery(request, frame.references.current.reading, context.mask)
        let maker = CustomerListMaker(
            asked: asked, columns: CustomerColumn.chosen(request), format: frame.format(context)
        )
        let places = customers.places(limit: Self.placeLimit)
        let mayWrite = context.may(.customersWrite)
        let model = CustomerListModel(
            shell: frame.shell(request, context, .customers), hasCustomers: hasCustomers, mayWrite: mayWrite,
            exportHref: asked.exportLink(.customers), columnChooser: maker.columnChooser,
            filters: maker.filters(countries: places.countries, cities: places.cities),
            welcome: hasCustomers ? nil : CustomerListModel.Welcome(mayWrite: mayWrite),
            results: hasCustomers ? try results(maker) : nil
        )
        return try frame.answer(.customerIndex, model, request, fragment: ("customers", .customerResults))
    }

    private func results(_ maker: CustomerListMaker) throws -> CustomerListModel.Results {
        let size = CustomerListQuery.pageSize
        func list(page: Int) throws -> CustomerService.List {
            try customers.list(maker.asked.query, place: .offset((page - 1) * size), limit: size)
        }
        let found = try list(page: maker.asked.page)
        let page = maker.asked.page(of: found.total)
        return maker.results(page == maker.asked.page ? found : try list(page: page), page: page)
    }

    @Sendable private func chooseColumns(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.customersRead)
        let form = try await FormBody(request, context.session)
        let names = form.isOn("reset") ? [] : form.all("columns")
        let columns = CustomerColumn.allCases.filter { names.contains($0.rawValue) }
        var response = frame.lead(to: AccountPages.local(form["return"]), request)
        response.setCookie(CustomerColumn.cookie(columns == CustomerColumn.standard ? [] : columns))
        return response
    }
}
