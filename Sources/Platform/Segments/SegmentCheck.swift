import Database
import Domain
import Segmentation
import Storage

/// Holds what is kept in memory of segments against the database.
struct SegmentCheck {
    private let view: SegmentView

    init(_ view: SegmentView) { self.view = view }

    /// Whether the index that commits were told to is the one that the database makes.
    func index(_ tx: Connection) throws -> Verifier.Check {
        let reference = try ReferenceBoard.Reference.read(tx)
        let stored = try SegmentBuilder(reference).index(tx).digests(reference.indexed)
        let kept = view.index.digests(reference.indexed)
        let different = Set(stored.keys).union(kept.keys).filter { stored[$0] != kept[$0] }
        let wrong = SegmentIndex.digestParts.filter { part in
            different.contains { stored[$0]?[keyPath: part.place] != kept[$0]?[keyPath: part.place] }
        }.map(\.name)
        return Verifier.Check(
            name: "the index of segments equals the orders, receipts, profiles, events and containers",
            findings: different.isEmpty
                ? []
                : [
                    """
                    The index knows \(kept.count) customers, the database has \(stored.count); \(different.count) of them \
                    differ in \(wrong.joined(separator: ", ")), the first is \(different.min()?.rawValue ?? 0). Start the \
                    server again.
                    """
                ],
            isMendable: false
        )
    }

    /// Whether those who are in segments as commits and time brought them there are those whom the database finds.
    func members(_ segments: SegmentService, _ tx: Connection) throws -> Verifier.Check {
        let terms = segments.terms(at: view.question.now)
        var findings: [String] = []
        for entry in segments.book.entries {
            guard let condition = entry.condition, let set = view.members(of: entry.segment.code) else { continue }
            let (kept, found) = (
                Set(view.index.ids(of: set)), Set(try segments.trees.customers(condition, terms, tx))
            )
            guard let first = kept.symmetricDifference(found).min() else { continue }
            findings.append(
                """
                Of “\(entry.segment.code)” the index knows \(kept.count) members, the database finds \(found.count); the first \
                that differs is \(first.rawValue). Start the server again.
                """)
        }
        return Verifier.Check(
            name: "members of segments are those whom the database finds", findings: findings, isMendable: false)
    }
}

/// Holds who is written down as a segment's member against its tree, beside a server that writes it down.
struct SegmentMemberCheck {
    private let segments: SegmentService
    private let interval = Duration.seconds(3)

    init(_ segments: SegmentService) { self.segments = segments }

    /// A customer who is written down and is not in the segment, or the reverse.
    private struct Difference: Hashable, Sendable {
        var segment: String
        var customer: Customer.ID
    }

    /// - Parameter patience: For how long a server may be behind with writing down who moved.
    func check(patience: Duration) async throws -> Verifier.Check {
        var wrong = try await differences()
        let end = ContinuousClock.now + patience
        while !wrong.isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: min(interval, patience))
            wrong.formIntersection(try await differences())
        }
        let findings = Dictionary(grouping: wrong, by: \.segment).sorted { $0.key < $1.key }.map { code, wrong in
            """
            Of “\(code)” \(wrong.count) or more are written down and are not in it, or are in it and are not written down; the \
            first is \(wrong.map(\.customer).min()?.rawValue ?? 0). Start the server again.
            """
        }
        return Verifier.Check(
            name: "members of segments are written down", findings: findings, isMendable: false)
    }

    private func differences() async throws -> Set<Difference> {
        try await segments.engine.readLong { [segments] tx in
            let terms = segments.terms(at: segments.now)
            var differences: Set<Difference> = []
            for entry in try SegmentBook.stored(tx).entries {
                // One that is being filled is not said to be right.
                guard let condition = entry.condition, entry.segment.filledAt != nil else { continue }
                let moves = try segments.trees.moves(of: entry.segment.id, condition, limit: Self.limit, terms, tx)
                for customer in moves.entered + moves.left {
                    differences.insert(Difference(segment: entry.segment.code, customer: customer))
                }
            }
            return differences
        }
    }

    /// Differences of a segment that are looked at, of each kind.
    private static let limit = 1000
}
