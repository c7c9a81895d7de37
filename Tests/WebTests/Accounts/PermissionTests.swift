import Domain
import Platform
import TestSupport
import Testing
import Web

/// Which role may open which page, and what each of them sees there.
struct PermissionTests {
    private static let pages: [(path: String, needed: Permission)] = [
        (Links.orders, .ordersRead), (Links.newOrder, .ordersWrite), (Links.order("o-1"), .ordersRead),
        (Links.deleteOrder("o-1"), .ordersWrite), (Links.statuses, .settings), (Links.newStatus, .settings),
        (Links.features, .settings),
        (Links.status(.general, code: "accepted"), .settings),
        (Links.deleteStatus(.general, code: "accepted"), .settings),
    ]

    private static let forms: [(path: String, needed: Permission)] = [
        (Links.newOrder, .ordersWrite), (Links.orderColumns, .ordersRead), (Links.orderStatus("o-1"), .ordersWrite),
        (Links.deleteOrder("o-1"), .ordersWrite), (Links.starterStatuses, .settings), (Links.orderRules, .settings),
        (Links.newStatus, .settings), (Links.status(.general, code: "accepted"), .settings),
        (Links.archiveStatus(.general, code: "accepted"), .settings),
        (Links.moveStatus(.general, code: "accepted"), .settings),
        (Links.deleteStatus(.general, code: "accepted"), .settings),
    ]

    @Test(arguments: User.Role.allCases)
    func `each page and form asks for its permission`(role: User.Role) async throws {
        let services = try await Services.withOneOrder()
        try await withPages(services, as: role) { pages in
            for (path, needed) in Self.pages {
                let answer = try await pages.get(path)
                #expect(answer.status == (role.may(needed) ? 200 : 403), "\(path) as \(role)")
            }
            for (path, needed) in Self.forms {
                let answer = try await pages.post(path)
                #expect((answer.status == 403) == !role.may(needed), "\(path) as \(role)")
            }
        }
    }

    @Test func `a refusal says which permission is missing, and who gives it`() async throws {
        try await withPages(try await Services.test(), as: .designer) { pages in
            let answer = try await pages.get(Links.orders)
            #expect(answer.status == 403)
            #expect(answer.text.contains("The role Designer has no permission to see orders."))
            #expect(answer.text.contains("An owner or an administrator can give you another role"))
        }
    }

    @Test func `what the role may not do is not offered`() async throws {
        let services = try await Services.withOneOrder()
        try await withPages(services, as: .analyst) { pages in
            let list = try await pages.get(Links.orders).text
            #expect(!list.contains("Add order"))
            #expect(!list.contains("href=\"\(Links.settings)\""))
            let order = try await pages.get(Links.order("o-1")).text
            #expect(!order.contains(Links.deleteOrder("o-1")))
            #expect(!order.contains(Links.orderStatus("o-1")))
        }
        try await withPages(services, as: .operator) { pages in
            let list = try await pages.get(Links.orders).text
            #expect(list.contains("Add order"))
            let order = try await pages.get(Links.order("o-1")).text
            #expect(order.contains(Links.deleteOrder("o-1")))
        }
    }

