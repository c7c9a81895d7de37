import Domain

extension SegmentIndex {
    /// What a customer's profile, and all that is theirs, come to: other numbers where anything of them is another.
    package struct Digest: Hashable, Sendable {
        /// With the figures of orders and receipts.
        package var profile: UInt64 = 0
        package var orders: UInt64 = 0
        package var receipts: UInt64 = 0
        package var events: UInt64 = 0
        package var containers: UInt64 = 0
    }

    /// What a customer's profile, and records of each kind, come to, one by one.
    package static var digestParts: [(name: String, place: KeyPath<Digest, UInt64>)] {
        [("profile", \.profile)] + RecordKind.allCases.map { ("\($0)", Digest.place(of: $0)) }
    }

    /// The digest of each customer.
    ///
    /// It is the same for indexes that came to hold the same by different ways, and good for one process only.
    ///
    /// - Parameter registry: The fields that are looked at; what is kept of others may differ.
    package func digests(_ registry: ConditionRegistry) -> [Customer.ID: Digest] {
        let wanted = Layout(registry).slots.mapValues { Set($0.map(\.source)) }
        let cells = Dictionary(
            uniqueKeysWithValues: ConditionScope.allCases.map { ($0, digestCells($0, wanted[$0] ?? [])) })
        var digests: [Customer.ID: Digest] = [:]
        for box in shards {
            let shard = box.shard
            var sums = [Digest](repeating: Digest(), count: shard.count)
            Self.add(cells[.customer] ?? [], shard.columns, rows: shard.count) { sums[$0].profile &+= $1 }
            for kind in RecordKind.allCases {
                let (table, sum) = (shard[kind], Digest.place(of: kind))
                for part in [table.base, table.tail] {
                    var records = [UInt64](repeating: 7, count: part.count)
                    Self.add(cells[kind.scope] ?? [], part.columns, rows: part.count) { records[$0] &+= $1 }
                    for (index, child) in part.children.enumerated() {
                        var things = [UInt64](repeating: 11, count: child.count)
                        Self.add(cells[kind.children[index]] ?? [], child.columns, rows: child.count) {
                            things[$0] &+= $1
                        }
                        for row in 0..<part.count {
                            for thing in child.rows(of: row) { records[row] &+= Self.mixed(things[thing]) }
                        }
                    }
                    let ids = part.ids.values
                    for row in 0..<part.count where part.alive[row] != 0 {
                        let customer = Int(part.customers[row])
                        sums[customer][keyPath: sum] &+= Self.mixed(records[row] ^ UInt64(bitPattern: ids[row]))
                    }
                }
            }
            for customer in 0..<shard.count where shard.alive[customer] != 0 {
                digests[Customer.ID(rawValue: shard.ids[customer])] = sums[customer]
            }
        }
        return digests
    }

    /// How the cells of one column go into a digest.
    private struct DigestCell {
        var place: Int
        var seed: UInt64
        /// What stands for each text that is kept, from 1 on, or for each status.
        var table: [UInt64]?
        /// What stands for each beginning of a text that ends in digits: they are numbered as they come.
        var prefixes: [UInt64]?
    }

    private func digestCells(_ scope: ConditionScope, _ wanted: Set<ConditionSource>) -> [DigestCell] {
        (layout.slots[scope] ?? []).enumerated().compactMap { place, slot in
            guard wanted.contains(slot.source) else { return nil }
            // Scores follow from the rest.
            if case .rfm = slot.source { return nil }
            var (table, prefixes): ([UInt64]?, [UInt64]?)
            if slot.isText {
                let interner = dictionaries[scope, place]
                prefixes = interner.prefixes.map { UInt64(bitPattern: Int64($0.hashValue)) }
                table = (0..<interner.count).map {
                    UInt64(bitPattern: Int64(interner.text(of: Int64($0 + 1)).hashValue))
                }
            } else if slot.isStatus {
                table = statusIDs.map { UInt64(bitPattern: $0) }
            }
            return DigestCell(
                place: place, seed: UInt64(bitPattern: Int64(slot.source.hashValue)), table: table, prefixes: prefixes)
        }
    }

    private static func add(_ cells: [DigestCell], _ columns: [Column], rows: Int, _ body: (Int, UInt64) -> Void) {
        for cell in cells {
            let column = columns[cell.place]
            guard column.width != .none || rows > 0 else { continue }
            for row in 0..<rows {
                let value = column[row]
                guard value != Column.missing else { continue }
                if let table = cell.table, value > 0 {
                    body(row, mixed(table[Int(value) - 1] ^ cell.seed))
                } else if let prefixes = cell.prefixes {
                    let (prefix, digits) = Interner.parts(of: value)
                    body(row, mixed(mixed(prefixes[prefix] ^ UInt64(bitPattern: digits)) ^ cell.seed))
                } else {
                    body(row, mixed(UInt64(bitPattern: value) &+ cell.seed))
                }
            }
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let mixed = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        return mixed ^ (mixed >> 27)
    }
}

extension SegmentIndex.Digest {
    static func place(of kind: RecordKind) -> WritableKeyPath<Self, UInt64> {
        switch kind {
        case .orders: \.orders
        case .receipts: \.receipts
        case .events: \.events
        case .containers: \.containers
        }
    }
}
