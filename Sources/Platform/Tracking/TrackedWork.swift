import Domain

/// What a transaction that files messages adds up, to be told after its commit.
struct TrackedWork: Sendable {
    /// What one message led to.
    struct Filed: Sendable {
        /// The event it became; the first where there are several.
        var event: TrackedEvent?
        /// The event that it became before, where it had come already.
        var formerEvent: TrackedEvent.ID?
        var isRepeated = false
    }

    /// Where messages come from, and when they came.
    struct Ground: Sendable {
        /// Nil for what the shop itself tells without naming a source.
        var source: EventSource?
        var origin: Origin
        /// The moment of the transaction.
        var now: Instant
        /// The moment at which the message came.
        var arrivedAt: Instant

        /// What keeps messages of one source apart from another's of the same name.
        var keyPrefix: String { String(source?.id.rawValue ?? 0, radix: 36) + "/" }
    }

    var written: [OrderWriter.Written] = []
    var people: [CustomerColumns.Move] = []
    var profiles: [Customer] = []
    /// What was not taken of messages whose event was kept all the same.
    var notes: [TrackedRefusal] = []
    /// Visitors as they are now, by key.
    var visitors: [String: Visitor] = [:]
    /// Messages of the transaction, and the event that each became.
    var keys: [String: TrackedEvent.ID?] = [:]
    /// Events that the message at hand became.
    var recorded: [TrackedEvent] = []
    /// Customers who did something.
    var customers: Set<Customer.ID> = []
    var hasNewNames = false
    var erased = ErasedSenders()

    mutating func add(_ written: CustomerWriter.Written) {
        if let move = written.move { people.append(move) }
        if let profile = written.profile { profiles.append(profile) }
    }

    mutating func add(_ made: Customer) {
        people.append(.put(CustomerColumns.Entry(made)))
        profiles.append(made)
    }

    /// The same as the write of an order is told, with what it answers.
    ///
    /// - Parameter book: Sources and names, asked for where messages made a name.
    func outcome<Result: Sendable>(
        _ result: Result, _ book: @autoclosure () throws -> TrackingBook
    ) rethrows -> OrderService.Outcome<Result> {
        OrderService.Outcome(
            written: written, people: people, profiles: profiles, touchedCustomers: customers,
            tracking: hasNewNames ? try book() : nil, result: result
        )
    }
}
