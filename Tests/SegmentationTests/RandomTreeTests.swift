import Domain
import Testing

@testable import Segmentation

struct RandomTreeTests {
    /// How many trees each shop is asked in each of its rounds.
    static let trees = 60

    @Test(arguments: 1...20)
    func `engine and reference agree on random trees, also after changes`(seed: Int) throws {
        var shop = Shop(seed: UInt64(seed), customers: 40)
        for round in 0..<4 {
            for _ in 0..<Self.trees {
                let tree = shop.world.tree()
                let found = Set(shop.index.ids(of: shop.index.customers(fulfilling: tree, shop.question, workers: 1)))
                let wanted = shop.reference.customers(fulfilling: tree)
                guard found == wanted else {
                    Issue.record("\(seed): \(tree.text): \(found.count), and \(wanted.count) by the reference")
                    continue
                }
            }
            for _ in 0..<30 { shop.change() }
            if round == 0 { shop.index.pack() }
            if round == 1 { shop.changeBook() }
            if round == 2 { shop.reference.now = shop.world.moment() }
        }
    }

    @Test(arguments: 1...10)
    func `a customer alone is answered as all are`(seed: Int) throws {
        let seed = UInt64(seed + 100)
        var shop = Shop(seed: seed, customers: 30)
        for round in 0..<4 {
            shop.index.refreshScores()
            for _ in 0..<Self.trees / 2 {
                let tree = shop.world.tree()
                let question = shop.question
                let program = Compiler.compile(
                    tree, shop.index, question.calendar, at: question.now, question.segments)
                let all = shop.index.customers(fulfilling: program, workers: 1)
                for number in 0..<shop.index.numberCount {
                    let shard = shop.index.shards[number / Shard.size].shard
                    guard shard.alive[number % Shard.size] != 0 else { continue }
                    let alone = program.holds(for: Person(shard, number % Shard.size))
                    if alone != all[number] { Issue.record("\(seed) \(round): \(tree.text) of \(number): \(alone)") }
                }
            }
            for _ in 0..<30 { shop.change() }
            if round == 1 { shop.index.pack() }
        }
    }

    @Test(arguments: 1...10)
    func `every tree is written and read back as itself`(seed: Int) throws {
        var world = World(seed: UInt64(seed + 500))
        let context = ConditionContext(
            registry: world.registry, statuses: world.statuses, calendar: world.calendar, knowsSegment: { _ in true })
        for _ in 0..<Self.trees {
            let tree = world.tree()
            do {
                let read = try Condition.parse(tree.text, context)
                #expect(read == tree, "\(tree.text)")
                #expect(!ConditionWords(statuses: world.statuses).text(tree).isEmpty)
            } catch let faults as Faults {
                // Chance nests as deep as it likes.
                #expect(faults.all.allSatisfy { ["too_deep", "too_many"].contains($0.code) }, "\(tree.text) \(faults)")
            }
        }
    }
}
