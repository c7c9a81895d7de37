import Domain

/// One customer with all that is theirs, as plain values.
struct ReferencePerson: Sendable {
    var customer: Customer
    var orders: [Order] = []
    var stays: [Order.ID: [StatusStay]] = [:]
    var receipts: [Receipt] = []
    var events: [EventRecord] = []
    var containers: [ContainerRecord] = []
}

/// Answers condition trees the slow and obvious way: what the engine and SQL are held against.
struct ConditionReference {
    var people: [Customer.ID: ReferencePerson] = [:]
    var products: [String: Product] = [:]
    var book: StatusBook
    var calendar: ShopCalendar
    var now: Instant
    var segments: [String: SegmentMembers] = [:]

    enum SegmentMembers { case conditions(Condition), members(Set<Customer.ID>) }

    /// The customers that fulfil a tree.
    func customers(fulfilling condition: Condition) -> Set<Customer.ID> {
        let scores = RFMScore.allCases.reduce(into: [:]) { $0[$1] = self.scores($1) }
        return Set(people.values.filter { holds(condition, $0, scores) }.map(\.customer.id))
    }

    typealias Scores = [RFMScore: [Customer.ID: Int64]]

    func holds(_ condition: Condition, _ person: ReferencePerson, _ scores: Scores) -> Bool {
        holds(condition) { field in
            fact(field, person, scores)
        } block: { block in
            switch block.kind {
            case .orders:
                let orders = sorted(person.orders)
                return measured(block, orders) {
                    holds($0, order: $1, person)
                } fact: {
                    $0.fact(of: $1, book)
                }
            case .lines:
                return measured(block, sorted(person.orders).flatMap(\.lines)) {
                    holds($0, line: $1)
                } fact: {
                    lineFact($0, $1)
                }
            case .receipts:
                let receipts = person.receipts.sorted { ($0.date, $0.id) < ($1.date, $1.id) }
                return measured(block, receipts) {
                    holds($0, receipt: $1)
                } fact: {
                    $0.fact(of: $1)
                }
            case .events:
                let events = person.events.sorted { ($0.date, $0.id) < ($1.date, $1.id) }
                return measured(block, events) {
                    holds($0, event: $1)
                } fact: {
                    eventFact($0, $1)
                }
            case .containers:
                let containers = person.containers.sorted { ($0.changedAt, $0.type) < ($1.changedAt, $1.type) }
                return measured(block, containers) {
                    holds($0, container: $1)
                } fact: {
                    $0.fact(of: $1)
                }
            default: return nil
            }
        } segment: { name in
            switch segments[name] {
            case .conditions(let condition): holds(condition, person, scores)
            case .members(let members): members.contains(person.customer.id)
            case nil: false
            }
        }
    }

    func sorted(_ orders: [Order]) -> [Order] { orders.sorted { ($0.date, $0.id) < ($1.date, $1.id) } }

    // MARK: Records

    private func holds(_ condition: Condition, order: Order, _ person: ReferencePerson) -> Bool {
        holds(condition) {
            $0.source.fact(of: order, book)
        } block: { block in
            if block.kind == .stays {
                return measured(block, person.stays[order.id] ?? []) {
                    holds($0, stay: $1)
                } fact: { _, _ in
                    nil
                }
            }
            return measured(block, order.lines) {
                holds($0, line: $1)
            } fact: {
                lineFact($0, $1)
            }
        }
    }

    private func holds(_ condition: Condition, line: OrderLine) -> Bool {
        holds(condition) { lineFact($0.source, line) }
    }

    private func lineFact(_ source: ConditionSource, _ line: OrderLine) -> ConditionFact? {
        source.fact(of: line)
            ?? line.fields.text(.product).flatMap { products[$0] }.flatMap {
                isOfProduct(source) ? source.fact(of: $0) : nil
            }
    }

    private func isOfProduct(_ source: ConditionSource) -> Bool {
        switch source {
        case .product, .productCustom: true
        default: false
        }
    }

    private func holds(_ condition: Condition, stay: StatusStay) -> Bool {
        holds(condition) { field in
            switch field.source {
            case .status(let type): book[stay.status]?.type == type ? .number(stay.status.rawValue) : nil
            case .reached: .number(stay.from.milliseconds)
            case .stayed: .number(stay.length(at: now))
            default: nil
            }
        }
    }

