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
        // One after the other, in one database: to make many is what takes time.
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
                        Issue.record("\(seed): \(tree.text): \(difference(found, wanted))")
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

    /// How many trees there are for each field, beside a random one for each operator.
    private static let draws = trees > 20 ? 60 : 6

    @Test func `SQL and reference agree on every field and measure`() async throws {
        var shop = try await StoredShop(seed: 500, customers: 40, in: try await ShopDatabase())
        for field in shop.world.registry.fields {
            let scope = field.scope
            for _ in 0..<Self.draws {
                let test = Condition.test(shop.world.test(field))
                try check(Self.placed(test, scope, &shop.world.chance), shop)
            }
            guard field.type.isMeasurable else { continue }
            for measure in ConditionHave.Measure.allCases where measure != .count {
                for kind in ConditionBlockKind.allCases where kind.scope == scope {
                    for op: ConditionOperator in [.gt, .ne, .isSet, .notSet] {
                        let asked = ConditionHave(
                            measure, of: field, op, op == .gt || op == .ne ? .number(2500) : .none)
                        try check(Self.around(ConditionBlock(kind, have: asked)), shop)
                    }
                }
            }
        }
    }

    /// A condition on a record as one on the customer.
    private static func placed(_ test: Condition, _ scope: ConditionScope, _ chance: inout Chance) -> Condition {
        let kinds = ConditionBlockKind.allCases.filter { $0.scope == scope }
        guard !kinds.isEmpty else { return test }
        let block = ConditionBlock(chance.one(of: kinds), test, pick: chance.one(of: [nil, nil, .first, .last]))
        return around(block)
    }

    private static func around(_ block: ConditionBlock) -> Condition {
        switch block.kind {
        case .orders, .lines, .receipts, .events, .containers: .records(block)
        case .containerLines: .records(ConditionBlock(.containers, .records(block)))
        case .orderLines, .stays: .records(ConditionBlock(.orders, .records(block)))
        case .receiptLines: .records(ConditionBlock(.receipts, .records(block)))
        }
    }

    private func check(_ tree: Condition, _ shop: StoredShop) throws {
        let (found, wanted) = (try shop.customers(tree), shop.reference.customers(fulfilling: tree))
        if found != wanted { Issue.record("\(tree.text): \(difference(found, wanted))") }
    }

    private func difference(_ found: Set<Customer.ID>, _ wanted: Set<Customer.ID>) -> String {
        let (more, fewer) = (found.subtracting(wanted).sorted(), wanted.subtracting(found).sorted())
        return
            "\(found.count), and \(wanted.count) by the reference; too many \(more.prefix(3)), too few \(fewer.prefix(3))"
    }
}
