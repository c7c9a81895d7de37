import Domain

extension SegmentIndex {
    /// Puts much at once, as when the index is built: figures are right when it returns, and everything is packed.
    package mutating func load(_ body: (inout SegmentIndex) throws -> Void) rethrows {
        isLoading = true
        defer { isLoading = false }
        try body(&self)
        let places = places
        for index in shards.indices {
            change(index * Shard.size) { shard, _ in
                shard.pack()
                shard.refigureAll(places)
                shard.pack()
            }
        }
        dictionaries.trim()
        releaseMemory()
    }

    /// Takes in a customer's profile, new or changed.
    package mutating func put(_ customer: Customer) {
        let number = numbered(customer.id)
        let cells = (layout.slots[.customer] ?? []).enumerated().compactMap { place, slot -> (Int, Int64)? in
            switch slot.source {
            case .externalID, .customer, .custom:
                (place, dictionaries.cell(slot.source.fact(of: customer), .customer, place))
            default: nil
            }
        }
        change(number) { shard, row in
            for (place, value) in cells { shard.set(row, place, value) }
        }
    }

    /// Forgets a customer with all that is theirs, who was deleted, merged into another, or erased.
    package mutating func remove(_ customer: Customer.ID) {
        guard let number = number(of: customer) else { return }
        change(number) { shard, row in shard.remove(row) }
        numbers.remove(customer.rawValue, in: shards)
        hasScores = false
    }

    /// Takes in an order, new or changed; one of somebody who is not there, as who was erased, is nobody's.
    ///
    /// - Parameters:
    ///   - stays: The statuses it was in, as history has them.
    ///   - former: What is known of it under, where the order is not new: its customer and its identifier before.
    package mutating func put(_ order: Order, stays: [StatusStay], replacing former: (Customer.ID, Order.ID)?) {
        add(order, stays: stays, replacing: former)
        guard !isLoading else { return }
        if let former, former.0 != order.customer { figure(former.0, .orders) }
        figure(order.customer, .orders)
    }

    /// Forgets an order.
    package mutating func remove(_ order: Order.ID, of customer: Customer.ID) {
        forget(order, of: customer)
        figure(customer, .orders)
    }

    /// Takes in a receipt, new or changed; one of somebody who is not there is nobody's.
    package mutating func put(_ receipt: Receipt, replacing former: (Customer.ID, Receipt.ID)?) {
        add(receipt, replacing: former)
        guard !isLoading else { return }
        if let former, former.0 != receipt.customer { figure(former.0, .receipts) }
        figure(receipt.customer, .receipts)
    }

    /// Forgets a receipt.
    package mutating func remove(_ receipt: Receipt.ID, of customer: Customer.ID) {
        forget(receipt, of: customer)
        figure(customer, .receipts)
    }

    // MARK: Records without the figures that follow from them

    /// Takes in an order as `put` does; the figures of both customers are computed by `figured` afterwards.
    mutating func add(_ order: Order, stays: [StatusStay], replacing former: (Customer.ID, Order.ID)?) {
        if let former { forget(former.1, of: former.0) }
        hasScores = false
        guard let number = number(of: order.customer) else { return }
        var record = record(of: order, stays)
        let isLoading = isLoading
        change(number) { shard, row in
            record.customer = UInt16(row)
            shard[.orders].add(record, isLoading: isLoading)
        }
    }

    mutating func forget(_ order: Order.ID, of customer: Customer.ID) {
        hasScores = false
        guard let number = number(of: customer) else { return }
        change(number) { shard, row in _ = shard[.orders].remove(order.rawValue, of: row) }
    }

    mutating func add(_ receipt: Receipt, replacing former: (Customer.ID, Receipt.ID)?) {
        if let former { forget(former.1, of: former.0) }
        guard let number = number(of: receipt.customer) else { return }
        var record = record(of: receipt)
        let isLoading = isLoading
        change(number) { shard, row in
            record.customer = UInt16(row)
            shard[.receipts].add(record, isLoading: isLoading)
        }
    }

    mutating func forget(_ receipt: Receipt.ID, of customer: Customer.ID) {
        guard let number = number(of: customer) else { return }
        change(number) { shard, row in _ = shard[.receipts].remove(receipt.rawValue, of: row) }
    }

    /// Computes a customer's figures anew, and answers the customer laid out with them.
    ///
    /// - Parameters:
    ///   - needs: The records that changed.
    ///   - reads: What is laid out; what figures are computed from is among it.
    mutating func figured(_ number: Int, _ needs: Program.Needs, _ reads: Reads) -> Person {
        let places = places
        return change(number) { shard, row in
            var person = Person(shard, row, reads)
            shard.figure(&person, row, needs, places)
            return person
        }
    }

