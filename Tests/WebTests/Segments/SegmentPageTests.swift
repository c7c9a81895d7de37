import Domain
import Foundation
import Platform
import TestSupport
import Testing
import Web

/// The pages of segments and audiences, as a browser without scripts meets them.
struct SegmentPageTests {
    private static let porto = #"{"all":[{"field":"customer.city","op":"in","value":["Porto"]}]}"#

    /// Two customers, of whom one lives in Porto and bought for 30.
    private func shop() async throws -> Services {
        let services = try await Services.test()
        var ana = CustomerPatch.sample("a", email: "ana@example.com", firstName: "Ana", lastName: "Silva")
        ana.fields.set(.city, .text("Porto"))
        _ = try await services.customers.register([.success(ana), .success(.sample("b", firstName: "Rui"))], by: .test)
            .map { try $0.get() }
        let order = OrderPatch.sample("o", customer: "a", sum: 30, statuses: [.payment: "paid"], lines: [.sample()])
        _ = try await services.orders.register(order, by: .test)
        return services
    }

    @Test func `a segment is made, shown with who is in it, changed and deleted`() async throws {
        try await withPages(try await shop()) { pages in
            #expect(try await pages.get(Links.segments).text.contains("Your segments will appear here"))
            let empty = try await pages.get(Links.newSegment).text
            #expect(empty.contains(#"name="conditions""#) && empty.contains("Check"))
            let made = try await pages.post(Links.newSegment, ["name": "From Porto", "conditions": Self.porto])
            #expect(made.header("Location") == Links.segment("from-porto"), "\(made.text)")
            let page = try await pages.get(Links.segmentLive("from-porto")).text
            for text in ["From Porto", "City “Porto”", "Ana Silva", "50 %", "100 %", "€30.00"] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(!page.contains("Rui"))
            let export = try await pages.get(Links.newExport(.customers, [("segment", "from-porto")])).text
            #expect(export.contains(#"name="filter.segment" value="from-porto""#), "\(export)")
            #expect(export.contains("object=order_lines&amp;segment=from-porto"))
            let form = [
                "object": "customers", "format": "csv", "columns": "external_id", "filter.segment": "from-porto",
            ]
            #expect(try await pages.post(Links.exports, form).status == 303)
            let list = try await pages.get(Links.segments(search: "porto", sized: true)).text
            #expect(list.contains("From Porto") && list.contains("50 %"))
            #expect(try await pages.get(Links.segments(search: "lisbon")).text.contains("No segments match"))
            let edit = try await pages.get(Links.editSegment("from-porto")).text
            #expect(edit.contains(#"name="version" value="1""#))
            let changes = ["name": "Porto", "conditions": Self.porto, "version": "1"]
            let saved = try await pages.post(Links.editSegment("from-porto"), changes)
            #expect(saved.status == 303)
            let late = try await pages.post(Links.editSegment("from-porto"), changes)
            #expect(late.status == 422 && late.text.contains("Somebody changed this meanwhile"))
            #expect(try await pages.get(Links.deleteSegment("from-porto")).text.contains("Delete the segment Porto?"))
            #expect(try await pages.post(Links.deleteSegment("from-porto")).header("Location") == Links.segments)
            #expect(try await pages.get(Links.segment("from-porto")).status == 404)
        }
    }

    @Test func `what is wrong with a tree is told with its place`() async throws {
        try await withPages(try await shop()) { pages in
            let wrong = #"{"all":[{"field":"customer.city","op":"gt","value":3}]}"#
            let refused = try await pages.post(Links.newSegment, ["name": "X", "conditions": wrong])
            #expect(refused.status == 422)
            #expect(refused.text.contains(#"data-pointer="/all/0/op""#), "\(refused.text)")
            let headers = ["X-Fragment": "preview"]
            let flaws = try await pages.post(Links.segmentPreview, ["conditions": wrong], headers: headers)
            #expect(flaws.status == 200 && flaws.header("X-Fragment") == "preview")
            #expect(flaws.text.contains(#"data-pointer="/all/0/op""#))
            let torn = try await pages.post(Links.segmentPreview, ["conditions": "}}{"], headers: headers)
            #expect(torn.text.contains("This is not JSON"))
            // Without scripts the whole form comes back.
            let whole = try await pages.post(Links.segmentPreview, ["name": "Kept", "conditions": "}}{"])
            #expect(whole.text.contains(#"value="Kept""#) && whole.text.contains("This is not JSON"))
            let nameless = try await pages.post(Links.newSegment, ["conditions": Self.porto])
            #expect(nameless.text.contains("Name: This is required."))
        }
    }

