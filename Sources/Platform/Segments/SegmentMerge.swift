import Database
import Domain
import Storage

/// What becomes of a customer's segments when the customer becomes part of another one.
struct SegmentMerge: Sendable {
    private let rows = SegmentRowStore()
    private let members = SegmentMemberStore()

    /// Puts the other one into all audiences of the customer that goes, since the earlier moment of the two.
    ///
    /// What was told of segments goes without a word: who is no more has left nothing, and who the other one is now is asked anew.
    ///
    /// - Returns: What segments must know.
    func merge(_ from: Customer.ID, into: Customer.ID, _ tx: Connection) throws -> [SegmentChange] {
        let known = try members.segments(of: from, tx)
        guard !known.isEmpty else { return [] }
        let audiences = Dictionary(
            uniqueKeysWithValues: try rows.all(tx).filter(\.isAudience).map { ($0.id, $0.code) })
        let others = Dictionary(
            try members.segments(of: into, tx).map { ($0.id, $0.since) }, uniquingKeysWith: { first, _ in first })
        var changes: [SegmentChange] = []
        for (segment, since) in known {
            guard let code = audiences[segment] else { continue }
            if let other = others[segment], other <= since { continue }
            if others[segment] != nil { _ = try members.remove(into, from: segment, tx) }
            _ = try members.add(into, to: segment, since: since, tx)
            changes.append(.audience(code, added: [into], removed: []))
        }
        try members.remove(from, tx)
        return changes
    }
}
