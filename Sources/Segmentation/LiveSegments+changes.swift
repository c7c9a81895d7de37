import Domain

extension LiveSegments {
    /// Takes in an order, new or changed (`SegmentIndex.put`).
    package mutating func put(
        _ order: Order, stays: [StatusStay], replacing former: (Customer.ID, Order.ID)?, at now: Instant
    ) -> [Move] {
        change(at: now, of: [order.customer] + (former.map { [$0.0] } ?? []), Program.Needs.orders) { index in
            index.add(order, stays: stays, replacing: former)
        }
    }

    /// Forgets an order.
    package mutating func remove(_ order: Order.ID, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.orders) { $0.forget(order, of: customer) }
    }

    /// Takes in a receipt, new or changed.
    package mutating func put(
        _ receipt: Receipt, replacing former: (Customer.ID, Receipt.ID)?, at now: Instant
    ) -> [Move] {
        change(at: now, of: [receipt.customer] + (former.map { [$0.0] } ?? []), Program.Needs.receipts) { index in
            index.add(receipt, replacing: former)
        }
    }

    /// Forgets a receipt.
    package mutating func remove(_ receipt: Receipt.ID, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.receipts) { $0.forget(receipt, of: customer) }
    }

    /// Takes in a customer's profile, new or changed.
    package mutating func put(_ customer: Customer, at now: Instant) -> [Move] {
        let isNew = index.number(of: customer.id) == nil
        return change(at: now, of: [customer.id], isNew ? nil : Program.Needs.customer) { $0.put(customer) }
    }

    /// Forgets a customer with all that is theirs, who leaves every segment.
    package mutating func remove(_ customer: Customer.ID, at now: Instant) -> [Move] {
        let moves = settleFirst() + pass(to: now)
        guard let number = index.number(of: customer) else { return moves }
        index.remove(customer)
        scoresMoved = true
        return moves + review(customer: number, person(number)) { _ in true }
    }

    /// Takes in which statuses count.
    package mutating func set(_ book: StatusBook, at now: Instant) -> [Move] {
        let moves = changeAll(at: now) { $0.set(book) }
        trees = LiveTrees()
        return moves
    }

    /// Takes in a product of the catalogue.
    package mutating func put(_ product: Product, at now: Instant) -> [Move] {
        changeAll(at: now, where: \.usesProducts) { $0.put(product) }
    }

    /// Forgets a product of the catalogue.
    package mutating func remove(product externalID: String, at now: Instant) -> [Move] {
        changeAll(at: now, where: \.usesProducts) { $0.remove(product: externalID) }
    }

    /// - Parameters:
    ///   - needs: What changed; nil for all. Figures of records that changed are computed anew.
    ///   - body: Takes the change in, without figures.
    mutating func change(
        at now: Instant, of customers: [Customer.ID], _ needs: Program.Needs?,
        _ body: (inout SegmentIndex) -> Void
    ) -> [Move] {
        var moves = pass(to: now)
        body(&index)
        afterStep?(.put)
        // Only orders move scores, and then those of many: such trees are asked when all scores are known.
        let movesScores = needs.map { $0.contains(.orders) } ?? true
        if movesScores, segments.contains(where: { $0.program.usesScores }) { scoresMoved = true }
        let touch = Touch(needs: needs, records: needs?.figured ?? [], movesScores: movesScores)
        for number in Set(customers.compactMap(index.number(of:))).sorted() {
            if let before = touched?[number] {
                touched?[number] = before.joined(with: touch)
            } else if touched != nil {
                touched?[number] = touch
            } else {
                moves += review(number, touch)
            }
        }
        return moves
    }

    // MARK: Several changes as one

    /// What several changes did to a customer.
    struct Touch: Sendable {
        /// Which trees are concerned; nil for all.
        var needs: Program.Needs?
        /// The records that changed, of which figures are to be computed anew.
        var records: Program.Needs
        var movesScores: Bool

        func joined(with other: Touch) -> Touch {
            let all = needs.flatMap { needs in other.needs.map { needs.union($0) } }
            return Touch(
                needs: all, records: records.union(other.records), movesScores: movesScores || other.movesScores)
        }

        func concerns(_ traits: Program.Traits) -> Bool {
            !(traits.usesScores && movesScores) && needs.map { !traits.needs.isDisjoint(with: $0) } ?? true
        }
    }

    /// Takes in the changes of one commit as one: whoever is in a segment before and after it has not moved, and somebody with
    /// many orders is added up and asked once.
    package mutating func together(at now: Instant, _ body: (inout LiveSegments) -> [Move]) -> [Move] {
        var moves = pass(to: now)
        touched = [:]
        moves += body(&self)
        return moves + settle()
    }

    private mutating func settle() -> [Move] {
        let touched = touched ?? [:]
        self.touched = nil
        return touched.sorted { $0.key < $1.key }.flatMap { review($0.key, $0.value) }
    }

    private mutating func review(_ number: Int, _ touch: Touch) -> [Move] {
        let person = touch.records.isEmpty ? person(number) : figured(number, touch.records)
        afterStep?(.layOut)
        return review(customer: number, person, where: touch.concerns)
    }

    /// Settles what waits, before everybody is asked of something.
    mutating func settleFirst() -> [Move] {
        guard touched != nil else { return [] }
        defer { touched = [:] }
        return settle()
    }

    private mutating func changeAll(
        at now: Instant, where isConcerned: (Program) -> Bool = { _ in true }, _ body: (inout SegmentIndex) -> Void
    ) -> [Move] {
        var moves = settleFirst() + advance(to: now)
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
