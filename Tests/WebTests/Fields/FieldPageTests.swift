import Domain
import Platform
import TestSupport
import Testing
import Web

/// Custom fields on the pages of receipts and products.
struct FieldPageTests {
    @Test func `a receipt's page shows the values of the receipt and of its lines`() async throws {
        let services = try await Services.test(project: .sample(createsUnknownCustomers: true))
        for patch in [
            CustomFieldPatch.sample(.receipt, "cashier", .string, name: "Cashier", group: "At the till"),
            .sample(.receipt, "weight", .decimal, name: "Weight"),
            .sample(.receiptLine, "size", .string, name: "Size"),
        ] { _ = try await services.fields.create(patch) }
        try await withAPI(services) { api async throws in
            let body = #"{"external_id":"r","client_external_id":"c","cashier":"Ana <b>","items":[{"size":"XL"},{}]}"#
            #expect(try await api.post("/api/receipts", envelope(body)).status == 201)
        }
        try await withPages(services) { pages async throws in
            let page = try await pages.get(Links.receipt("r")).text
            for text in ["At the till", "<dt>Cashier</dt><dd>Ana &lt;b&gt;</dd>", "Custom fields", "Weight", "XL"] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(page.contains(#"<th scope="col">Size</th>"#))
            let profile = try await pages.get(Links.customer("c", tab: "receipts")).text
            for text in ["Cashier", "Ana &lt;b&gt;", "XL"] { #expect(profile.contains(text), "\(text)") }
        }
    }

    @Test func `a product's form fills them in, and says what is wrong with them`() async throws {
        let services = try await Services.test()
        for patch in [
            CustomFieldPatch.sample(.product, "made_in", .string, name: "Made in", required: true),
            .sample(.product, "organic", .boolean, name: "Organic"),
            .sample(.product, "labels", .choices, name: "Labels", choices: ["new", "sale"]),
            .sample(.product, "aroma", .integer, name: "Aroma", standard: "3"),
        ] { _ = try await services.fields.create(patch) }
        let book = services.fields.book
        @Sendable func value(_ code: String) throws -> CustomValue? {
            let field = try #require(book.custom(.product, code: code))
            return try services.products.product("p").custom[field]
        }
        try await withPages(services) { pages async throws in
            let empty = try await pages.get(Links.newProduct).text
            for name in ["made_in", "organic", "labels", "aroma"] { #expect(empty.contains(#"name="\#(name)""#)) }
            #expect(empty.contains(#"value="3""#))
            let refused = try await pages.post(
                Links.newProduct, ["external_id": "p", "name": "Tea", "aroma": "strong"])
            #expect(refused.status == 422)
            #expect(refused.text.contains("Made in: This is required."))
            #expect(refused.text.contains("Aroma: This must be a whole number."))
            #expect(refused.text.contains(#"value="strong""#))
            let added = try await pages.post(
                Links.newProduct,
                ["external_id": "p", "name": "Tea", "made_in": "PT", "organic": "true", "labels": "sale", "aroma": "4"])
            #expect(added.status == 303, "\(added.text)")
            #expect(try value("made_in") == .text("PT"))
            #expect(try value("organic") == .boolean(true))
            #expect(try value("labels") == .choices(["sale"]))
            #expect(try value("aroma") == .integer(4))
            let form = try await pages.get(Links.product("p")).text
            #expect(form.contains(#"value="PT""#))
            #expect(form.contains(#"value="sale" checked"#))
            let saved = try await pages.post(Links.product("p"), ["name": "Tea", "made_in": "ES"])
            #expect(saved.status == 303)
            #expect(try value("made_in") == .text("ES"))
            #expect(try value("organic") == nil)
            #expect(try value("labels") == nil)
        }
    }
}
