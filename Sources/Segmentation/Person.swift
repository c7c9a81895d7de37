import Domain

/// One customer with all records, laid out in plain numbers: many programs are asked of it in turn.
struct Person: Sendable {
    /// Where the cells of many records stand among all cells, one record after the other.
    struct Table: Sendable {
        var start = 0
        var width = 0
        var count = 0
        /// Where the things of each record begin; one more at the end.
        var starts: [Int] = []

        func base(of row: Int) -> Int { start + row * width }
    }

    let id: Int64
    /// Whether the customer is there, and was not deleted or erased.
    let isThere: Bool
    /// Where the last order is kept.
    let lastOrder: RecordTable.Place?
    /// The customer's own cells, and then those of records.
    var cells: [Int64]
    private(set) var orders = Table()
    private(set) var receipts = Table()
    private(set) var lines = Table()
    private(set) var stays = Table()
    private(set) var receiptLines = Table()
    private(set) var events = Table()
    private(set) var containers = Table()
    private(set) var containerLines = Table()

    /// - Parameter reads: What programs will look at; nil for everything.
    init(_ shard: Shard, _ customer: Int, _ reads: Reads? = nil) {
        func isRead(_ scope: ConditionScope) -> Bool { reads.map { $0[scope] != nil } ?? true }
        /// Nil for all.
        func columns(_ scope: ConditionScope) -> [Int]? { reads.map { $0[scope] ?? [] } }
        (id, isThere) = (shard.ids[customer], shard.alive[customer] != 0)
        cells = [Int64](repeating: Column.missing, count: shard.columns.count)
        for column in reads.map({ $0[.customer] ?? [] }) ?? Array(shard.columns.indices) {
            cells[column] = shard.columns[column][customer]
        }
        let places = shard[.orders].places(of: customer)
        lastOrder = places.last
        orders = lay(shard[.orders], places, columns(.order))
        if isRead(.orderLine) { lines = lay(shard[.orders], places, RecordShape.lines, columns(.orderLine)) }
        if isRead(.stay) { stays = lay(shard[.orders], places, RecordShape.stays, columns(.stay)) }
        if isRead(.receipt) || isRead(.receiptLine) {
            let papers = shard[.receipts].places(of: customer)
            receipts = lay(shard[.receipts], papers, columns(.receipt))
            receiptLines = lay(shard[.receipts], papers, RecordShape.lines, columns(.receiptLine))
        }
        if isRead(.event) {
            events = lay(shard[.events], shard[.events].places(of: customer), columns(.event))
        }
        if isRead(.container) || isRead(.containerLine) {
            let kept = shard[.containers].places(of: customer)
            containers = lay(shard[.containers], kept, columns(.container))
            containerLines = lay(shard[.containers], kept, RecordShape.lines, columns(.containerLine))
        }
    }

    private mutating func room(_ count: Int, _ width: Int) -> Table {
        let table = Table(start: cells.count, width: width, count: count)
        cells.append(contentsOf: repeatElement(Column.missing, count: count * width))
        return table
    }

    private mutating func lay(_ table: RecordTable, _ places: [RecordTable.Place], _ columns: [Int]?) -> Table {
        let laid = room(places.count, table.shape.columns)
        table.base.columns.withUnsafeBufferPointer { base in
            table.tail.columns.withUnsafeBufferPointer { tail in
                cells.withUnsafeMutableBufferPointer { cells in
                    // Most columns have no values at all, and are not gone through.
                    for column in columns ?? Array(0..<laid.width)
                    where base[column].width != .none || tail[column].width != .none {
                        var cell = laid.start + column
                        for place in places {
                            cells[cell] = place >= 0 ? base[column][Int(place)] : tail[column][Int(-place - 1)]
                            cell += laid.width
                        }
                    }
                }
            }
        }
        return laid
    }

    private mutating func lay(
        _ table: RecordTable, _ places: [RecordTable.Place], _ child: Int, _ columns: [Int]?
    ) -> Table {
        let rows = places.map { table.rows(of: $0, child) }
        var starts = [0]
        starts.reserveCapacity(places.count + 1)
        for row in rows { starts.append(starts[starts.count - 1] + row.count) }
        var laid = room(starts[places.count], table.shape.children[child])
        table.base.children[child].columns.withUnsafeBufferPointer { base in
            table.tail.children[child].columns.withUnsafeBufferPointer { tail in
                cells.withUnsafeMutableBufferPointer { cells in
                    for column in columns ?? Array(0..<laid.width)
                    where base[column].width != .none || tail[column].width != .none {
                        var cell = laid.start + column
                        for (place, rows) in zip(places, rows) {
                            for row in rows {
                                cells[cell] = place >= 0 ? base[column][row] : tail[column][row]
                                cell += laid.width
                            }
                        }
                    }
                }
            }
        }
        laid.starts = starts
        return laid
    }

