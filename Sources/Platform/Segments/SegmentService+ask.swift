import Database
import Domain
import Segmentation
import Storage

extension SegmentService {
    // MARK: Asking everybody

    /// What a tree comes to, while it is built or later.
    package struct Preview: Sendable {
        /// Customers that fulfil the tree, and all there are.
        package var count: Int64
        package var base: Int64
        /// Included orders of those who fulfil it, and what they are worth; what all included orders are worth.
        package var orders: Int64
        package var revenue: MoneySum
        package var allRevenue: MoneySum
        /// Some of them, the first by identifier.
        package var sample: [CustomerService.Profile]

        /// Millionths of the base.
        package var shareOfBase: Int64 { base == 0 ? 0 : count * 1_000_000 / base }

        /// Millionths of the revenue.
        package var shareOfRevenue: Int64 {
            guard allRevenue.tenThousandths > 0 else { return 0 }
            return Int64(clamping: revenue.tenThousandths * 1_000_000 / allRevenue.tenThousandths)
        }

        /// Mean order value, cut to a ten-thousandth; nil without orders.
        package var averageOrderValue: MoneySum? {
            orders == 0 ? nil : MoneySum(tenThousandths: revenue.tenThousandths / Int128(orders))
        }
    }

    /// What a tree comes to now.
    ///
    /// - Parameter sample: How many customers are shown.
    package func preview(_ condition: Condition, sample: Int) async throws -> Preview {
        let (terms, fields) = (terms(), references.current.fields)
        if let view = try await view(of: condition) {
            let (summary, ids) = await view.ask { view in
                let found = view.customers(fulfilling: condition)
                return (view.index.summary(of: found), view.page(of: found, after: nil, limit: sample))
            }
            return Preview(
                count: Int64(summary.count), base: Int64(summary.base), orders: summary.orders,
                revenue: summary.revenue, allRevenue: summary.allRevenue,
                sample: try engine.read { tx in try customers.profiles(of: ids, fields, tx) }
            )
        }
        return try await engine.readLong { [trees, customers] tx in
            let found = try trees.figures(condition, terms, tx)
            let all = try trees.figures(.everybody, terms, tx)
            let ids = sample > 0 ? try trees.page(condition, after: nil, limit: sample, terms, tx) : []
            return Preview(
                count: found.customers, base: all.customers, orders: found.orders, revenue: found.revenue,
                allRevenue: all.revenue, sample: try customers.profiles(of: ids, fields, tx)
            )
        }
    }

