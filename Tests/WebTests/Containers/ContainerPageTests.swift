import Domain
import Platform
import TestSupport
import Testing
import Web

struct ContainerPageTests {
    @Test func `kinds of containers are listed, made, changed and deleted`() async throws {
        let services = try await Services.test()
        try await withPages(services) { pages in
            let empty = try await pages.get(Links.containers).text
            #expect(empty.contains("Cart") && empty.contains("System") && empty.contains("1 h"))
            #expect(try await pages.get(Links.newContainer).text.contains("Add container"))
            let wrong = try await pages.post(
                Links.newContainer,
                ["name": "", "code": "Fav!", "abandoned_after_minutes": "soon", "lifetime_days": "0"])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("This must be a whole number."))
            let code = try await pages.post(
                Links.newContainer,
                ["name": "F", "code": "Fav!", "abandoned_after_minutes": "60", "lifetime_days": "0"])
            #expect(code.text.contains("small letters") && code.text.contains("from 1 to 3650 days"))
            let made = try await pages.post(
                Links.newContainer,
                ["name": "Favourites", "code": "favourites", "abandoned_after_minutes": "2880", "lifetime_days": "30"])
            #expect(made.status == 303)
            let list = try await pages.get(Links.containers).text
            #expect(list.contains("2 days") && list.contains("30 days"))
            let taken = try await pages.post(
                Links.newContainer, ["name": "F", "code": "favourites", "abandoned_after_minutes": "60"])
            #expect(taken.text.contains("already"))

            let form = try await pages.get(Links.container("favourites")).text
            #expect(form.contains("readonly") && form.contains("value=\"2880\""))
            let saved = try await pages.post(
                Links.container("favourites"),
                ["name": "Wishes", "version": "1", "abandoned_after_minutes": "60", "emptied_by_order": "1"])
            #expect(saved.status == 303)
            let wishes = try #require(services.containers.book["favourites"])
            #expect((wishes.name, wishes.lifetimeDays, wishes.isEmptiedByOrder) == ("Wishes", nil, true))
            let late = try await pages.post(
                Links.container("favourites"), ["name": "X", "version": "1", "abandoned_after_minutes": "60"])
            #expect((late.status, late.text.contains("meanwhile")) == (422, true))
            #expect(
                try await pages.get(Links.deleteContainer("favourites")).text.contains("Delete the container Wishes?"))
            #expect(try await pages.post(Links.deleteContainer("favourites"), [:]).status == 303)
            #expect(services.containers.book.types.count == 1)
        }
    }

    @Test func `a profile shows what is in each container, what it is worth and that it was left alone`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("c-1", firstName: "Ana"))], by: .test)
        var product = ProductPatch(externalID: "tea")
        product.fields.set(.name, .text("Green <tea>"))
        _ = try await services.products.register([.success(product)])
        try await withPages(services) { pages in
            let address = Links.customer("c-1", tab: "containers")
            #expect(try await pages.get(address).text.contains("Nothing in any container"))
            for (name, price) in [("tea", 12), ("unknown", 5)] {
                let line = ContainerLinePatch(
                    product: name, quantity: Quantity(millionths: 2_000_000),
                    price: Money(tenThousandths: Int64(price) * 10_000))
                _ = try await services.containers.change(.add(line), "cart", of: "c-1")
            }
            let page = try await pages.get(address).text
            for text in [
                "Green &lt;tea&gt;", Links.product("tea"), "unknown", "€24.00", "€34.00", "2 products", "just now",
            ] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(!page.contains("Abandoned"))
            #expect(try await pages.get(Links.containers).text.contains("data-label=\"In use\">1<"))
            clock.advance(seconds: 3600)
            try await ContainerClock(services, logger: .quiet).pass()
            #expect(try await pages.get(address).text.contains("Abandoned 1 Mar, 13:00"))
            _ = try await services.containers.change(.clear, "cart", of: "c-1")
            #expect(try await pages.get(address).text.contains("empty since"))
        }
    }
}
