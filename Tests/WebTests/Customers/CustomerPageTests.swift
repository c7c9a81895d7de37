import Domain
import Platform
import TestSupport
import Testing
import Web

struct CustomerPageTests {
    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.customers.register(
            [
                .success(
                    .sample(
                        "a/1", email: "ana@example.com", phone: "+351912345678", firstName: "Ana", lastName: "Silva",
                        metadata: #"{"shoe":41}"#)),
                .success(.sample("b", firstName: "Rui")),
            ], by: .test
        ).map { try $0.get() }
        var patch = OrderPatch.sample("o-1", customer: "a/1", sum: 30, statuses: [.payment: "paid"], lines: [.sample()])
        patch.fields.set(.deliveryAddress, .text("Hollow Lane 7"))
        _ = try await services.orders.register(patch, by: .test)
        return services
    }

    @Test func `a profile shows the metrics, the fields, the orders and all that happened`() async throws {
        let services = try await shop()
        _ = try await services.customers.update(.sample("a/1", firstName: "Anna"), by: .test)
        try await withPages(services) { pages in
            let overview = try await pages.get(Links.customer("a/1"))
            #expect(overview.status == 200)
            for text in ["Anna Silva", "ana@example.com", "€30.00", "&quot;shoe&quot;: 41"] {
                #expect(overview.text.contains(text), "\(text)")
            }
            let activity = try await pages.get(Links.customer("a/1", tab: "activity")).text
            for text in ["Profile changed", "Order registered", "Became known"] {
                #expect(activity.contains(text), "\(text)")
            }
            // The first moment tells who, as every other does.
            let first = activity.split(separator: "Became known", omittingEmptySubsequences: false)
            #expect(first.count == 2)
            #expect(first.last?.contains("by key test") == true)
            let orders = try await pages.get(Links.customer("a/1", tab: "orders")).text
            #expect(orders.contains("o-1") && orders.contains("Point of sale") && orders.contains("Line id"))
            #expect(try await pages.get(Links.customer("none")).status == 404)
            #expect(try await pages.get("/customers?q=ana").text.contains("Anna Silva"))
        }
    }

    @Test func `who may not see personal data sees it masked, and may not change it`() async throws {
        try await withPages(try await shop(), as: .analyst) { pages in
            for path in [
                "/customers", Links.customer("a/1"), Links.customer("a/1", tab: "activity"),
                Links.customer("a/1", tab: "orders"),
            ] {
                let page = try await pages.get(path)
                #expect(page.status == 200)
                for text in ["Silva", "ana@example.com", "+351912345678", "shoe", "Hollow Lane"] {
                    #expect(!page.text.contains(text), "\(path): \(text)")
                }
            }
            for path in [
                Links.editCustomer("a/1"), Links.newCustomer, Links.mergeCustomer("a/1"), Links.eraseCustomer("a/1"),
                Links.exportCustomer("a/1"),
            ] {
                #expect(try await pages.get(path).status == 403, "\(path)")
            }
            #expect(try await pages.post(Links.eraseCustomer("a/1"), ["confirm": "a/1"]).status == 403)
        }
    }

    @Test func `a form that somebody was faster than is not taken`() async throws {
        let services = try await shop()
        try await withPages(services) { pages in
            _ = try await services.customers.update(.sample("a/1", firstName: "Anna"), by: .test)
            let answer = try await pages.post(Links.editCustomer("a/1"), ["version": "1", "first_name": "Other"])
            #expect(answer.status == 422)
            #expect(answer.text.contains("somebody changed this customer meanwhile"))
            #expect(try services.customers.customer("a/1").customer.fields.text(.firstName) == "Anna")
            let saved = try await pages.post(
                Links.editCustomer("a/1"),
                ["version": "2", "first_name": "", "city": "Porto", "registered_at": "2026-02-01T10:30"]
            )
            #expect(saved.status == 303)
            let customer = try services.customers.customer("a/1").customer
            #expect(customer.fullName == "Silva")
            #expect(customer.fields.text(.city) == "Porto")
            // What the form did not send stays.
            #expect(customer.fields.text(.email) == "ana@example.com")
        }
    }

    @Test func `saving a form without changes changes nothing`() async throws {
        let services = try await shop()
        try await withPages(services) { pages in
            let form = ["version": "1", "email": "ana@example.com", "consents.email": "", "middle_name": ""]
            let saved = try await pages.post(Links.editCustomer("a/1"), form)
            #expect(saved.status == 303)
            #expect(try services.customers.customer("a/1").customer.version == 1)
        }
    }

    @Test func `an erasure asks for the id, and a merge for the other`() async throws {
        let services = try await shop()
        try await withPages(services) { pages in
            let asked = try await pages.get(Links.eraseCustomer("a/1")).text
            #expect(asked.contains("1 order") && asked.contains("The metadata"))
            #expect(try await pages.post(Links.eraseCustomer("a/1"), ["confirm": "a"]).status == 422)
            #expect(services.customers.count == 2)
            let preview = try await pages.get(Links.mergeCustomer("b", into: "a/1")).text
            #expect(preview.contains("Merge into Ana Silva"))
            let itself = try await pages.post(Links.mergeCustomer("b"), ["into": "b"])
            #expect(itself.text.contains("cannot become part of itself"))
            #expect(try await pages.post(Links.mergeCustomer("b"), ["into": "a/1"]).status == 303)
            #expect(services.customers.count == 1)
            #expect(try await pages.post(Links.eraseCustomer("a/1"), ["confirm": "a/1"]).status == 303)
            #expect(services.customers.count == 0)
            #expect(try await pages.get(Links.order("o-1")).text.contains("This customer was erased"))
        }
    }
}