    @Test func `personal data is masked where the role says so`() async throws {
        let services = try await Services.withOneOrder()
        let secrets = ["Silva", "ana@example.com", "912345678", "Rua das Flores", "loyal-77", "left with the porter"]
        try await withPages(services, as: .analyst) { pages in
            for path in [Links.orders, Links.order("o-1"), Links.orderMetadata("o-1")] {
                let text = try await pages.get(path).text
                for secret in secrets { #expect(!text.contains(secret), "\(secret) at \(path)") }
            }
            #expect(try await pages.get(Links.order("o-1")).text.contains("a•••@e•••.com"))
        }
        try await withPages(services, as: .operator) { pages in
            let text = try await pages.get(Links.order("o-1")).text
            for secret in secrets { #expect(text.contains(secret), "\(secret)") }
        }
    }

    @Test func `who sees personal data masked does not find people by it, a letter at a time`() async throws {
        let services = try await Services.withOneOrder()
        _ = try await services.receipts.register(.sample(), by: .test)
        let personal = ["ana@example.com", "an", "Silva", "+351912345678", "912 345 678", "345678"]
        @Sendable func lists(_ text: String) -> [(list: String, row: String)] {
            let query = [(name: "q", value: text)]
            return [
                (Links.orders(query), Links.order("o-1")), (Links.customers(query), Links.customer("c-1")),
                (Links.receipts(query), Links.receipt("r-1")),
            ]
        }
        for (role, isFound) in [(User.Role.analyst, false), (.operator, true)] {
            try await withPages(services, as: role) { pages in
                for (list, row) in personal.flatMap(lists) {
                    let page = try await pages.get(list).text
                    #expect(page.contains(row) == isFound, "\(role) \(list)")
                }
                for (list, row) in lists("c-1") {
                    let page = try await pages.get(list).text
                    #expect(page.contains(row), "\(role) \(list)")
                }
                #expect(try await pages.get("\(Links.orders)?q=N-1").text.contains(Links.order("o-1")))
                #expect(try await pages.get("\(Links.receipts)?q=r-").text.contains(Links.receipt("r-1")))
            }
        }
    }

    @Test func `a masked field has no filter, and one that names nobody has`() async throws {
        let services = try await Services.withOneOrder()
        for (code, type) in [("nickname", CustomFieldType.string), ("size", .integer)] {
            _ = try await services.fields.create(.sample(.customer, code, type, name: "Of \(code)"))
        }
        let customer = envelope(#"{"external_id":"c-1","nickname":"Anita","size":38}"#)
        let stored = try await withAPI(services) { api in try await api.post("/api/customers", customer) }
        #expect(stored.status == 200, "\(stored.text)")
        let lists = ["Anita", "Berta"].map { Links.customers([(name: "field.nickname", value: $0)]) }
        let sizes = ["38", "39"].map { Links.customers([(name: "field.size", value: $0)]) }
        try await withPages(services, as: .analyst) { pages in
            for list in lists {
                let page = try await pages.get(list).text
                #expect(page.contains(Links.customer("c-1")) && !page.contains("field.nickname"), "\(list)")
            }
            for (list, isFound) in zip(sizes, [true, false]) {
                let page = try await pages.get(list).text
                #expect(page.contains(Links.customer("c-1")) == isFound, "\(list)")
            }
        }
        try await withPages(services, as: .operator) { pages in
            for (list, isFound) in zip(lists, [true, false]) {
                let page = try await pages.get(list).text
                #expect(page.contains(Links.customer("c-1")) == isFound, "\(list)")
            }
        }
    }

    @Test func `the start leads each role to a page it may see`() async throws {
        let services = try await Services.test()
        for role in User.Role.allCases where role != .designer {
            try await withPages(services, as: role) { pages in
                let answer = try await pages.get("/")
                #expect(answer.status == 303 || answer.status == 307 || answer.status == 302)
                let target = try #require(answer.header("Location"))
                #expect(try await pages.get(target).status == 200)
            }
        }
        try await withPages(services, as: nil) { pages in
            let answer = try await pages.get("/")
            #expect(answer.header("Location") == Links.signIn())
        }
    }
}

extension Services {
    /// A shop with one order of one customer, with all that may name her.
    fileprivate static func withOneOrder() async throws -> Services {
        let services = try await Services.test()
        let customer = CustomerPatch.sample(
            email: "ana@example.com", phone: "+351912345678", firstName: "Ana", lastName: "Silva"
        )
        _ = try await services.customers.register([.success(customer)], by: .test)
        var order = OrderPatch.sample(number: "N-1", sum: 10, metadata: #"{"note":"left with the porter"}"#)
        order.fields.set(.deliveryAddress, .text("Rua das Flores 1"))
        order.fields.set(.card, .text("loyal-77"))
        order.fields.set(.deliveryNote, .text("left with the porter"))
        _ = try await services.orders.register(order, by: .test)
        return services
    }
}
