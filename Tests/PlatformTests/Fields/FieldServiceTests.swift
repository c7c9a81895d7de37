import Database
import Domain
import Logging
import Platform
import Storage
import TestSupport
import Testing

/// What fields do to what is stored.
struct FieldServiceTests {
    private func work(_ services: Services) async throws {
        try await FieldWork(services.fields, logger: .quiet).finish()
    }

    private func values(_ table: String, _ services: Services) throws -> Int64 {
        try services.engine.read { tx in
            try tx.first(SQL(stringLiteral: "SELECT count(*) FROM \(table)_value")) { $0.integer(0) } ?? 0
        }
    }

    private func customers(_ services: Services, _ patches: [CustomerPatch]) async throws {
        for result in try await services.customers.register(patches.map { .success($0) }, by: .test) {
            _ = try result.get()
        }
    }

    /// The product on a directory, once whoever had it before has let go of it.
    private func open(_ database: TestDatabase) async throws -> Services {
        var opened: Services?
        await waitUntil("the data directory is free") {
            opened = try? await Services.open(database, clock: StillClock())
            return opened != nil
        }
        return try #require(opened)
    }

    @Test func `a field is stored, ordered, shown and found again after a restart`() async throws {
        let database = try TestDatabase()
        let tier: CustomField
        do {
            let services = try await open(database)
            tier = try await services.fields.create(
                .sample(.customer, "tier", .choice, group: "Loyalty", standard: "gold", choices: ["gold", "silver"])
            )
            _ = try await services.fields.create(.sample(.customer, "score", .decimal, min: "-0.5", max: "10"))
            try await services.fields.order(.customer, ["score"])
            try await services.fields.setProfileView(.customer, ["tier", "email", "tier"])
            services.close()
        }
        let again = try await open(database)
        #expect(again.fields.book.custom(.customer).map(\.code) == ["score", "tier"])
        #expect(again.fields.book.custom(.customer, code: "tier")?.defaultValue == .text("gold"))
        #expect(again.fields.book.custom(.customer, code: "tier")?.id == tier.id)
        #expect(again.fields.book.custom(.customer, code: "score")?.minimum == -500_000)
        #expect(again.fields.book.profileView(.customer).map(\.name) == ["Tier", "Email"])
        #expect(again.fields.book.profileView(.order).map(\.code).first == "external_id")
    }

