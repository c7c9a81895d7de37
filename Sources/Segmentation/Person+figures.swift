import Domain

extension FigurePlaces {
    /// What figures are computed from.
    var reads: Reads {
        var reads = Reads()
        let tables = [(orders, ConditionScope.order, ConditionScope.orderLine), (receipts, .receipt, .receiptLine)]
        for (table, records, lines) in tables {
            for column in [RecordShape.date, table.value, table.included, table.items].compactMap({ $0 }) {
                reads.insert(column, of: records)
            }
            for column in [table.lineSum, table.lineCount] { reads.insert(column, of: lines) }
        }
        return reads
    }
}

extension Shard {
    /// Computes the figures of a customer who is laid out from the records, and keeps them in both.
    ///
    /// - Parameter needs: The records that changed.
    mutating func figure(_ person: inout Person, _ customer: Int, _ needs: Program.Needs, _ places: FigurePlaces) {
        if needs.contains(.orders) {
            figure(&person, customer, person.orders, person.lines, places.orders)
            for (place, status) in places.lastStatuses {
                keep(
                    person.lastOrder.map { self[.orders].cell($0, status) } ?? Column.missing, place, &person, customer)
            }
        }
        if needs.contains(.receipts) {
            figure(&person, customer, person.receipts, person.receiptLines, places.receipts)
        }
    }

    private mutating func figure(
        _ person: inout Person, _ customer: Int, _ records: Person.Table, _ lines: Person.Table,
        _ places: FigurePlaces.Table
    ) {
        var metrics = Metrics()
        for record in 0..<records.count {
            let base = records.base(of: record)
            if let included = places.included, person.cells[base + included] != 1 { continue }
            var counted: Int64 = 0
            for line in lines.starts[record]..<lines.starts[record + 1] {
                let cells = lines.base(of: line)
                let (sum, count) = (person.cells[cells + places.lineSum], person.cells[cells + places.lineCount])
                if count != Column.missing { counted &+= count }
                metrics.add(lineSum: sum == Column.missing ? 0 : sum, count: count == Column.missing ? 0 : count)
            }
            let said = places.items.map { person.cells[base + $0] } ?? Column.missing
            metrics.add(
                value: person.cells[base + places.value], date: person.cells[base + RecordShape.date],
                items: said == Column.missing ? counted : said)
        }
        for (metric, place) in places.kept { keep(metrics.cell(metric), place, &person, customer) }
    }

    private mutating func keep(_ value: Int64, _ place: Int, _ person: inout Person, _ customer: Int) {
        set(customer, place, value)
        person.cells[place] = value
    }
}