    /// The rows that a block looks at, without its `pick`.
    ///
    /// - Parameter record: The record that the block stands in.
    @inline(__always)
    func rows(_ kind: ConditionBlockKind, in record: Int) -> Range<Int> {
        switch kind {
        case .orders: 0..<orders.count
        case .receipts: 0..<receipts.count
        case .lines: 0..<lines.count
        case .orderLines: lines.starts[record]..<lines.starts[record + 1]
        case .stays: stays.starts[record]..<stays.starts[record + 1]
        case .receiptLines: receiptLines.starts[record]..<receiptLines.starts[record + 1]
        case .events: 0..<events.count
        case .containers: 0..<containers.count
        case .containerLines: containerLines.starts[record]..<containerLines.starts[record + 1]
        }
    }

    /// Where a kind's things stand; the customer's own cells are one row.
    func table(_ scope: ConditionScope) -> Table {
        switch scope {
        case .customer: Table(count: 1)
        case .order: orders
        case .orderLine: lines
        case .stay: stays
        case .receipt: receipts
        case .receiptLine: receiptLines
        case .event: events
        case .container: containers
        case .containerLine: containerLines
        }
    }

    /// Where the cells of such rows begin, and how many each has.
    @inline(__always)
    func cells(_ kind: ConditionBlockKind) -> (start: Int, width: Int) {
        switch kind {
        case .orders: (orders.start, orders.width)
        case .receipts: (receipts.start, receipts.width)
        case .lines, .orderLines: (lines.start, lines.width)
        case .stays: (stays.start, stays.width)
        case .receiptLines: (receiptLines.start, receiptLines.width)
        case .events: (events.start, events.width)
        case .containers: (containers.start, containers.width)
        case .containerLines: (containerLines.start, containerLines.width)
        }
    }
}

extension Program {
    /// Whether a customer fulfils the tree.
    func holds(for person: Person) -> Bool { holds(0, person, base: 0, record: 0) }

    /// - Parameters:
    ///   - base: Where the cells begin of whatever is asked.
    ///   - record: Which record that is, where it is one.
    private func holds(_ place: Int, _ person: Person, base: Int, record: Int) -> Bool {
        let node = nodes[place]
        switch node.kind {
        case .everybody: return true
        case .nobody: return false
        case .all, .any:
            let wanted = node.kind == .any
            var part = place + 1
            while part < node.end {
                if holds(part, person, base: base, record: record) == wanted { return wanted }
                part = nodes[part].end
            }
            return !wanted
        case .not: return !holds(place + 1, person, base: base, record: record)
        case .cell: return holds(node.index, person.cells[base + node.column])
        case .stayed:
            let (from, until) = (person.cells[base + Layout.stayFrom], person.cells[base + Layout.stayUntil])
            return holds(node.index, stayed(from, until))
        case .members: return lists[node.index].contains(person.id)
        case .records:
            let block = blocks[node.index]
            if let enough = block.enough { return hasEnough(block, enough, person, in: record) }
            return holds(block.have, measured(block, person, in: record) ?? Column.missing)
        }
    }

    /// Whether so many records fulfil a block's condition; most conditions hold of the newest, which are asked first.
    private func hasEnough(_ block: Block, _ enough: Int64, _ person: Person, in record: Int) -> Bool {
        let rows = block.picked(person.rows(block.kind, in: record))
        let (start, width) = person.cells(block.kind)
        var missing = enough
        if missing <= 0 { return true }
        guard let filter = block.filter else { return rows.count >= missing }
        for row in rows.reversed() where holds(filter, person, base: start + row * width, record: row) {
            missing -= 1
            if missing == 0 { return true }
        }
        return false
    }

    /// What a block of a customer's records measures; nil for no value.
    ///
    /// - Parameter record: The record that the block stands in.
    func measured(_ block: Block, _ person: Person, in record: Int = 0) -> Int64? {
        let rows = block.picked(person.rows(block.kind, in: record))
        let (start, width) = person.cells(block.kind)
        var count = 0
        var values: [Int64] = []
        for row in rows {
            let base = start + row * width
            if let filter = block.filter, !holds(filter, person, base: base, record: row) { continue }
            count += 1
            if block.measure == .count { continue }
            let value = value(block) { person.cells[base + $0] }
            if value != Column.missing { values.append(value) }
        }
        return Measured.value(block.measure, values, count: count, scale: block.scale)
    }

    /// The value that a block measures, or `missing`.
    @inline(__always)
    func value(_ block: Block, _ cell: (Int) -> Int64) -> Int64 {
        switch block.value {
        case .none: Column.missing
        case .column(let column): cell(column)
        case .product(let column, let values): products[values][cell(column)] ?? Column.missing
        }
    }

    /// How long a stay lasted, or lasts by now.
    @inline(__always)
    func stayed(_ from: Int64, _ until: Int64) -> Int64 {
        max(0, (until == Column.missing ? now.milliseconds : until) &- from)
    }
}

extension Program.Block {
    /// The rows that are looked at.
    @inline(__always)
    func picked(_ rows: Range<Int>) -> Range<Int> {
        switch pick {
        case nil: rows
        case .first: rows.prefix(1)
        case .last: rows.suffix(1)
        }
    }
}