    @Test func `a code is taken once, and a new field joins the view that was chosen`() async throws {
        let services = try await Services.test()
        try await services.fields.setProfileView(.order, ["number"])
        _ = try await services.fields.create(.sample())
        await #expect(throws: FieldError.codeTaken(.order, code: "tier")) {
            try await services.fields.create(.sample())
        }
        _ = try await services.fields.create(.sample(.orderLine))
        #expect(services.fields.book.profileCodes(.order) == ["number", "tier"])
        try await services.fields.setProfileView(.order, nil)
        #expect(services.fields.book.profileCodes(.order).last == "tier")
        await #expect(throws: Faults.self) { try await services.fields.setProfileView(.order, ["nothing"]) }
        await #expect(throws: FieldError.system(.order, code: "number")) {
            try await services.fields.delete(.order, code: "number")
        }
        await #expect(throws: FieldError.unknown(.order, code: "none")) {
            try await services.fields.delete(.order, code: "none")
        }
    }

    @Test func `a field that something uses is kept, and the users are named`() async throws {
        let services = try await Services.test()
        _ = try await services.fields.create(.sample())
        var fields = services.fields
        fields.users = [
            FieldUser { field, _ in field.code == "tier" ? [FieldUse(kind: "segment", name: "Best buyers")] : [] }
        ]
        let guarded = fields
        await #expect(
            throws: FieldError.inUse(code: "tier", users: [FieldUse(kind: "segment", name: "Best buyers")])
        ) { try await guarded.delete(.order, code: "tier") }
        #expect(services.fields.book.has(.order))
        try await services.fields.delete(.order, code: "tier")
        #expect(!services.fields.book.has(.order))
    }

    @Test func `an export and an import that are not done yet keep the fields that they name`() async throws {
        let services = try await Services.test()
        _ = try await services.fields.create(.sample())
        _ = try await services.fields.create(.sample(.customer, "shoe"))
        var wanted = ExportRequest(.orders)
        wanted.columns = ["external_id", "tier"]
        let export = try await services.exports.start(wanted, by: "ana@example.com")
        let use = FieldUse(kind: "export", name: export.fileName)
        await #expect(throws: FieldError.inUse(code: "tier", users: [use])) {
            try await services.fields.delete(.order, code: "tier")
        }
        _ = try await services.exports.cancel(export.id)
        try await services.fields.delete(.order, code: "tier")

        let upload = try services.imports.upload(limit: 1000)
        try upload.write(Array("id,size\n1,41\n".utf8))
        var mapped = ImportRequest()
        mapped.columns = ["id": "external_id", "size": "shoe"]
        let run = try await services.imports.start(
            upload, named: "people.csv", .customers, mapped, as: .queued, by: "ana@example.com")
        await #expect(
            throws: FieldError.inUse(code: "shoe", users: [FieldUse(kind: "import", name: "people.csv")])
        ) { try await services.fields.delete(.customer, code: "shoe") }
        _ = try await services.imports.cancel(run.id)
        try await services.fields.delete(.customer, code: "shoe")
    }

    @Test func `metadata that is stored fills a field once it is mapped, and the values go with the mapping`()
        async throws
    {
        let services = try await Services.test()
        try await customers(
            services,
            (1...1203).map { number in
                CustomerPatch.sample(
                    "c-\(number)",
                    metadata: number % 3 == 0 ? #"{"plan":"x"}"# : #"{"plan":\#(number),"utm":{"source":"ads"}}"#
                )
            }
        )
        let plan = try await services.fields.create(.sample(.customer, "plan", .integer, metadataPath: "plan"))
        try await work(services)
        #expect(try await services.fields.valueCount(plan) == 802)
        #expect(try services.customers.customer("c-1").customer.custom[plan] == .integer(1))
        #expect(try services.customers.customer("c-3").customer.custom[plan] == nil)
        // Later metadata is taken as it comes.
        try await customers(services, [.sample("c-3", metadata: #"{"plan":"7"}"#), .sample("c-1", metadata: "{}")])
        #expect(try services.customers.customer("c-3").customer.custom[plan] == .integer(7))
        #expect(try services.customers.customer("c-1").customer.custom[plan] == nil)
        var change = CustomFieldPatch()
        change.metadataPath = .clear
        let unmapped = try await services.fields.update(.customer, code: "plan", change)
        #expect(try services.customers.customer("c-3").customer.custom.isEmpty)
        try await work(services)
        #expect(try await services.fields.valueCount(unmapped) == 0)
        #expect(try values("customer", services) == 0)
    }

    @Test func `a deletion takes all values in steps, and goes on after a restart`() async throws {
        let database = try TestDatabase()
        let other: CustomField
        do {
            let services = try await open(database)
            let tier = try await services.fields.create(.sample(.customer, "tier", .choices, choices: ["a", "b"]))
            let stays = try await services.fields.create(.sample(.customer, "other"))
            other = stays
            try await customers(
                services,
                (1...700).map { number in
                    var patch = CustomerPatch.sample("c-\(number)")
                    patch.custom.set(tier, .choices(["a", "b"]))
                    patch.custom.set(stays, .text("stays"))
                    return patch
                }
            )
            #expect(try await services.fields.valueCount(tier) == 700)
            try await services.fields.delete(.customer, code: "tier")
            #expect(try services.customers.customer("c-1").customer.custom[tier] == nil)
            #expect(try await FieldWork(services.fields, logger: .quiet).step())
            #expect(try values("customer", services) == 700 * 3 - 500)
            services.close()
        }
        let again = try await open(database)
        // The code is free at once, while old values are still being removed.
        let new = try await again.fields.create(.sample(.customer, "tier"))
        try await work(again)
        #expect(try values("customer", again) == 700)
        #expect(try await again.fields.valueCount(new) == 0)
        #expect(try again.customers.customer("c-1").customer.custom[other] == .text("stays"))
        #expect(try await FieldWork(again.fields, logger: .quiet).step() == false)
    }
}
