import Database
import Domain
import Segmentation
import Storage

/// Builds the index of segments from the database.
struct SegmentBuilder {
    private let reference: ReferenceBoard.Reference

    init(_ reference: ReferenceBoard.Reference) { self.reference = reference }

    /// The index of everybody, as of a transaction.
    func index(_ tx: Connection) throws -> SegmentIndex {
        let loader = SegmentLoader(reference.fields, reference.book, tx)
        var index = SegmentIndex(reference.indexed, reference.book)
        try loader.products { index.put($0) }
        try index.load { index in
            try loader.customers { index.put($0) }
            // Whoever was erased is nobody, and their orders are nobody's.
            try loader.orders { order, stays in
                if index.contains(order.customer) { index.put(order, stays: stays, replacing: nil) }
            }
            try loader.receipts { if index.contains($0.customer) { index.put($0, replacing: nil) } }
            // Those of visitors whom nobody knows are nobody's.
            try loader.events(contexts: !reference.segments.contexts.isEmpty) { index.put($0) }
            try loader.containers(reference.containers) { index.put($0) }
        }
        return index
    }

    /// Who is in which audience, by code.
    static func audiences(
        _ reference: ReferenceBoard.Reference, _ tx: Connection
    ) throws -> [String: Set<Customer.ID>] {
        let audiences = reference.segments.entries.filter(\.segment.isAudience).map(\.segment)
        guard !audiences.isEmpty else { return [:] }
        let codes = Dictionary(uniqueKeysWithValues: audiences.map { ($0.id, $0.code) })
        var members: [String: Set<Customer.ID>] = [:]
        for audience in audiences { members[audience.code] = [] }
        try SegmentMemberStore().scan(tx) { customer, segment in
            if let code = codes[segment] { members[code]?.insert(customer) }
        }
        return members
    }
}

extension ReferenceBoard.Reference {
    /// What holds for the whole shop, as of a transaction.
    static func read(_ tx: Connection) throws -> Self {
        Self(
            project: try ProjectStore().get(tx), book: try StatusStore().book(tx), fields: try FieldStore().book(tx),
            segments: try SegmentRowStore().all(tx), tracking: try EventSourceStore().book(tx),
            containers: try ContainerTypeStore().book(tx)
        )
    }
}