    /// How many are in a segment now.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func count(of code: String) async throws -> Int64 {
        let entry = try entry(code)
        if entry.segment.isAudience {
            return try await engine.readLong { [members] tx in try members.count(of: entry.segment.id, tx) }
        }
        return try await preview(entry.condition ?? .any([]), sample: 0).count
    }

    /// Members of a segment by their identifiers, from the one after `customer` on; with how many there are.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func members(
        of code: String, after customer: Customer.ID?, limit: Int
    ) async throws -> (page: [CustomerService.Profile], total: Int64) {
        try await page(of: .segment(try entry(code).segment.code), after: customer, limit: limit)
    }

    /// The same of a tree that nobody stored.
    package func page(
        of condition: Condition, after customer: Customer.ID?, limit: Int
    ) async throws -> (page: [CustomerService.Profile], total: Int64) {
        let (terms, fields) = (terms(), references.current.fields)
        if let view = try await view(of: condition) {
            let (ids, count) = await view.ask { view in
                let found = view.customers(fulfilling: condition)
                return (view.page(of: found, after: customer, limit: limit), found.count)
            }
            return (try engine.read { tx in try customers.profiles(of: ids, fields, tx) }, Int64(count))
        }
        return try await engine.readLong { [trees, customers] tx in
            let ids = try trees.page(condition, after: customer, limit: limit, terms, tx)
            return (
                try customers.profiles(of: ids, fields, tx), try trees.figures(condition, terms, tx).customers
            )
        }
    }

    // MARK: Asking of one

    /// A segment that a customer is in.
    package struct Membership: Sendable {
        package var segment: Segment
        /// Since when, as far as it was written down yet.
        package var since: Instant?
    }

    /// The segments and audiences that a customer is in now, by name.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func segments(of externalID: String) async throws -> [Membership] {
        let (terms, book, view) = (terms(), book, try await view())
        return try await engine.readLong { [self] tx in
            let customer = try customers.existing(externalID, .empty, tx).id
            let known = Dictionary(
                try members.segments(of: customer, tx).map { ($0.id, $0.since) },
                uniquingKeysWith: { first, _ in first }
            )
            let live = view.map { Set($0.segments(of: customer)) }
            return try book.entries.compactMap { entry in
                let since = known[entry.segment.id]
                let isMember =
                    entry.segment.isAudience
                    ? since != nil
                    : try live?.contains(entry.segment.code) ?? entry.condition.map {
                        try trees.fulfils(customer, $0, terms, tx)
                    } ?? false
                return isMember ? Membership(segment: entry.segment, since: since) : nil
            }
        }
    }

    /// Why a customer is in a segment, or is not (spec segments.md, "Why").
    ///
    /// - Throws: `SegmentError.unknown`, `OrderError.unknownCustomer`.
    package func explain(_ code: String, customer externalID: String) async throws -> ExplainedMembership {
        try await explain(.segment(try entry(code).segment.code), customer: externalID)
    }

    /// The same of a tree that nobody stored.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func explain(_ condition: Condition, customer externalID: String) async throws -> ExplainedMembership {
        // What is asked is the tree itself, and not that it has a name.
        var condition = condition
        if case .segment(let code) = condition, let tree = book[code]?.condition { condition = tree }
        let reference = references.current
        if let view = try await view(of: condition) {
            let customer = try engine.read { tx in try customers.existing(externalID, .empty, tx).id }
            guard let answer = view.index.explain(condition, of: customer, view.question) else {
                throw OrderError.unknownCustomer(externalID)
            }
            return answer
        }
        return try await engine.readLong { [self, condition] tx in
            let customer = try customers.existing(externalID, reference.fields, tx)
            let contexts = reference.segments.contexts(of: condition)
            let index = try personalIndex(of: customer, contexts, reference, tx)
            let contents = try contents(of: condition, customer.id, reference.segments, tx)
            let question = SegmentQuestion(now: now, calendar: reference.calendar) { contents[$0] }
            guard let answer = index.explain(condition, of: customer.id, question) else {
                throw OrderError.unknownCustomer(externalID)
            }
            return answer
        }
    }

    // MARK: Parts

    /// Everybody in memory; nil where the database is asked.
    func view() async throws -> SegmentView? {
        // Until the index is there the database is asked.
        guard let board, board.isOpen else { return nil }
        try await board.open()
        return await board.view()
    }

    /// The same for a tree; nil as well where it asks of events' contexts what no segment does.
    func view(of condition: Condition) async throws -> SegmentView? {
        let contexts = references.current.segments.contexts(of: condition)
        return try await view().flatMap { $0.index.keeps(contexts) ? $0 : nil }
    }

    func entry(_ code: String) throws -> SegmentBook.Entry {
        guard let entry = book[code] else { throw SegmentError.unknown(code) }
        return entry
    }

    /// What trees are asked with as SQL, at an instant; nil for now.
    func terms(at instant: Instant? = nil) -> SegmentTerms {
        let reference = references.current
        return SegmentTerms(
            now: instant ?? now, calendar: reference.calendar, statuses: reference.book,
            containers: reference.containers, dialect: engine.dialect
        ) { code in
            reference.segments[code].map { entry in
                entry.segment.isAudience
                    ? .members(SegmentMemberStore.members(of: entry.segment.id))
                    : .conditions(entry.condition ?? .any([]))
            }
        }
    }

    /// What the segments are that a tree names, as far as one customer is concerned.
    private func contents(
        of condition: Condition, _ customer: Customer.ID, _ book: SegmentBook, _ tx: Connection
    ) throws -> [String: SegmentContent] {
        let known = Set(try members.segments(of: customer, tx).map(\.id))
        var contents: [String: SegmentContent] = [:]
        var waiting = condition.segments
        while let code = waiting.popFirst() {
            guard contents[code] == nil, let entry = book[code] else { continue }
            if entry.segment.isAudience {
                contents[code] = .members(known.contains(entry.segment.id) ? [customer] : [])
            } else {
                contents[code] = .conditions(entry.condition ?? .any([]))
                waiting.formUnion(entry.condition?.segments ?? [])
            }
        }
        return contents
    }

    /// An index with one customer in it, for asking why without an index of everybody.
    private func personalIndex(
        of customer: Customer, _ contexts: Set<ConditionField>, _ reference: ReferenceBoard.Reference,
        _ tx: Connection
    ) throws -> SegmentIndex {
        let writer = customers.orders.writer
        var index = SegmentIndex(reference.registry.with(contexts: contexts), reference.book)
        index.put(customer)
        var products: Set<String> = []
        for id in try writer.orders.identifiers(of: customer.id, tx) {
            guard let order = try writer.orders.get(id, reference.fields, tx)?.order else { continue }
            let history = try writer.history.page(of: id, limit: .max, tx).map(\.change.change)
            index.put(order, stays: StatusStay.stays(in: history.reversed(), reference.book), replacing: nil)
            products.formUnion(order.lines.compactMap { $0.fields.text(.product) })
        }
        for id in try receipts.writer.receipts.identifiers(of: customer.id, tx) {
            guard let receipt = try receipts.writer.receipts.get(id, reference.fields, tx)?.receipt else { continue }
            index.put(receipt, replacing: nil)
            products.formUnion(receipt.lines.compactMap { $0.fields.text(.product) })
        }
        let loader = SegmentLoader(reference.fields, reference.book, only: [customer.id.rawValue], tx)
        try loader.events(contexts: !contexts.isEmpty, ofOwners: true) { index.put($0) }
        try loader.containers(reference.containers) { container in
            index.put(container)
            products.formUnion(container.lines.map(\.product))
        }
        for product in products {
            if let found = try ProductStore().find(product, reference.fields, tx) { index.put(found) }
        }
        return index
    }
}

extension CustomerService {
    /// Customers with their figures; those who are no more are left out.
    func profiles(of ids: [Customer.ID], _ fields: FieldBook, _ tx: Connection) throws -> [Profile] {
        try ids.compactMap { id in
            guard let customer = try writer.store.get(id, fields, tx), !customer.externalID.isEmpty else { return nil }
            return try profile(of: customer, tx)
        }
    }
}
