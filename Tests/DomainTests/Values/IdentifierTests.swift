import Domain
import Testing

struct IdentifierTests {
    private static let start = IdentifierMaker.epoch.adding(seconds: 1)

    @Test func `identifiers of a bucket rise, also more than sixteen a millisecond`() {
        var maker = IdentifierMaker()
        let bucket = Bucket(rawValue: 77)
        let made: [Order.ID] = (0..<1_000).map { _ in maker.next(bucket, at: Self.start) }
        #expect(made == made.sorted())
        #expect(Set(made).count == 1_000)
        #expect(made.allSatisfy { $0.bucket == bucket && $0.rawValue > 0 })
    }

    @Test func `a clock that goes back does not take identifiers back`() {
        var maker = IdentifierMaker()
        let bucket = Bucket(rawValue: 4095)
        let first: Order.ID = maker.next(bucket, at: Self.start)
        let second: Order.ID = maker.next(bucket, at: Self.start.adding(seconds: -3600))
        let third: Order.ID = maker.next(bucket, at: IdentifierMaker.epoch.adding(seconds: -3600))
        #expect(first < second && second < third)
    }

    @Test func `a maker goes on after the newest identifier of another one, in every bucket`() {
        var before = IdentifierMaker()
        let hot: [Order.ID] = (0..<100).map { _ in before.next(Bucket(rawValue: 5), at: Self.start) }
        var after = IdentifierMaker()
        after.begin(after: hot[99].rawValue)
        let next: [Order.ID] = [5, 6].map { after.next(Bucket(rawValue: $0), at: Self.start) }
        #expect(next.allSatisfy { $0 > hot[99] })
        let later: Order.ID = after.next(Bucket(rawValue: 5), at: Self.start.adding(seconds: 1))
        #expect(later > next[0])
    }

    @Test func `nodes never make the same identifier`() {
        var (left, right) = (IdentifierMaker(node: 1), IdentifierMaker(node: 2))
        let bucket = Bucket(rawValue: 0)
        let made: [Order.ID] = (0..<40).flatMap { _ in
            [left.next(bucket, at: Self.start), right.next(bucket, at: Self.start)]
        }
        #expect(Set(made).count == 80)
    }

    @Test(arguments: [("", 4033), ("1050", 249), ("724", 592), ("é", 2310), ("shop/1", 1029)])
    func `a key's bucket is the same on every machine`(key: String, bucket: Int64) {
        #expect(Bucket(hashOf: key).rawValue == bucket)
    }

    @Test func `keys that follow each other spread over the buckets`() {
        let buckets = Set((0..<4_096).map { Bucket(hashOf: String($0)).rawValue })
        #expect(buckets.count > 2_200)
    }
}
