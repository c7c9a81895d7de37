import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Imports all of Olist into a project, and holds what is stored to what data/README.md says of it.
@Suite(
    .enabled(if: OlistData.folder != nil, "Olist's data is not at ../shared/data/olist: nothing to import."),
    .enabled(
        if: ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] != nil, "Slow: set REORDER_SLOW_TESTS=1 for it."
    )
)
struct OlistStoredTests {
    @Test func `every order is stored with its statuses, lines and history, and again changes nothing`() async throws {
        var project = Project.sample()
        project.timeZoneName = "America/Sao_Paulo"
        project.createsUnknownStatuses = true
        let services = try await Services.test(project: project)

        let first = try await run(services)
        #expect(first.created == 99_441)
        #expect(first.refused == 0)
        #expect(generalCounts(services) == Self.expected)
        #expect(try await services.verifier.verify().flatMap(\.findings).isEmpty)

        let again = try await run(services)
        #expect(again.unchanged == 99_441)
    }

    private static let expected = [
        "created": 5, "approved": 2, "invoiced": 314, "processing": 301, "shipped": 1107, "delivered": 96_478,
        "canceled": 625, "unavailable": 609,
    ]

    private func run(_ services: Services) async throws -> ImportRun {
        let folder = try #require(OlistData.folder)
        let reader = try ImportReader(
            paths: [folder], mapping: ImportMapping(path: OlistData.fixture("mapping.yaml")),
            context: services.references.current.reading
        )
        return try await services.imports.run(reader, source: "olist", fingerprint: UUID().uuidString) { _, _ in }
    }

    private func generalCounts(_ services: Services) -> [String: Int] {
        let counts = services.orders.countsByStatus()
        let used = services.statuses.book.statuses(of: .general).filter { counts[$0.id, default: 0] > 0 }
        return Dictionary(uniqueKeysWithValues: used.map { ($0.code, counts[$0.id, default: 0]) })
    }
}
