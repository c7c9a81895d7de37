import Domain
import Foundation
import Testing

@testable import Segmentation

struct SnapshotTests {
    private func file(_ name: String) -> URL {
        FileManager.default.temporaryDirectory.appending(
            path: "segments-\(ProcessInfo.processInfo.processIdentifier)-\(name).index")
    }

    @Test func `an index that is read again answers as before, and takes changes`() throws {
        var shop = Shop(seed: 41, customers: 60)
        for _ in 0..<60 { shop.change() }
        let file = file("again")
        defer { try? FileManager.default.removeItem(at: file) }
        try shop.index.write(to: file, place: 1234)
        let (index, place) = try SegmentIndex.read(from: file, shop.world.registry, shop.reference.book)
        #expect(place == 1234)
        shop.index = index
        for product in shop.reference.products.values { shop.index.put(product) }
        for _ in 0..<3 {
            for _ in 0..<60 {
                let tree = shop.world.tree()
                let found = Set(shop.index.ids(of: shop.index.customers(fulfilling: tree, shop.question)))
                #expect(found == shop.reference.customers(fulfilling: tree), "\(tree.text)")
            }
            for _ in 0..<30 { shop.change() }
        }
    }

    @Test func `a file that is damaged, cut off or of other fields is not taken`() throws {
        let shop = Shop(seed: 42, customers: 5)
        let file = file("damaged")
        defer { try? FileManager.default.removeItem(at: file) }
        try shop.index.write(to: file, place: 0)
        let whole = try Data(contentsOf: file)
        func read(_ registry: ConditionRegistry) throws {
            _ = try SegmentIndex.read(from: file, registry, shop.world.statuses)
        }
        #expect(throws: SnapshotError.otherVersion) { try read(ConditionRegistry(.empty)) }
        for place in stride(from: 24, to: whole.count, by: whole.count / 50) {
            var damaged = whole
            damaged[place] ^= 0x80
            try damaged.write(to: file)
            #expect(throws: SnapshotError.damaged) { try read(shop.world.registry) }
        }
        for length in [0, 7, 23, 24, 100, whole.count - 8] {
            try whole.prefix(length).write(to: file)
            #expect(throws: SnapshotError.damaged) { try read(shop.world.registry) }
        }
    }
}
