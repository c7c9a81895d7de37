import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Asks segments of all of Olist, in memory and of the database; the answers were counted from its files.
@Suite(
    .enabled(if: OlistData.folder != nil, "Olist's data is not at ../shared/data/olist: nothing to import."),
    .enabled(
        if: ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] != nil, "Slow: set REORDER_SLOW_TESTS=1 for it."
    )
)
struct OlistSegmentTests {
    @Test(arguments: [true, false])
    func `segments of real customers are as large as their orders say`(inMemory: Bool) async throws {
        let services = try await shop(usesMemory: inMemory)
        func count(_ tree: String) async throws -> Int64 {
            let condition = try Condition.parse(tree, services.segments.context)
            return try await services.segments.preview(condition, sample: 0).count
        }
        func customers(_ tree: String) async throws -> [String] {
            let condition = try Condition.parse(tree, services.segments.context)
            return try await services.segments.page(of: condition, after: nil, limit: 3).page
                .map(\.customer.externalID)
        }
        // All orders, and those that were delivered, which alone are included.
        for (least, all, included) in [(1, 96_096, 93_358), (2, 2997, 2801), (3, 252, 228)] {
            let block = #"{"orders":{"have":{"measure":"count","op":"gte","value":\#(least)}}}"#
            #expect(try await count(block) == all)
            #expect(try await count(#"{"field":"orders.count","op":"gte","value":\#(least)}"#) == included)
        }
        let most = try await customers(#"{"field":"orders.count","op":"gte","value":15}"#)
        #expect(most == ["8d50f5eadf50201ccdcedfb9e2ac8455"])
        let best = try await customers(#"{"field":"orders.total","op":"gte","value":13440}"#)
        #expect(best == ["0a0a92112bd4c708ca5fde585afaa872"])
        let everybody = try await services.segments.preview(.everybody, sample: 0)
        #expect((everybody.base, everybody.revenue.tenThousandths) == (96_096, 132_214_981_100))

        // Five groups of equal size, of each score and of any two of them together.
        var cells: Int64 = 0
        for recency in 1...5 {
            let group = try await count(#"{"field":"rfm.r","op":"eq","value":\#(recency)}"#)
            #expect(abs(group - 93_358 / 5) <= 1, "\(recency)")
            for money in 1...5 {
                cells += try await count(
                    #"{"all":[{"field":"rfm.r","op":"eq","value":\#(recency)},{"field":"rfm.m","op":"eq","value":\#(money)}]}"#
                )
            }
        }
        #expect(cells == 93_358)
    }

    private func shop(usesMemory: Bool) async throws -> Services {
        var project = Project.sample(inclusionRule: .general)
        project.timeZoneName = "America/Sao_Paulo"
        project.createsUnknownStatuses = true
        let services = try await Services.test(project: project, usesMemory: usesMemory)
        var delivered = OrderStatusPatch()
        (delivered.code, delivered.name, delivered.includeInAnalytics) = ("delivered", "Delivered", true)
        let known = services.statuses.book.status(.general, code: "delivered")
        if known == nil { _ = try await services.statuses.create(.general, delivered) }
        let reader = try ImportReader(
            paths: [try #require(OlistData.folder)], mapping: ImportMapping(path: OlistData.fixture("mapping.yaml")),
            context: services.references.current.reading
        )
        let run = try await services.imports.run(reader, source: "olist", fingerprint: UUID().uuidString) { _, _ in }
        #expect(run.created == 99_441)
        return services
    }
}
