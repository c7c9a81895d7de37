import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Condition trees as SQL, held against the reference, on the engine that the tests use.
struct SegmentSQLTests {
    /// How many trees each shop is asked; the whole run is a hundred shops of them.
    static let trees = ProcessInfo.processInfo.environment["REORDER_SLOW_TESTS"] == "1" ? 200 : 20

    @Test func `SQL and reference agree on random trees`() async throws {
        let database = try await ShopDatabase()
        var telling = 0
        for seed in 1...100 {
            var shop = try await StoredShop(seed: UInt64(seed), customers: 30, in: database)
            for _ in 0..<Self.trees {
                let tree = shop.tree()
                let wanted = shop.reference.customers(fulfilling: tree)
                if !wanted.isEmpty, wanted.count < shop.reference.people.count { telling += 1 }
                do {
                    let found = try shop.customers(tree)
                    if found != wanted {
                        Issue.record(
                            "\(seed): \(tree.text): \(found.count), and \(wanted.count) by the reference; \(difference(found, wanted))"
                        )
                        continue
                    }
                    let somebody = shop.anybody()
                    if try shop.fulfils(somebody, tree) != wanted.contains(somebody) {
                        Issue.record("\(seed): \(tree.text) of \(somebody) alone")
                    }
                } catch {
                    Issue.record("\(seed): \(tree.text): \(error)")
                }
            }
        }
        // Nobody and everybody are easily found.
        #expect(telling > 100 * Self.trees / 3)
    }

    private func difference(_ found: Set<Customer.ID>, _ wanted: Set<Customer.ID>) -> String {
        "too many \(found.subtracting(wanted).sorted().prefix(3)), too few \(wanted.subtracting(found).sorted().prefix(3))"
    }
}