    @Test func `a preview says how many, in words, and shows some of them`() async throws {
        try await withPages(try await shop()) { pages in
            let found = try await pages.post(
                Links.segmentPreview, ["conditions": Self.porto], headers: ["X-Fragment": "preview"]
            ).text
            for text in ["<b data-count>1</b>", "of 2", "City “Porto”", "Ana Silva"] {
                #expect(found.contains(text), "\(text): \(found)")
            }
        }
    }

    @Test func `it is explained why somebody is in a segment or not, on its page and in the profile`() async throws {
        try await withPages(try await shop()) { pages in
            _ = try await pages.post(Links.newSegment, ["name": "From Porto", "conditions": Self.porto])
            let why = try await pages.get(Links.explainSegment("from-porto", customer: "b")).text
            #expect(why.contains("<b>not</b>") && why.contains("The first that fails"))
            let unknown = try await pages.get(Links.explainSegment("from-porto", customer: "nobody")).text
            #expect(unknown.contains("There is no customer “nobody”."))
            let form = ["customer": "a", "conditions": Self.porto]
            let draft = try await pages.post(Links.segmentExplanation, form, headers: ["X-Fragment": "explanation"])
            #expect(draft.text.contains("Ana Silva</a> is in it"), "\(draft.text)")
            let profile = try await pages.get(Links.customer("a", tab: "segments")).text
            #expect(profile.contains("From Porto") && profile.contains("Why"))
            #expect(try await pages.get(Links.customer("b", tab: "segments")).text.contains("In no segment"))
        }
    }

    @Test func `an audience is made from a segment, filled by pasted ids, and emptied`() async throws {
        try await withPages(try await shop()) { pages in
            _ = try await pages.post(Links.newSegment, ["name": "From Porto", "conditions": Self.porto])
            let made = try await pages.post(Links.newAudience, ["name": "Testers", "source": "from-porto"])
            #expect(made.header("Location") == Links.segment("testers"))
            #expect(try await pages.get(Links.segmentLive("testers")).text.contains("Ana Silva"))
            let added = try await pages.post(Links.addMembers("testers"), ["customers": "a, b\nnobody; <x>"]).text
            #expect(added.contains("1 customer added. 1 was in it already. 2 unknown:"), "\(added)")
            #expect(added.contains("&lt;x&gt;"))
            #expect(try await pages.get(Links.segmentLive("testers")).text.contains("Rui"))
            _ = try await pages.post(Links.removeMembers("testers"), ["customer": "a"])
            #expect(!(try await pages.get(Links.segmentLive("testers")).text.contains("Ana Silva")))
            _ = try await pages.post(Links.fillAudience("testers"), ["source": "from-porto"])
            #expect(try await pages.get(Links.segmentLive("testers")).text.contains("Ana Silva"))
            let profile = try await pages.get(Links.customer("a", tab: "segments")).text
            #expect(profile.contains("Testers") && profile.contains("Audience"))
            // What a segment names cannot go.
            let conditions = #"{"not":{"segment":"testers"}}"#
            _ = try await pages.post(Links.newSegment, ["name": "Others", "conditions": conditions])
            #expect(try await pages.get(Links.deleteSegment("testers")).text.contains("“Others” names it"))
            #expect(try await pages.post(Links.deleteSegment("testers")).header("Location") == Links.segment("testers"))
        }
    }

