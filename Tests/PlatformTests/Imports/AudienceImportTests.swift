import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Imports that put their customers into an audience.
struct AudienceImportTests {
    private func imports(
        _ services: Services, _ csv: String, kind: ImportKind = .customers, into audience: String? = "readers",
        isDryRun: Bool = false
    ) async throws -> ImportRun {
        let folder = try ImportFolder()
        let path = try folder.write("file.csv", csv)
        let reader = try ImportReader(paths: [path], kind: kind, context: services.references.current.reading)
        var options = ImportService.Options()
        (options.audience, options.isDryRun) = (audience, isDryRun)
        return try await services.imports.run(
            reader, source: "file.csv", fingerprint: UUID().uuidString, options
        ) { _, _ in }
    }

    private func shop() async throws -> Services {
        let services = try await Services.test()
        _ = try await services.segments.create(SegmentPatch(code: "readers", name: "Readers"))
        _ = try await imports(services, "external_id,city\n1,Porto\n2,Braga\n", into: nil)
        return services
    }

    @Test func `everybody in the file comes into the audience, known or new, once`() async throws {
        let services = try await shop()
        let run = try await imports(services, "external_id\n1\n3\n3\n")
        #expect((run.created, run.unchanged, run.refused) == (1, 2, 0))
        #expect(try await services.members("readers") == ["1", "3"])
        _ = try await imports(services, "external_id\n1\n2\n")
        #expect(try await services.members("readers") == ["1", "2", "3"])
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `a refused row puts nobody in, and a dry run neither`() async throws {
        let services = try await shop()
        let refused = try await imports(services, "external_id,registered_at\n1,yesterday\n2,2026-01-01\n")
        #expect(refused.refused == 1)
        #expect(try await services.members("readers") == ["2"])
        _ = try await imports(services, "external_id\n1\n", isDryRun: true)
        #expect(try await services.members("readers") == ["2"])
    }

    @Test func `undoing takes out those whom the import put in, and nobody else`() async throws {
        let services = try await shop()
        _ = try await services.segments.add(["2"], to: "readers")
        let run = try await imports(services, "external_id,city\n1,Porto\n2,Faro\n3,Lisboa\n")
        #expect(try await services.members("readers") == ["1", "2", "3"])
        let undone = try await services.imports.undo(run.id)
        #expect(try await services.members("readers") == ["2"])
        #expect((undone.undone.deleted, undone.undone.restored, undone.undone.left) == (1, 2, 0))
        #expect(try services.customers.customer("2").customer.fields.text(.city) == "Braga")
        #expect(try await services.verifier.verify().flatMap(\.findings) == [])
    }

    @Test func `only customers go, and only into an audience that is there`() async throws {
        let services = try await shop()
        _ = try await services.segments.create(SegmentPatch(code: "asked", name: "Asked", conditions: .everybody))
        await #expect(throws: ImportError(.audience, "There is no audience “others”: make it first.")) {
            _ = try await imports(services, "external_id\n1\n", into: "others")
        }
        await #expect(throws: ImportError.self) { _ = try await imports(services, "external_id\n1\n", into: "asked") }
        await #expect(throws: ImportError.self) {
            _ = try await imports(services, "external_id,customer_id\n1,1\n", kind: .orders)
        }
        #expect(try await services.members("readers") == [])
    }
}
