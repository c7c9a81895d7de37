import Domain
import Testing

struct FeaturesTests {
    @Test func `a set of features comes back from the text it is kept as`() {
        #expect(Features([.receipts, .orders]).text == "EnableShopEorders,EnableReceipts")
        #expect(Features(stored: "EnableReceipts") == [.receipts])
        #expect(Features(stored: "") == [])
    }

    @Test func `words that the first version kept are understood, and names that nobody knows left out`() {
        #expect(Features(stored: "orders,promotions") == [.orders, .promotions])
        #expect(Features(stored: "EnableShopEorders,EnableTeleport") == [.orders])
    }

    @Test func `the command line's words are read, and an unknown one is named`() throws {
        #expect(try Features.parse("receipts, orders") == [.orders, .receipts])
        #expect(try Features.parse("") == [])
        #expect(throws: Faults.self) { try Features.parse("orders,magic") }
    }
}
