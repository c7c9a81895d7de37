import Domain

extension LiveSegments {
    /// Takes in an order, new or changed (`SegmentIndex.put`).
    package mutating func put(
        _ order: Order, stays: [StatusStay], replacing former: (Customer.ID, Order.ID)?, at now: Instant
    ) -> [Move] {
        change(at: now, of: [order.customer] + (former.map { [$0.0] } ?? []), Program.Needs.orders) { index in
            index.put(order, stays: stays, replacing: former)
        }
    }

    /// Forgets an order.
    package mutating func remove(_ order: Order.ID, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.orders) { $0.remove(order, of: customer) }
    }

    /// Takes in a receipt, new or changed.
    package mutating func put(
        _ receipt: Receipt, replacing former: (Customer.ID, Receipt.ID)?, at now: Instant
    ) -> [Move] {
        change(at: now, of: [receipt.customer] + (former.map { [$0.0] } ?? []), Program.Needs.receipts) { index in
            index.put(receipt, replacing: former)
        }
    }

    /// Forgets a receipt.
    package mutating func remove(_ receipt: Receipt.ID, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.receipts) { $0.remove(receipt, of: customer) }
    }

    /// Takes in a customer's profile, new or changed.
    package mutating func put(_ customer: Customer, at now: Instant) -> [Move] {
        let isNew = index.number(of: customer.id) == nil
        return change(at: now, of: [customer.id], isNew ? nil : Program.Needs.customer) { $0.put(customer) }
    }

    /// Forgets a customer with all that is theirs, who leaves every segment.
    package mutating func remove(_ customer: Customer.ID, at now: Instant) -> [Move] {
        guard let number = index.number(of: customer) else { return advance(to: now) }
        let moves = advance(to: now)
        index.remove(customer)
        scoresMoved = true
        return moves + review(customer: number) { _ in true }
    }

    /// Takes in which statuses count.
    package mutating func set(_ book: StatusBook, at now: Instant) -> [Move] {
        changeAll(at: now) { $0.set(book) }
    }

    /// Takes in a product of the catalogue.
    package mutating func put(_ product: Product, at now: Instant) -> [Move] {
        changeAll(at: now, where: \.usesProducts) { $0.put(product) }
    }

    /// Forgets a product of the catalogue.
    package mutating func remove(product externalID: String, at now: Instant) -> [Move] {
        changeAll(at: now, where: \.usesProducts) { $0.remove(product: externalID) }
    }

    /// - Parameter needs: What changed; nil for all.
    private mutating func change(
        at now: Instant, of customers: [Customer.ID], _ needs: Program.Needs?,
        _ body: (inout SegmentIndex) -> Void
    ) -> [Move] {
        var moves = pass(to: now)
        body(&index)
        // Only orders move scores, and then those of many: such trees are asked when all scores are known.
        let movesScores = needs.map { $0.contains(.orders) } ?? true
        if movesScores, segments.contains(where: { $0.program.usesScores }) { scoresMoved = true }
        for number in Set(customers.compactMap(index.number(of:))).sorted() {
            moves += review(customer: number) { traits in
                !(traits.usesScores && movesScores) && needs.map { !traits.needs.isDisjoint(with: $0) } ?? true
            }
        }
        return moves
    }

    private mutating func changeAll(
        at now: Instant, where isConcerned: (Program) -> Bool = { _ in true }, _ body: (inout SegmentIndex) -> Void
    ) -> [Move] {
        var moves = advance(to: now)
        body(&index)
        for place in segments.indices where isConcerned(segments[place].program) {
            segments[place].program = compiled(segments[place].condition)
            segments[place].productsVersion = productsVersion
            if segments[place].program.usesScores { index.refreshScores() }
            moves += review(place)
        }
        return moves
    }
}
