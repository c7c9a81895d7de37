import Domain

/// One customer with all records, laid out in plain numbers: many programs are asked of it in turn.
struct Person: Sendable {
    /// Things of records, one after the other.
    struct Things: Sendable {
        /// Where each record's things begin; one more at the end.
        var starts: [Int] = [0]
        var cells: [Int64] = []
        var width: Int

        func rows(of record: Int) -> Range<Int> { starts[record]..<starts[record + 1] }
    }

    /// Orders, or receipts, in the order of time.
    struct Records: Sendable {
        var count = 0
        var cells: [Int64] = []
        var width: Int
        var children: [Things]
    }

    var id: Int64
    var cells: [Int64]
    var orders: Records
    var receipts: Records

    init(_ shard: Shard, _ customer: Int) {
        id = shard.ids[customer]
        cells = shard.columns.map { $0[customer] }
        orders = Records(shard.orders, customer)
        receipts = Records(shard.receipts, customer)
    }
}

extension Person.Records {
    init(_ table: RecordTable, _ customer: Int) {
        width = table.shape.columns
        let places = table.places(of: customer)
        count = places.count
        // Most columns have no values at all, and are not gone through.
        cells = [Int64](repeating: Column.missing, count: count * width)
        for column in 0..<width where table.hasValues(column) {
            for (record, place) in places.enumerated() { cells[record * width + column] = table.cell(place, column) }
        }
        children = table.shape.children.indices.map { child in
            var things = Person.Things(width: table.shape.children[child])
            let rows = places.map { table.rows(of: $0, child) }
            for row in rows { things.starts.append(things.starts[things.starts.count - 1] + row.count) }
            things.cells = [Int64](
                repeating: Column.missing, count: things.starts[things.starts.count - 1] * things.width)
            for column in 0..<things.width where table.hasValues(child, column) {
                var place = column
                for record in places.indices {
                    for row in rows[record] {
                        things.cells[place] = table.cell(places[record], child, row, column)
                        place += things.width
                    }
                }
            }
            return things
        }
    }
}

extension Program {
    /// Whether a customer fulfils the tree.
    func holds(for person: Person) -> Bool { holds(root, person) }

    private func holds(_ node: Node, _ person: Person) -> Bool {
        switch node {
        case .constant(let value): value
        case .all(let parts): parts.allSatisfy { holds($0, person) }
        case .any(let parts): parts.contains { holds($0, person) }
        case .not(let part): !holds(part, person)
        case .cell(let column, let test): holds(test, person.cells[column])
        case .members(let members): members.contains(person.id)
        case .stayed: false
        case .records(let block): block.have.holds(measured(block, person) ?? Column.missing)
        }
    }

    /// What a block of a customer's records measures; nil for no value.
    func measured(_ block: Block, _ person: Person) -> Int64? {
        switch block.level {
        case .records(let table):
            let records = table == .orders ? person.orders : person.receipts
            return measured(block, block.picked(0..<records.count)) { record in
                block.filter.map { holds($0, records, record) } ?? true
            } cell: { record, column in
                records.cells[record * records.width + column]
            }
        case .allLines:
            let lines = person.orders.children[RecordShape.lines]
            let count = lines.starts[lines.starts.count - 1]
            return measured(block, block.picked(0..<count), lines)
        case .things: return nil
        }
    }

    private func measured(_ block: Block, _ rows: Range<Int>, _ things: Person.Things) -> Int64? {
        measured(block, rows) { row in
            block.filter.map { holds($0, things, row) } ?? true
        } cell: { row, column in
            things.cells[row * things.width + column]
        }
    }

    @inline(__always)
    private func measured(
        _ block: Block, _ rows: Range<Int>, _ holds: (Int) -> Bool, cell: (Int, Int) -> Int64
    ) -> Int64? {
        var count = 0
        var values: [Int64] = []
        for row in rows where holds(row) {
            count += 1
            let value = block.value.of { cell(row, $0) }
            if value != Column.missing { values.append(value) }
        }
        return Measured.value(block.measure, values, count: count, scale: block.scale)
    }

    /// Whether a record fulfils a condition.
    private func holds(_ node: Node, _ records: Person.Records, _ record: Int) -> Bool {
        switch node {
        case .constant(let value): value
        case .all(let parts): parts.allSatisfy { holds($0, records, record) }
        case .any(let parts): parts.contains { holds($0, records, record) }
        case .not(let part): !holds(part, records, record)
        case .cell(let column, let test): holds(test, records.cells[record * records.width + column])
        case .stayed, .members: false
        case .records(let block):
            if case .things(let child) = block.level {
                block.have.holds(
                    measured(block, block.picked(records.children[child].rows(of: record)), records.children[child])
                        ?? Column.missing
                )
            } else {
                false
            }
        }
    }

    /// Whether one of a record's things fulfils a condition.
    private func holds(_ node: Node, _ things: Person.Things, _ row: Int) -> Bool {
        switch node {
        case .constant(let value): value
        case .all(let parts): parts.allSatisfy { holds($0, things, row) }
        case .any(let parts): parts.contains { holds($0, things, row) }
        case .not(let part): !holds(part, things, row)
        case .cell(let column, let test): holds(test, things.cells[row * things.width + column])
        case .stayed(let test):
            tests[test].cell.holds(
                stayed(
                    things.cells[row * things.width + Layout.stayFrom],
                    things.cells[row * things.width + Layout.stayUntil]
                )
            )
        case .members, .records: false
        }
    }

    /// How long a stay lasted, or lasts by now.
    func stayed(_ from: Int64, _ until: Int64) -> Int64 {
        max(0, (until == Column.missing ? now.milliseconds : until) &- from)
    }
}

extension Program.Block {
    /// The rows that are looked at.
    func picked(_ rows: Range<Int>) -> Range<Int> {
        switch pick {
        case nil: rows
        case .first: rows.prefix(1)
        case .last: rows.suffix(1)
        }
    }
}

extension Program.Value {
    /// The measured value, or `missing`.
    @inline(__always)
    func of(_ cell: (Int) -> Int64) -> Int64 {
        switch self {
        case .none: Column.missing
        case .column(let column): cell(column)
        case .product(let column, let values): values[cell(column)] ?? Column.missing
        }
    }
}
