import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// Holds Docs/segments.md to its word.
struct SegmentsPageTests {
    @Test func `each example of a tree is one`() async throws {
        let page = try String(contentsOfFile: RepositoryFiles.path("Docs/segments.md"), encoding: .utf8)
        let services = try await Services.test()
        _ = try await services.segments.create(SegmentPatch(code: "vip", name: "VIP", conditions: .everybody))
        _ = try await services.segments.create(SegmentPatch(code: "fair", name: "Fair"))
        let blocks = page.components(separatedBy: "```json\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count >= 8)
        for block in blocks {
            do {
                let condition = try Condition.parse(block, services.segments.context)
                _ = try await services.segments.preview(condition, sample: 0)
                // What is written down is read as the same.
                #expect(try Condition.parse(condition.text, services.segments.context) == condition)
            } catch {
                Issue.record("\(block): \(error)")
            }
        }
    }

    @Test func `each operator and each field of a customer's orders is on the page`() throws {
        let page = try String(contentsOfFile: RepositoryFiles.path("Docs/segments.md"), encoding: .utf8)
        for op in ConditionOperator.allCases { #expect(page.contains("`\(op.rawValue)`"), "\(op.rawValue)") }
        for metric in CustomerMetric.allCases { #expect(page.contains(".\(metric.rawValue)`"), "\(metric.rawValue)") }
    }
}
