import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// The one page of a new project: owner, project, and what to begin with.
struct FirstRunPages {
    let accounts: AccountService
    let samples: SampleService
    let frame: PageFrame

    /// The size of the made-up shop.
    private static let sample = (seed: UInt64(1), customers: 400, orders: 2000)

    func mount(on open: some RouterMethods<WebContext>) {
        open.get("first-run", use: show)
        open.post("first-run", use: setUp)
    }

    @Sendable private func show(_ request: Request, context: WebContext) async throws -> Response {
        guard accounts.isFirstRun else { return frame.lead(to: Links.signIn(), request) }
        return try frame.answer(.firstRun, FirstRunModel(frame.bareShell()), request)
    }

    @Sendable private func setUp(_ request: Request, context: WebContext) async throws -> Response {
        guard accounts.isFirstRun else { return frame.lead(to: Links.signIn(), request) }
        let form = try await FormBody(request)
        let project = Project(
            name: form["project_name"] ?? "", currency: form["currency"]?.uppercased() ?? "",
            timeZoneName: form["time_zone"] ?? "", features: Self.features(form)
        )
        let email = form["email"] ?? ""
        let wantsSample = form.isOn("sample_shop")
        do {
            // The made-up orders are in the statuses of the starter set.
            try await accounts.setUp(
                project, email: email, password: form.raw("password"),
                starterStatuses: wantsSample || form.isOn("starter_statuses"),
                by: .user(email, address: context.address)
            )
        } catch let faults as Faults {
            let model = FirstRunModel(frame.bareShell(), form, FormFaults(faults, rename: ["project": "project_name"]))
            return try frame.answer(.firstRun, model, request, status: .unprocessableContent)
        } catch AccountError.alreadySetUp {
            return frame.lead(to: Links.signIn(), request)
        }
        if wantsSample { try await fill(project) }
        let outcome = try await accounts.signIn(
            email: email, password: form.raw("password"), from: context.place(request)
        )
        var response = frame.lead(to: Links.home, request, flash: wantsSample ? .sampleReady : nil)
        // A new owner has no second factor yet.
        if case .done(let secret) = outcome { response.setCookie(SessionCookie.set(secret, request)) }
        return response
    }

    private static func features(_ form: FormBody) -> Features {
        var features = Features()
        features[.orders] = form.isOn("orders_feature")
        features[.receipts] = form.isOn("receipts_feature")
        return features
    }

    private func fill(_ project: Project) async throws {
        let shop = SampleShop(
            seed: Self.sample.seed, customers: Self.sample.customers, orders: Self.sample.orders,
            now: frame.surroundings.now(), zone: project.zone
        )
        try await samples.fill(shop)
    }
}

struct FirstRunModel: Sendable {
    struct Currency: Sendable {
        var value: String
        var text: String
    }

    var shell: ShellModel
    var action = Links.firstRun
    var hasProblems = false
    var problems: [ProblemModel] = []
    var email = FieldModel(name: "email")
    var password = FieldModel(name: "password")
    var projectName = FieldModel(name: "project_name")
    var currency = FieldModel(name: "currency", value: "EUR")
    var timeZone = FieldModel(name: "time_zone", value: Project(name: "").timeZoneName)
    var currencies = CurrencyStyle.offered.map { Currency(value: $0.code, text: $0.name) }
    var timeZones = FirstRunModel.knownZones
    var ordersFeature = true
    var receiptsFeature = true
    var starterStatuses = true
    var sampleShop = false

    private static let labels = [
        "email": "Email", "password": "Password", "project_name": "Name", "currency": "Currency",
        "time_zone": "Time zone",
    ]

    static let knownZones = ["UTC"] + TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()

    /// The page as it is first seen.
    init(_ shell: ShellModel) { self.shell = shell }

    /// The page as it was sent, with what is wrong; a password is never sent back.
    init(_ shell: ShellModel, _ form: FormBody, _ faults: FormFaults) {
        self.shell = shell
        hasProblems = !faults.isEmpty
        problems = faults.listed({ Self.labels[$0] ?? $0 }, order: ["email", "password", "project_name"])
        email = faults.field("email", form)
        password.error = faults["password"]
        projectName = faults.field("project_name", form)
        currency = faults.field("currency", form)
        timeZone = faults.field("time_zone", form)
        ordersFeature = form.isOn("orders_feature")
        receiptsFeature = form.isOn("receipts_feature")
        starterStatuses = form.isOn("starter_statuses")
        sampleShop = form.isOn("sample_shop")
    }
}
