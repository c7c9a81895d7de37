import Domain

extension SegmentIndex {
    /// Takes in an event of a customer; one of somebody who is not there is nobody's.
    package mutating func put(_ event: EventRecord) {
        // What is told twice is there once.
        if !isLoading { remove(event.id, of: event.customer) }
        guard let number = number(of: event.customer) else { return }
        let context = layout.readsContexts ? event.context.flatMap(ContextValue.init) : nil
        let cells = cells(.event) { $0.fact(of: event, context) }
        add(Record(id: event.id.rawValue, customer: 0, cells: cells, children: []), .events, number)
    }

    /// Forgets an event.
    package mutating func remove(_ event: TrackedEvent.ID, of customer: Customer.ID) {
        remove(event.rawValue, .events, of: customer)
    }

    /// Takes in what a container of a customer has become.
    package mutating func put(_ container: ContainerRecord) {
        if !isLoading { remove(container: container.type, of: container.customer) }
        guard let number = number(of: container.customer) else { return }
        let record = Record(
            id: container.type, customer: 0, cells: cells(.container) { $0.fact(of: container) },
            children: [container.lines.map { line in cells(.containerLine) { $0.fact(of: line) } }]
        )
        add(record, .containers, number)
    }

    /// Forgets a customer's container of a type.
    package mutating func remove(container type: Int64, of customer: Customer.ID) {
        remove(type, .containers, of: customer)
    }

    /// Forgets all events and containers of a customer.
    mutating func removeTracked(of customer: Customer.ID) {
        guard let number = number(of: customer) else { return }
        change(number) { shard, row in
            shard[.events].removeAll(of: row)
            shard[.containers].removeAll(of: row)
        }
    }

    private mutating func add(_ record: Record, _ kind: RecordKind, _ number: Int) {
        var record = record
        let isLoading = isLoading
        change(number) { shard, row in
            record.customer = UInt16(row)
            shard[kind].add(record, isLoading: isLoading)
        }
    }

    private mutating func remove(_ id: Int64, _ kind: RecordKind, of customer: Customer.ID) {
        guard let number = number(of: customer) else { return }
        change(number) { shard, row in _ = shard[kind].remove(id, of: row) }
    }

    /// Whether it keeps all that trees ask of events' contexts; of others the database is to be asked.
    package func keeps(_ contexts: Set<ConditionField>) -> Bool {
        contexts.allSatisfy { layout.place(.event, $0.source) != nil }
    }
}

extension LiveSegments {
    /// Takes in an event of a customer.
    package mutating func put(_ event: EventRecord, at now: Instant) -> [Move] {
        change(at: now, of: [event.customer], Program.Needs.events) { $0.put(event) }
    }

    /// Forgets an event.
    package mutating func remove(_ event: TrackedEvent.ID, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.events) { $0.remove(event, of: customer) }
    }

    /// Takes in what a container of a customer has become.
    package mutating func put(_ container: ContainerRecord, at now: Instant) -> [Move] {
        change(at: now, of: [container.customer], Program.Needs.containers) { $0.put(container) }
    }

    /// Forgets a customer's container of a type.
    package mutating func remove(container type: Int64, of customer: Customer.ID, at now: Instant) -> [Move] {
        change(at: now, of: [customer], Program.Needs.containers) { $0.remove(container: type, of: customer) }
    }

    /// Takes in all events and containers of a customer, in the place of those that there were.
    package mutating func replaceTracked(
        of customer: Customer.ID, _ events: [EventRecord], _ containers: [ContainerRecord], at now: Instant
    ) -> [Move] {
        change(at: now, of: [customer], Program.Needs.events.union(.containers)) { index in
            index.removeTracked(of: customer)
            for event in events { index.put(event) }
            for container in containers { index.put(container) }
        }
    }
}