    private func holds(_ condition: Condition, receipt: Receipt) -> Bool {
        holds(condition) {
            $0.source.fact(of: receipt)
        } block: { block in
            measured(block, receipt.lines) {
                holds($0, line: $1)
            } fact: {
                lineFact($0, $1)
            }
        }
    }

    private func holds(_ condition: Condition, line: ReceiptLine) -> Bool {
        holds(condition) { lineFact($0.source, line) }
    }

    private func lineFact(_ source: ConditionSource, _ line: ReceiptLine) -> ConditionFact? {
        source.fact(of: line)
            ?? line.fields.text(.product).flatMap { products[$0] }.flatMap {
                isOfProduct(source) ? source.fact(of: $0) : nil
            }
    }

    private func holds(_ condition: Condition, event: EventRecord) -> Bool {
        holds(condition) { eventFact($0.source, event) }
    }

    private func eventFact(_ source: ConditionSource, _ event: EventRecord) -> ConditionFact? {
        source.fact(of: event, event.context.flatMap(ContextValue.init))
    }

    private func holds(_ condition: Condition, container: ContainerRecord) -> Bool {
        holds(condition) { field in
            guard field.source == .container(.abandoned) else { return field.source.fact(of: container) }
            return .number(container.abandonedAt.map { $0 <= now } ?? false ? 1 : 0)
        } block: { block in
            measured(block, container.lines) {
                holds($0, line: $1)
            } fact: {
                lineFact($0, $1)
            }
        }
    }

    private func holds(_ condition: Condition, line: ContainerRecord.Line) -> Bool {
        holds(condition) { lineFact($0.source, line) }
    }

    private func lineFact(_ source: ConditionSource, _ line: ContainerRecord.Line) -> ConditionFact? {
        source.fact(of: line) ?? products[line.product].flatMap { isOfProduct(source) ? source.fact(of: $0) : nil }
    }

    // MARK: Trees

    private func holds(
        _ condition: Condition, fact: (ConditionField) -> ConditionFact?,
        block: (ConditionBlock) -> Int64? = { _ in nil }, segment: (String) -> Bool = { _ in false }
    ) -> Bool {
        switch condition {
        case .all(let parts): parts.allSatisfy { holds($0, fact: fact, block: block, segment: segment) }
        case .any(let parts): parts.contains { holds($0, fact: fact, block: block, segment: segment) }
        case .not(let part): !holds(part, fact: fact, block: block, segment: segment)
        case .segment(let name): segment(name)
        case .test(let test): holds(test.op, test.operand, test.field.type, fact(test.field))
        case .records(let records):
            holds(records.have.op, records.have.operand, records.have.type, block(records).map { .number($0) })
        }
    }

    /// What a block's records measure.
    private func measured<Record>(
        _ block: ConditionBlock, _ all: [Record], holds: (Condition, Record) -> Bool,
        fact: (ConditionSource, Record) -> ConditionFact?
    ) -> Int64? {
        let looked = block.pick == .first ? Array(all.prefix(1)) : block.pick == .last ? Array(all.suffix(1)) : all
        let counted = looked.filter { record in block.filter.map { holds($0, record) } ?? true }
        guard let field = block.have.field else { return Int64(counted.count) }
        let values = counted.compactMap { record -> Int64? in
            if case .number(let number) = fact(field.source, record) { number } else { nil }
        }.sorted()
        let scale: Int128 = block.have.type == field.type ? 1 : 1_000_000
        let sum = values.reduce(Int128(0)) { $0 + Int128($1) }
        switch block.have.measure {
        case .count: return Int64(counted.count)
        case .sum: return Int64(sum)
        case .min: return values.first
        case .max: return values.last
        case .avg: return values.isEmpty ? nil : Int64(sum * scale / Int128(values.count))
        case .median:
            guard !values.isEmpty else { return nil }
            let (low, high) = (values[(values.count - 1) / 2], values[values.count / 2])
            return Int64((Int128(low) + Int128(high)) * scale / 2)
        }
    }
}
