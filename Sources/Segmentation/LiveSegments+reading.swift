import Domain

/// What whoever keeps live segments in step with a database needs beside the single changes.
extension LiveSegments {
    /// The trees that are live, by name.
    package var names: [String] { segments.map(\.name) }

    package var isEmpty: Bool { segments.isEmpty }

    /// What the segments are that trees name.
    package var named: [String: SegmentContent] { contents }

    /// Lets somebody change records of the index alone, where no segment is asked of it: all segments are reviewed afterwards, or none
    /// lives.
    package mutating func changeIndex(_ body: (inout SegmentIndex) throws -> Void) rethrows { try body(&index) }

    /// Takes in products of the catalogue, new or changed, and forgets others; everybody is asked once.
    package mutating func put(products: [Product], removing gone: [String], at now: Instant) -> [Move] {
        guard !products.isEmpty || !gone.isEmpty else { return [] }
        var moves = settleFirst() + advance(to: now)
        for product in products { index.put(product) }
        for name in gone { index.remove(product: name) }
        moves += reviewAll { $0.usesProducts }
        return moves
    }

    /// Takes in fields that there were not before.
    package mutating func adopt(_ registry: ConditionRegistry, at now: Instant) -> [Move] {
        let moves = settleFirst() + advance(to: now)
        index.adopt(registry)
        trees = LiveTrees()
        readFigures()
        return moves + reviewAll { _ in true }
    }

    /// Says what a segment is that trees name, nil for one that is no more; those that name it are asked anew.
    package mutating func set(_ content: SegmentContent?, of name: String, at now: Instant) -> [Move] {
        var moves = settleFirst() + advance(to: now)
        contents[name] = content
        trees = LiveTrees()
        for place in segments.indices where mentions(name, segments[place].condition, [segments[place].name]) {
            segments[place].program = compiled(segments[place].condition)
            segments[place].productsVersion = productsVersion
            if segments[place].program.usesScores { index.refreshScores() }
            moves += review(place)
        }
        return moves
    }

    /// Whether a tree names a segment, itself or by those that it names.
    private func mentions(_ name: String, _ condition: Condition, _ seen: Set<String>) -> Bool {
        let named = condition.segments
        if named.contains(name) { return true }
        return named.subtracting(seen).contains { other in
            guard case .conditions(let inner) = contents[other] else { return false }
            return mentions(name, inner, seen.union(named))
        }
    }

    private mutating func reviewAll(where isConcerned: (Program) -> Bool) -> [Move] {
        var moves: [Move] = []
        for place in segments.indices where isConcerned(segments[place].program) {
            segments[place].program = compiled(segments[place].condition)
            segments[place].productsVersion = productsVersion
            if segments[place].program.usesScores { index.refreshScores() }
            moves += review(place)
        }
        return moves
    }
}

extension LiveSegments.Move {
    /// A move that was found otherwise than by a change.
    package init(of customer: Customer.ID, _ segment: String, hasEntered: Bool, at instant: Instant) {
        self.init(segment: segment, customer: customer, hasEntered: hasEntered, at: instant)
    }
}

extension SegmentIndex {
    /// Whether there is such a customer.
    package func contains(_ customer: Customer.ID) -> Bool { number(of: customer) != nil }

    /// What lines call the products that there are.
    package var productNames: Set<String> { Set(catalogue.names.compactMap { $0 }) }

    /// The statuses that an order was in, as it was put; nil for an order that is not there.
    package func stays(of order: Order.ID, _ customer: Customer.ID) -> [StatusStay]? {
        guard let number = number(of: customer) else { return nil }
        let orders = shards[number / Shard.size].shard[.orders]
        let places = orders.places(of: number % Shard.size)
        guard let place = places.first(where: { orders.key($0).id == order.rawValue }) else { return nil }
        return orders.rows(of: place, RecordShape.stays).map { row in
            let status = Int(orders.cell(place, RecordShape.stays, row, Layout.stayStatus))
            let until = orders.cell(place, RecordShape.stays, row, Layout.stayUntil)
            return StatusStay(
                OrderStatus.ID(rawValue: statusIDs[status - 1]),
                from: Instant(milliseconds: orders.cell(place, RecordShape.stays, row, Layout.stayFrom)),
                until: until == Column.missing ? nil : Instant(milliseconds: until)
            )
        }
    }
}
