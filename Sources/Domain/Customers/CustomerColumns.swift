/// The few facts of every customer that lists filter, sort and sum by, column by column in memory.
///
/// The same as `OrderColumns` is to orders (ARCHITECTURE.md, "Lists"). Figures move by differences as orders are written,
/// so that the write of an order reads nothing more for it.
package struct CustomerColumns: Sendable {
    /// What is kept of a profile.
    package struct Entry: Hashable, Sendable {
        package var id: Customer.ID
        package var createdAt: Instant
        package var updatedAt: Instant
        package var country: String?
        package var city: String?
        package var consents: UInt8
        /// The name as lists sort it: folded, the identifier where no name is known.
        package var name: String

        package init(_ customer: Customer) {
            (id, createdAt, updatedAt) = (customer.id, customer.createdAt, customer.updatedAt)
            (country, city) = (customer.fields.text(.country), customer.fields.text(.city))
            name = SearchTerms.fold(customer.fullName ?? customer.externalID)
            consents = Self.packed { customer.consent($0) }
        }

        package init(
            id: Customer.ID, createdAt: Instant, updatedAt: Instant, country: String?, city: String?, consents: UInt8,
            name: String
        ) {
            (self.id, self.createdAt, self.updatedAt) = (id, createdAt, updatedAt)
            (self.country, self.city, self.consents, self.name) = (country, city, consents, name)
        }

        /// The answers for all channels in one number, two bits each.
        package static func packed(_ consent: (ConsentChannel) -> Consent) -> UInt8 {
            ConsentChannel.allCases.reduce(0) { $0 | consent($1).code << UInt8($1.rawValue * 2) }
        }
    }

    /// What a write does to the facts; to be applied in the order of commits.
    package enum Move: Hashable, Sendable {
        /// A profile is new or changed; its figures stay.
        case put(Entry)
        /// Figures move by differences, and the last date widens to hold `date`.
        case add(Customer.ID, orders: Int64, value: Int64, date: Instant)
        /// Figures were computed anew.
        case set(Customer.ID, CustomerFigures)
        case remove(Customer.ID)
    }

    /// Rows of a chunk; a full one is split.
    static let chunkLimit = 4096

    private(set) var chunks: [CustomerChunk] = []
    private(set) var countries = FoldedNumbering()
    private(set) var cities = FoldedNumbering()
    package private(set) var count = 0

    package init() {}

    package mutating func apply(_ move: Move) {
        switch move {
        case .put(let entry): put(entry)
        case .add(let id, let orders, let value, let date):
            guard let chunk = chunkIndex(for: id.rawValue) else { return }
            chunks[chunk].add(id.rawValue, orders: orders, value: value, date: date.milliseconds)
        case .set(let id, let figures):
            guard let chunk = chunkIndex(for: id.rawValue) else { return }
            chunks[chunk].set(id.rawValue, figures)
        case .remove(let id): remove(id)
        }
    }

    /// Adds a customer, or replaces what is kept of the profile.
    package mutating func put(_ entry: Entry) {
        let row = CustomerChunk.Row(
            id: entry.id.rawValue, created: entry.createdAt.milliseconds, updated: entry.updatedAt.milliseconds,
            country: countries.number(of: entry.country), city: cities.number(of: entry.city),
            consents: entry.consents, name: entry.name
        )
        guard let chunk = chunkIndex(for: row.id) else {
            chunks.append(CustomerChunk(row))
            count += 1
            return
        }
        if chunks[chunk].put(row) { count += 1 }
        if chunks[chunk].count > Self.chunkLimit {
            // New customers come at the end: there a full chunk stays full and the next begins.
            let at = chunk == chunks.count - 1 ? Self.chunkLimit : Self.chunkLimit / 2
            chunks.insert(chunks[chunk].split(at: at), at: chunk + 1)
        }
    }

    private mutating func remove(_ id: Customer.ID) {
        guard let chunk = chunkIndex(for: id.rawValue), chunks[chunk].remove(id.rawValue) else { return }
        count -= 1
        if chunks[chunk].count == 0 { chunks.remove(at: chunk) }
    }

    /// Replaces everybody's figures; those who are not named have none.
    package mutating func setFigures(_ figures: some Sequence<(Customer.ID, CustomerFigures)>) {
        for chunk in chunks.indices { chunks[chunk].clearFigures() }
        for (id, figures) in figures { apply(.set(id, figures)) }
    }

    /// The last chunk that begins at or before `id`, else the first; nil when there are none.
    private func chunkIndex(for id: Int64) -> Int? {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].ids[0] <= id { low = middle + 1 } else { high = middle }
        }
        return chunks.isEmpty ? nil : max(low - 1, 0)
    }

    /// The countries that customers have named, as they were written first.
    package var countryNames: [String] { countries.names }

    /// The same of cities, up to `limit`.
    package func cityNames(limit: Int) -> [String] { Array(cities.names.prefix(limit)) }

    /// Whether both hold the same facts of the same customers, however they came to them.
    package func hasSameEntries(as other: CustomerColumns) -> Bool {
        guard count == other.count else { return false }
        return zip(rows, other.rows).allSatisfy { left, right in
            left.hasSameNumbers(as: right) && left.name == right.name
                && countries.folded(left.country) == other.countries.folded(right.country)
                && cities.folded(left.city) == other.cities.folded(right.city)
        }
    }

    private var rows: some Sequence<CustomerChunk.Row> {
        chunks.lazy.flatMap { chunk in (0..<chunk.count).lazy.map { chunk.row($0) } }
    }
}

/// Gives texts small numbers from 1 on; texts that differ in case and accents alone have one.
struct FoldedNumbering: Sendable {
    private var numbering = Numbering<String>()
    private(set) var names: [String] = []

    mutating func number(of text: String?) -> Int32 {
        guard let text else { return 0 }
        let number = numbering.number(of: SearchTerms.fold(text))
        if Int(number) > names.count { names.append(text) }
        return number
    }

    func existing(_ text: String) -> Int32? { numbering.existing(SearchTerms.fold(text)) }

    func folded(_ number: Int32) -> String? { numbering.value(of: number) }
}
