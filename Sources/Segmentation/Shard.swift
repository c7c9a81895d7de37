import Domain

/// A few thousand customers with all that is theirs.
///
/// Whatever is asked of a customer is answered within one shard, so shards are gone through by several threads, and what is added up
/// stays in the processor's cache.
struct Shard: Sendable {
    /// How many customers there are room for.
    static let size = 4096

    var ids: [Int64] = []
    var alive: [UInt8] = []
    var columns: [Column]
    private var orders: RecordTable
    private var receipts: RecordTable
    private var events: RecordTable
    private var containers: RecordTable

    init(_ layout: Layout) {
        columns = Array(repeating: Column(), count: layout.count(.customer))
        (orders, receipts) = (RecordTable(layout.shape(.orders)), RecordTable(layout.shape(.receipts)))
        (events, containers) = (RecordTable(layout.shape(.events)), RecordTable(layout.shape(.containers)))
    }

    /// - Parameter tables: By kind.
    init(ids: [Int64], alive: [UInt8], columns: [Column], tables: [RecordTable]) {
        (self.ids, self.alive, self.columns) = (ids, alive, columns)
        (orders, receipts, events, containers) = (tables[0], tables[1], tables[2], tables[3])
    }

    /// The table of a kind; they are no list, so that one is looked at without a count of references.
    subscript(kind: RecordKind) -> RecordTable {
        @inline(__always) _read {
            switch kind {
            case .orders: yield orders
            case .receipts: yield receipts
            case .events: yield events
            case .containers: yield containers
            }
        }
        @inline(__always) _modify {
            switch kind {
            case .orders: yield &orders
            case .receipts: yield &receipts
            case .events: yield &events
            case .containers: yield &containers
            }
        }
    }

    var count: Int { ids.count }

    /// Makes room for a customer, and returns the number within the shard.
    mutating func add(_ id: Int64) -> Int {
        ids.append(id)
        alive.append(1)
        for place in columns.indices { columns[place].append(Column.missing) }
        return ids.count - 1
    }

    mutating func set(_ customer: Int, _ place: Int, _ value: Int64) {
        if columns[place][customer] != value { columns[place].set(customer, value) }
    }

    /// Takes a customer away with all that is theirs.
    mutating func remove(_ customer: Int) {
        alive[customer] = 0
        for kind in RecordKind.allCases { self[kind].removeAll(of: customer) }
        for place in columns.indices { set(customer, place, Column.missing) }
    }

    mutating func widen(to layout: Layout) {
        while columns.count < layout.count(.customer) { columns.append(Column(count: count)) }
        for kind in RecordKind.allCases { self[kind] = self[kind].widened(to: layout.shape(kind)) }
    }

    /// Merges what came since, and packs all columns.
    mutating func pack() {
        for kind in RecordKind.allCases { self[kind].merge() }
        for place in columns.indices { columns[place] = columns[place].packed }
    }

    var byteCount: Int {
        ids.capacity * 8 + alive.capacity + columns.reduce(0) { $0 + $1.byteCount }
            + RecordKind.allCases.reduce(0) { $0 + self[$1].byteCount }
    }
}

/// Where the columns stand that figures are computed from and kept in.
struct FigurePlaces: Sendable {
    /// Of a table of records, by where the customer's columns are.
    struct Table: Sendable {
        var kept: [(metric: CustomerMetric, place: Int)]
        var value: Int
        var included: Int?
        var items: Int?
        var lineSum: Int
        var lineCount: Int
    }

    var orders: Table
    var receipts: Table
    /// The last order's statuses: where they are kept, and where orders have them.
    var lastStatuses: [(place: Int, status: Int)]

    init(_ layout: Layout) {
        func place(_ scope: ConditionScope, _ source: ConditionSource) -> Int { layout.place(scope, source) ?? 0 }
        func kept(_ source: (CustomerMetric) -> ConditionSource) -> [(CustomerMetric, Int)] {
            CustomerMetric.allCases.compactMap { metric in
                layout.place(.customer, source(metric)).map { (metric, $0) }
            }
        }
        orders = Table(
            kept: kept(ConditionSource.orders), value: place(.order, .value), included: place(.order, .included),
            items: place(.order, .order(.itemsCount)), lineSum: place(.orderLine, .line(.sum)),
            lineCount: place(.orderLine, .line(.count))
        )
        receipts = Table(
            kept: kept(ConditionSource.receipts), value: place(.receipt, .value),
            lineSum: place(.receiptLine, .receiptLine(.sum)), lineCount: place(.receiptLine, .receiptLine(.count))
        )
        lastStatuses = OrderStatusType.allCases.map {
            (place(.customer, .lastStatus($0)), place(.order, .status($0)))
        }
    }
}

extension Shard {
    /// Computes a customer's figures anew from the orders.
    mutating func refigureOrders(_ customer: Int, _ places: FigurePlaces) {
        let records = self[.orders].places(of: customer)
        refigure(customer, self[.orders], records, places.orders)
        let last = records.last
        for (place, status) in places.lastStatuses {
            set(customer, place, last.map { self[.orders].cell($0, status) } ?? Column.missing)
        }
    }

    /// Computes a customer's figures anew from the receipts.
    mutating func refigureReceipts(_ customer: Int, _ places: FigurePlaces) {
        refigure(customer, self[.receipts], self[.receipts].places(of: customer), places.receipts)
    }

    /// Computes everybody's figures anew.
    mutating func refigureAll(_ places: FigurePlaces) {
        for customer in 0..<count where alive[customer] != 0 {
            refigureOrders(customer, places)
            refigureReceipts(customer, places)
        }
    }

    private mutating func refigure(
        _ customer: Int, _ table: RecordTable, _ records: [RecordTable.Place], _ places: FigurePlaces.Table
    ) {
        var metrics = Metrics()
        for record in records {
            if let included = places.included, table.cell(record, included) != 1 { continue }
            var counted: Int64 = 0
            for row in table.rows(of: record, RecordShape.lines) {
                let count = Self.orZero(table.cell(record, RecordShape.lines, row, places.lineCount))
                counted &+= count
                metrics.add(
                    lineSum: Self.orZero(table.cell(record, RecordShape.lines, row, places.lineSum)), count: count)
            }
            let said = places.items.map { table.cell(record, $0) } ?? Column.missing
            metrics.add(
                value: table.cell(record, places.value), date: table.key(record).date,
                items: said == Column.missing ? counted : said
            )
        }
        for (metric, place) in places.kept { set(customer, place, metrics.cell(metric)) }
    }

    private static func orZero(_ cell: Int64) -> Int64 { cell == Column.missing ? 0 : cell }
}