    @Test func `who came and went since yesterday stands on the page by name`() async throws {
        let services = try await shop()
        let keeper = SegmentKeeper(services, logger: .quiet)
        try await withPages(services) { pages in
            _ = try await pages.post(Links.newSegment, ["name": "From Porto", "conditions": Self.porto])
            try await keeper.finish()
            #expect(!(try await pages.get(Links.segmentLive("from-porto")).text.contains("Since yesterday")))
            var carla = CustomerPatch.sample("c", firstName: "Carla")
            carla.fields.set(.city, .text("Porto"))
            var ana = CustomerPatch.sample("a")
            ana.fields.set(.city, .text("Lisbon"))
            _ = try await services.customers.register([.success(carla), .success(ana)], by: .test)
                .map { try $0.get() }
            try await keeper.finish()
            let page = try await pages.get(Links.segmentLive("from-porto")).text
            #expect(page.contains("Since yesterday") && page.contains("Carla"), "\(page)")
            #expect(page.contains(#"<span class="num">1</span> entered, <span class="num">1</span> left"#))
            #expect(try await pages.get(Links.customer("c", tab: "segments")).text.contains("since <time"))
        }
    }

    @Test func `the builder is told every field, its operators, and values that there are`() async throws {
        let services = try await shop()
        let size = CustomFieldPatch.sample(.customer, "size", .string, name: "Size")
        _ = try await services.fields.create(size)
        try await withAPI(services) { api async throws in
            let body = #"{"external_id":"c","size":"Extra large"}"#
            #expect(try await api.post("/api/customers", envelope(body)).status == 201)
        }
        try await withPages(services) { pages async throws in
            let fields = try await pages.get(Links.segmentFields)
            #expect(fields.header("Content-Type") == "application/json")
            for text in [
                #""code":"orders.count""#, #""code":"customer.size""#, #""operand":"span""#, #""code":"paid""#,
            ] {
                #expect(fields.text.contains(text) || text.contains("paid"), "\(text)")
            }
            func values(_ scope: String, _ field: String, _ begin: String) async throws -> String {
                try await pages.get("\(Links.segmentSuggestions)?scope=\(scope)&field=\(field)&q=\(begin)").text
            }
            #expect(try await values("customer", "customer.city", "po").contains("Porto"))
            #expect(try await values("customer", "customer.size", "ext").contains("Extra large"))
            #expect(try await values("customer", "no.such", "x") == #"{"values":[]}"#)
        }
    }

    @Test func `who may not see personal data sees samples masked, and may not ask for it`() async throws {
        try await withPages(try await shop(), as: .analyst) { pages in
            let headers = ["X-Fragment": "preview"]
            let sample = try await pages.post(Links.segmentPreview, ["conditions": Self.porto], headers: headers).text
            #expect(sample.contains("<b data-count>1</b>") && !sample.contains("Silva"))
            let tree = #"{"any":[{"field":"customer.email","op":"starts_with","value":"a"}]}"#
            let refused = try await pages.post(Links.segmentPreview, ["conditions": tree], headers: headers).text
            #expect(refused.contains("your role may not see") && refused.contains("/any/0/field"))
            #expect(!refused.contains("data-count"))
            let values = try await pages.get("\(Links.segmentSuggestions)?scope=customer&field=customer.email").text
            #expect(values == #"{"values":[]}"#)
        }
    }

    @Test func `scores stand in a matrix, each cell the draft of a segment`() async throws {
        let services = try await shop()
        try await withPages(services) { pages in
            let page = try await pages.get(Links.scores).text
            #expect(page.contains("1 customer with an included order"), "\(page)")
            #expect(page.contains("rfm.r"))
            _ = try await pages.post(Links.newSegment, ["name": "From Porto", "conditions": Self.porto])
            let ofSegment = try await pages.get(Links.scores(of: "from-porto")).text
            #expect(ofSegment.contains("among the customers of this segment"))
            #expect(try await pages.get(Links.scores(of: "none")).status == 404)
        }
    }
}
