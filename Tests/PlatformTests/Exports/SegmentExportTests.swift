import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// What is exported of a segment's customers.
struct SegmentExportTests {
    /// Customers enough for two portions, every third of whom is in the segment, each with an order of two lines.
    private func shop() async throws -> Services {
        let services = try await Services.test()
        let count = 1600
        for start in stride(from: 0, to: count, by: 400) {
            let customers: [Result<CustomerPatch, Faults>] = (start..<start + 400).map { index in
                var patch = CustomerPatch(externalID: "c-\(index)")
                patch.fields.set(.city, .text(index % 3 == 0 ? "Porto" : "Braga"))
                return .success(patch)
            }
            _ = try await services.customers.register(customers, by: .test)
            let orders: [Result<OrderPatch, Faults>] = (start..<start + 400).map { index in
                .success(
                    .sample(
                        "o-\(index)", customer: "c-\(index)", number: index % 2 == 0 ? "even" : "odd",
                        lines: [.sample("1", sum: 5), .sample("2", sum: 7)]
                    )
                )
            }
            _ = try await services.orders.register(orders, by: .test)
        }
        let porto = try Condition.parse(
            #"{"field":"customer.city","op":"eq","value":"porto"}"#, services.segments.context)
        _ = try await services.segments.create(SegmentPatch(name: "Porto", conditions: porto))
        return services
    }

    private func export(
        _ object: ExportObject, _ filters: [String: String], _ services: Services
    ) async throws -> [String] {
        let directory = try TemporaryDirectory()
        var request = ExportRequest(object)
        request.filters = filters
        request.columns = ["external_id"]
        let path = directory.path + "/file.csv"
        let rows = try await services.exports.write(request, to: path)
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let lines = text.split(separator: "\r\n").dropFirst().map(String.init)
        #expect(rows == Int64(lines.count))
        return lines
    }

    @Test func `an export of a segment has its customers, their orders or their lines, and no other`() async throws {
        let services = try await shop()
        let members = (0..<1600).filter { $0 % 3 == 0 }
        let segment = ["segment": "porto"]
        #expect(Set(try await export(.customers, segment, services)) == Set(members.map { "c-\($0)" }))
        #expect(Set(try await export(.orders, segment, services)) == Set(members.map { "o-\($0)" }))
        let lines = try await export(.orderLines, segment, services)
        #expect(lines.count == members.count * 2)
        #expect(Set(lines) == Set(members.map { "o-\($0)" }))

        // Beside the list's own filters, those that texts are looked up for as well.
        let even = members.filter { $0 % 2 == 0 }
        let filtered = try await export(.orders, ["segment": "porto", "number": "even"], services)
        #expect(Set(filtered) == Set(even.map { "o-\($0)" }))
        #expect(try await export(.orders, ["segment": "porto", "q": "o-1599"], services) == ["o-1599"])
        #expect(try await export(.orders, ["segment": "porto", "q": "o-1598"], services) == [])
        let cities = try await export(.customers, ["segment": "porto", "city": "braga"], services)
        #expect(cities == [])
    }

    @Test func `a segment that there is not cannot be exported, and products are nobody's`() async throws {
        let services = try await Services.test()
        for (object, code) in [(ExportObject.orders, "unknown_segment"), (.products, "unknown_filter")] {
            var request = ExportRequest(object)
            request.filters = ["segment": "none"]
            let faults = await #expect(throws: Faults.self) { try await services.exports.start(request, by: "test") }
            #expect(faults?.all.map(\.code) == [code])
        }
    }

    @Test func `an audience is exported too, and what an erased customer was is not`() async throws {
        let services = try await shop()
        _ = try await services.segments.create(SegmentPatch(name: "Guests"))
        _ = try await services.segments.add(["c-1", "c-2", "nobody"], to: "guests")
        #expect(Set(try await export(.orders, ["segment": "guests"], services)) == ["o-1", "o-2"])
        try await services.customers.erase("c-1", by: .test, actor: .system)
        #expect(try await export(.customers, ["segment": "guests"], services) == ["c-2"])
    }
}