    private mutating func figure(_ customer: Customer.ID, _ needs: Program.Needs) {
        guard let number = number(of: customer) else { return }
        _ = figured(number, needs, places.reads)
    }

    /// Takes in a product of the catalogue; lines need not change.
    package mutating func put(_ product: Product) { catalogue.put(product, layout.productSources) }

    package mutating func remove(product externalID: String) { catalogue.remove(externalID) }

    /// Takes in which statuses count: every order is looked at again.
    package mutating func set(_ book: StatusBook) {
        let recounts = book.recount(since: self.book) != .none
        self.book = book
        number(book)
        if recounts { recount() }
    }

    mutating func number(_ book: StatusBook) {
        for status in book.statuses { _ = number(ofStatus: status.id.rawValue) }
    }

    mutating func number(ofStatus id: Int64) -> Int64 {
        if let number = statusNumbers[id] { return number }
        statusIDs.append(id)
        statusNumbers[id] = Int64(statusIDs.count)
        return Int64(statusIDs.count)
    }

    /// Looks at every order again: whether it counts, and what that makes of its customer's figures.
    mutating func recount() {
        guard let included = layout.place(.order, .included) else { return }
        let statuses = OrderStatusType.allCases.map { layout.place(.order, .status($0)) ?? 0 }
        let (book, places, statusIDs) = (book, places, statusIDs)
        for index in shards.indices {
            change(index * Shard.size) { shard, _ in
                shard[.orders].recompute(included) { part, row in
                    let ids = statuses.map { place in
                        let cell = part.columns[place][row]
                        return cell == Column.missing ? nil : OrderStatus.ID(rawValue: statusIDs[Int(cell) - 1])
                    }
                    return book.includes(OrderStatuses(general: ids[0], delivery: ids[1], payment: ids[2])) ? 1 : 0
                }
                shard.refigureAll(places)
            }
        }
        hasScores = false
    }

    /// Takes in fields that there were not before; values come with what is put from now on.
    package mutating func adopt(_ registry: ConditionRegistry) {
        layout.adopt(registry)
        places = FigurePlaces(layout)
        let layout = layout
        for index in shards.indices {
            change(index * Shard.size) { shard, _ in shard.widen(to: layout) }
        }
    }

    /// Packs everything, as after many orders were put.
    package mutating func pack() {
        for index in shards.indices {
            change(index * Shard.size) { shard, _ in shard.pack() }
        }
    }

    /// Keeps the scores of everybody, in the columns of their own.
    mutating func setScores(_ score: RFMScore, _ scores: [Int64]) {
        guard let place = layout.place(.customer, .rfm(score)) else { return }
        for index in shards.indices {
            change(index * Shard.size) { shard, _ in
                let first = index * Shard.size
                shard.columns[place] = Column(packing: Array(scores[first..<first + shard.count]), hasRoom: true)
            }
        }
    }

    mutating func noteScores() { hasScores = true }

    /// Rises with each product that lines name for the first time, where its name is kept.
    var productNamesVersion: Int {
        [
            layout.place(.orderLine, .line(.product)).map { dictionaries[.orderLine, $0].version } ?? 0,
            layout.place(.receiptLine, .receiptLine(.product)).map { dictionaries[.receiptLine, $0].version } ?? 0,
            layout.place(.containerLine, .containerLine(.product)).map { dictionaries[.containerLine, $0].version }
                ?? 0,
        ].reduce(0, +)
    }

    package var byteCount: Int {
        shards.reduce(0) { $0 + $1.shard.byteCount } + dictionaries.byteCount + numbers.byteCount
    }
}

extension SegmentIndex {
    mutating func cells(
        _ scope: ConditionScope, _ fact: (ConditionSource) -> ConditionFact?
    ) -> [Int64] {
        guard let slots = layout.slots[scope] else { return [] }
        return slots.indices.map { place in
            let cell = dictionaries.cell(fact(slots[place].source), scope, place)
            return slots[place].isStatus && cell != Column.missing ? number(ofStatus: cell) : cell
        }
    }

    private mutating func record(of order: Order, _ stays: [StatusStay]) -> Record {
        let book = book
        return Record(
            id: order.id.rawValue, customer: 0, cells: cells(.order) { $0.fact(of: order, book) },
            children: [
                order.lines.map { line in cells(.orderLine) { $0.fact(of: line) } },
                stays.map {
                    [
                        number(ofStatus: $0.status.rawValue), $0.from.milliseconds,
                        $0.until?.milliseconds ?? Column.missing,
                    ]
                },
            ]
        )
    }

    private mutating func record(of receipt: Receipt) -> Record {
        Record(
            id: receipt.id.rawValue, customer: 0, cells: cells(.receipt) { $0.fact(of: receipt) },
            children: [receipt.lines.map { line in cells(.receiptLine) { $0.fact(of: line) } }]
        )
    }
}
