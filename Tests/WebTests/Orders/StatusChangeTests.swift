import Domain
import Logging
import Platform
import TestSupport
import Testing
import Web

/// Changing the status of many orders on the page that lists them.
struct StatusChangeTests {
    private func shop(orders count: Int) async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        for number in 1...count {
            var patch = OrderPatch.sample("o-\(number)", sum: number)
            patch.statuses[.general] = .set("accepted")
            _ = try await services.orders.register(patch, by: .test)
        }
        return services
    }

    private func status(_ services: Services, _ id: String, _ type: OrderStatusType = .general) throws -> String? {
        services.references.current.book.code(type, in: try services.orders.order(id).order.statuses)
    }

    /// The page of the run that a form led to.
    private func run(_ answer: APIClient.Answer) throws -> String {
        #expect(answer.status == 303)
        return try #require(answer.header("Location"))
    }

    @Test func `chosen orders change at once, and those that are gone stop nothing`() async throws {
        let services = try await shop(orders: 4)
        try await services.orders.delete("o-4", by: .test)
        try await withPages(services) { pages in
            let list = try await pages.get(Links.orders).text
            #expect(list.contains(#"<input type="checkbox" name="order" value="o-1" form="change-statuses">"#))
            #expect(list.contains(#"<option value="payment:paid">Paid</option>"#))
            let answer = try await pages.post(
                Links.statusesOfChosen,
                [
                    ("order", "o-1"), ("order", "o-3"), ("order", "o-4"), ("change", "general:completed"),
                    ("return", "/orders?unit=x"),
                ]
            )
            #expect(answer.status == 303)
            #expect(answer.header("Location") == "/orders?unit=x")
            #expect(answer.header("Set-Cookie")?.contains("statuses-changed") == true)
        }
        let codes = try (1...3).map { try status(services, "o-\($0)") }
        #expect(codes == ["completed", "accepted", "completed"])
        let change = try #require(try services.orders.activity(of: "o-1", limit: 1).first?.change)
        #expect(change.origin.channel == .screen)
        #expect(try services.orders.order("o-2").order.version == 1)
    }

    @Test(arguments: [
        ([("change", "general:completed")], "no-order-chosen"), ([("order", "o-1")], "no-status-chosen"),
        ([("order", "o-1"), ("change", "weird")], "no-status-chosen"),
        ([("order", "o-1"), ("change", "general:nope")], "status-gone"),
        ([("order", "o-1"), ("change", "general:accepted")], "statuses-as-before"),
    ])
    func `what cannot be changed is said, and the list comes back`(form: [(String, String)], says: String) async throws
    {
        let services = try await shop(orders: 1)
        try await withPages(services) { pages in
            let answer = try await pages.post(Links.statusesOfChosen, form + [("return", "https://elsewhere.example")])
            #expect(answer.status == 303)
            #expect(answer.header("Location")?.hasPrefix("/") == true)
            #expect(answer.header("Set-Cookie")?.contains(says) == true)
        }
        #expect(try status(services, "o-1") == "accepted")
        #expect(try services.orders.order("o-1").order.version == 1)
    }

    @Test func `all orders that a list shows change beside the requests, and go back when it is undone`() async throws {
        let services = try await shop(orders: 12)
        let worker = ImportWorker(services, logger: Logger(label: "test"))
        try await withPages(services, as: .operator) { pages in
            let filters = "?status_code=accepted&total_from=5"
            let form = try await pages.get(Links.allStatuses + filters).text
            #expect(form.contains("Change the status of 8 orders"))
            let sent = try await pages.post(
                Links.allStatuses, ["filters": String(filters.dropFirst()), "change": "payment:paid"])
            let path = try run(sent)
            // One that came after it was asked for is none of them.
            _ = try await services.orders.register(.sample("o-99", sum: 99), by: .test)
            #expect(try await pages.get(path).text.contains("Waiting for its turn"))
            #expect(try await worker.workOnce())
            let page = try await pages.get(path).text
            #expect(page.contains("Payment → Paid"))
            #expect(page.contains("<dt>Changed</dt><dd class=\"num\">8</dd>"))
            let paid = try (1...12).filter { try status(services, "o-\($0)", .payment) == "paid" }
            #expect(paid == Array(5...12))
            #expect(try status(services, "o-99", .payment) == nil)
            let change = try #require(try services.orders.activity(of: "o-5", limit: 1).first?.change)
            #expect(change.origin.channel == .screen)
            #expect(change.origin.actor.hasPrefix("operator-"))

            // What somebody changed since stays.
            _ = try await services.orders.moveStatuses(
                "o-6", StatusChange(.payment, code: "refunded").patch, by: .test)
            _ = try run(try await pages.post(path + "/undo"))
            #expect(try await worker.workOnce())
            #expect(try await pages.get(path).text.contains("<dt>Put back</dt><dd class=\"num\">7</dd>"))
            #expect(try status(services, "o-5", .payment) == nil)
            #expect(try status(services, "o-6", .payment) == "refunded")
        }
    }

    @Test func `a status is taken off all as well`() async throws {
        let services = try await shop(orders: 3)
        try await withPages(services) { pages in
            _ = try run(try await pages.post(Links.allStatuses, ["filters": "", "change": "general:"]))
        }
        #expect(try await ImportWorker(services, logger: Logger(label: "test")).workOnce())
        let codes = try (1...3).map { try status(services, "o-\($0)") }
        #expect(codes == [nil, nil, nil])
    }

    @Test func `nothing chosen and nothing found is said where it was asked`() async throws {
        let services = try await shop(orders: 1)
        try await withPages(services) { pages in
            let unchosen = try await pages.post(Links.allStatuses, ["filters": "q=o-1", "change": ""])
            #expect(unchosen.status == 422)
            #expect(unchosen.text.contains("Choose the status"))
            let unknown = try await pages.post(Links.allStatuses, ["filters": "", "change": "general:nope"])
            #expect(unknown.status == 422)
            let none = try await pages.post(Links.allStatuses, ["filters": "q=nobody", "change": "general:completed"])
            #expect(none.status == 422)
            #expect(none.text.contains("No order matches any more."))
        }
    }

    @Test func `a change is shown to who began it, and to who may import`() async throws {
        let services = try await shop(orders: 1)
        let path = try await withPages(services, as: .operator) { pages in
            try run(try await pages.post(Links.allStatuses, ["filters": "", "change": "general:completed"]))
        }
        for (role, status) in [(User.Role.operator, 403), (.analyst, 403), (.marketer, 200), (.owner, 200)] {
            try await withPages(services, as: role) { pages async throws in
                #expect(try await pages.get(path).status == status, "\(role)")
            }
        }
        try await withPages(services, as: .analyst) { pages in
            let list = try await pages.get(Links.orders).text
            #expect(!list.contains("change-statuses"))
            #expect(try await pages.get(Links.allStatuses).status == 403)
        }
    }
}
