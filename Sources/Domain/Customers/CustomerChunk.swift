/// A run of customers in the order of their identifiers.
struct CustomerChunk: Sendable {
    struct Row {
        var id, created, updated: Int64
        var country, city: Int32
        var consents: UInt8
        var name: String
        var orders: Int64 = 0
        var total: Int64 = 0
        /// Of the last order; `.min` without one, so that it sorts as the earliest.
        var last = Int64.min

        func hasSameNumbers(as other: Row) -> Bool {
            (id, created, updated, consents) == (other.id, other.created, other.updated, other.consents)
                && (orders, total, last) == (other.orders, other.total, other.last)
        }
    }

    private(set) var ids: [Int64] = []
    private(set) var created: [Int64] = []
    private(set) var updated: [Int64] = []
    private(set) var countries: [Int32] = []
    private(set) var cities: [Int32] = []
    private(set) var consents: [UInt8] = []
    private(set) var names: [String] = []
    private(set) var orders: [Int64] = []
    private(set) var totals: [Int64] = []
    private(set) var lasts: [Int64] = []

    var count: Int { ids.count }

    init(_ row: Row) { insert(row, at: 0) }

    func row(_ place: Int) -> Row {
        Row(
            id: ids[place], created: created[place], updated: updated[place], country: countries[place],
            city: cities[place], consents: consents[place], name: names[place], orders: orders[place],
            total: totals[place], last: lasts[place]
        )
    }

    /// Where `id` stands, or would.
    func place(of id: Int64) -> Int {
        if let last = ids.last, last < id { return ids.count }
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func existing(_ id: Int64) -> Int? {
        let place = place(of: id)
        return place < ids.count && ids[place] == id ? place : nil
    }

    /// Stores a profile's facts and returns whether it is new.
    mutating func put(_ row: Row) -> Bool {
        guard let place = existing(row.id) else {
            insert(row, at: place(of: row.id))
            return true
        }
        created[place] = row.created
        updated[place] = row.updated
        countries[place] = row.country
        cities[place] = row.city
        consents[place] = row.consents
        names[place] = row.name
        return false
    }

    mutating func add(_ id: Int64, orders count: Int64, value: Int64, date: Int64) {
        guard let place = existing(id) else { return }
        orders[place] += count
        totals[place] &+= value
        if lasts[place] < date { lasts[place] = date }
    }

    mutating func set(_ id: Int64, _ figures: CustomerFigures) {
        guard let place = existing(id) else { return }
        orders[place] = figures.orderCount
        totals[place] = figures.total.tenThousandths
        lasts[place] = figures.lastDate?.milliseconds ?? .min
    }

    mutating func clearFigures() {
        for place in 0..<count { (orders[place], totals[place], lasts[place]) = (0, 0, .min) }
    }

    mutating func remove(_ id: Int64) -> Bool {
        guard let place = existing(id) else { return false }
        ids.remove(at: place)
        created.remove(at: place)
        updated.remove(at: place)
        countries.remove(at: place)
        cities.remove(at: place)
        consents.remove(at: place)
        names.remove(at: place)
        orders.remove(at: place)
        totals.remove(at: place)
        lasts.remove(at: place)
        return true
    }

    /// Keeps the first `size` rows, and returns the rest.
    mutating func split(at size: Int) -> CustomerChunk {
        var rest = self
        rest.keep(size..<count)
        keep(0..<size)
        return rest
    }

    private mutating func keep(_ range: Range<Int>) {
        ids = Array(ids[range])
        created = Array(created[range])
        updated = Array(updated[range])
        countries = Array(countries[range])
        cities = Array(cities[range])
        consents = Array(consents[range])
        names = Array(names[range])
        orders = Array(orders[range])
        totals = Array(totals[range])
        lasts = Array(lasts[range])
    }

    private mutating func insert(_ row: Row, at place: Int) {
        ids.insert(row.id, at: place)
        created.insert(row.created, at: place)
        updated.insert(row.updated, at: place)
        countries.insert(row.country, at: place)
        cities.insert(row.city, at: place)
        consents.insert(row.consents, at: place)
        names.insert(row.name, at: place)
        orders.insert(row.orders, at: place)
        totals.insert(row.total, at: place)
        lasts.insert(row.last, at: place)
    }
}
