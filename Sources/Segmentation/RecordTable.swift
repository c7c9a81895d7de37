import Domain

/// All orders, or all receipts, of one shard's customers.
///
/// Most are in `base`, packed and sorted by date and identifier; what came or changed since is in `tail`, which is merged once it is
/// long. A record that changes dies where it is and is added anew.
struct RecordTable: Sendable {
    /// Records of the tail that are waited for before it is merged.
    static let tailLimit = 4096

    private(set) var base: Part
    private(set) var tail: Part
    /// Each customer's latest record in the tail, and the one before it of each; counted from 1 on, 0 where there is none.
    private var latest: [UInt16] = []
    private var earlier: [UInt16] = []
    let shape: RecordShape
    /// Where the base's records of each customer begin in `order`; one more at the end.
    private(set) var starts: Column
    /// The base's records, customer by customer, each customer's in the order of time.
    private(set) var order = Column()

    init(_ shape: RecordShape) {
        self.shape = shape
        (base, tail) = (Part(shape), Part(shape))
        starts = Column(packing: [Int64](repeating: 0, count: Shard.size + 1))
    }

    init(_ shape: RecordShape, base: Part) {
        self.shape = shape
        (self.base, tail) = (base, Part(shape))
        starts = Column(packing: [Int64](repeating: 0, count: Shard.size + 1))
        index()
    }

    /// A record's place: in the base from 0 on, in the tail from -1 downwards.
    typealias Place = Int32

    func key(_ place: Place) -> (date: Int64, id: Int64) {
        place >= 0 ? base.key(Int(place)) : tail.key(Int(-place - 1))
    }

    func cell(_ place: Place, _ column: Int) -> Int64 {
        place >= 0 ? base.columns[column][Int(place)] : tail.columns[column][Int(-place - 1)]
    }

    /// Whether any record has a value in a column.
    func hasValues(_ column: Int) -> Bool {
        base.columns[column].width != .none || tail.columns[column].width != .none
    }

    /// Whether any of the records' things has a value in a column.
    func hasValues(_ child: Int, _ column: Int) -> Bool {
        base.children[child].columns[column].width != .none || tail.children[child].columns[column].width != .none
    }

    /// Where the things of a record stand among those of its part.
    func rows(of place: Place, _ child: Int) -> Range<Int> {
        place >= 0 ? base.children[child].rows(of: Int(place)) : tail.children[child].rows(of: Int(-place - 1))
    }

    /// A cell of one of a record's things.
    func cell(_ place: Place, _ child: Int, _ row: Int, _ column: Int) -> Int64 {
        place >= 0 ? base.children[child].columns[column][row] : tail.children[child].columns[column][row]
    }

    /// The living records of a customer in the order of time.
    func places(of customer: Int) -> [Place] {
        var places: [Place] = []
        for index in Int(starts[customer])..<Int(starts[customer + 1]) where base.alive[Int(order[index])] != 0 {
            places.append(Place(order[index]))
        }
        let packed = places.count
        eachLate(of: customer) { row in
            if tail.alive[row] != 0 { places.append(-Place(row) - 1) }
        }
        guard places.count > packed else { return places }
        places[packed...].reverse()
        // What came last is mostly the newest.
        var before = packed > 0 ? key(places[packed - 1]) : nil
        for place in places[packed...] {
            let key = key(place)
            if let before, key < before { return sorted(places) }
            before = key
        }
        return places
    }

    private func sorted(_ places: [Place]) -> [Place] {
        places.map { (key: key($0), place: $0) }.sorted { $0.key < $1.key }.map(\.place)
    }

    /// Hands out the rows of the tail that are a customer's, those that are gone too, the latest first.
    @inline(__always)
    private func eachLate(of customer: Int, _ body: (Int) -> Void) {
        var next = latest.isEmpty ? 0 : latest[customer]
        while next != 0 {
            body(Int(next) - 1)
            next = earlier[Int(next) - 1]
        }
    }

    /// Adds a record, which must not be there.
    ///
    /// - Parameter isLoading: Whether many more come, before which merging is not worth its while.
    mutating func add(_ record: Record, isLoading: Bool = false) {
        if latest.isEmpty { latest = [UInt16](repeating: 0, count: Shard.size) }
        tail.append(record)
        earlier.append(latest[Int(record.customer)])
        latest[Int(record.customer)] = UInt16(tail.count)
        if tail.count > (isLoading ? 8 * Self.tailLimit : Self.tailLimit) { merge() }
    }

    /// Takes a customer's record away, and returns whether it was there.
    mutating func remove(_ id: Int64, of customer: Int) -> Bool {
        for index in Int(starts[customer])..<Int(starts[customer + 1]) {
            let row = Int(order[index])
            guard base.ids[row] == id, base.alive[row] != 0 else { continue }
            base.alive.remove(row)
            return true
        }
        var found: Int?
        eachLate(of: customer) { row in
            if tail.ids[row] == id, tail.alive[row] != 0 { found = row }
        }
        if let found { tail.alive.remove(found) }
        return found != nil
    }

    mutating func removeAll(of customer: Int) {
        for place in places(of: customer) {
            if place >= 0 { base.alive.remove(Int(place)) } else { tail.alive.remove(Int(-place - 1)) }
        }
    }

    /// Changes one cell of every record; the new values are computed from the others.
    mutating func recompute(_ place: Int, _ value: (Part, Int) -> Int64) {
        base.columns[place] = Column(packing: (0..<base.count).map { value(base, $0) })
        for row in 0..<tail.count { tail.columns[place].set(row, value(tail, row)) }
    }

    /// The same records with more columns, which have no values yet.
    func widened(to shape: RecordShape) -> RecordTable {
        var wider = RecordTable(shape)
        (wider.base, wider.tail, wider.starts, wider.order) = (base, tail, starts, order)
        (wider.latest, wider.earlier) = (latest, earlier)
        wider.base.widen(to: shape)
        wider.tail.widen(to: shape)
        return wider
    }

    /// Brings the tail into the base.
    mutating func merge() {
        guard tail.count > 0 || !base.alive.areAll else { return }
        base = Part(merging: base, tail, shape)
        (tail, latest, earlier) = (Part(shape), [], [])
        index()
    }

    private mutating func index() {
        var counts = [Int64](repeating: 0, count: Shard.size + 1)
        for customer in base.customers { counts[Int(customer) + 1] += 1 }
        for customer in 0..<Shard.size { counts[customer + 1] += counts[customer] }
        starts = Column(packing: counts)
        var order = [Int64](repeating: 0, count: base.count)
        for row in 0..<base.count {
            let customer = Int(base.customers[row])
            order[Int(counts[customer])] = Int64(row)
            counts[customer] += 1
        }
        self.order = Column(packing: order)
    }

    var liveCount: Int { base.alive.liveCount + tail.alive.liveCount }

    var byteCount: Int { base.byteCount + tail.byteCount + starts.byteCount + order.byteCount }
}
