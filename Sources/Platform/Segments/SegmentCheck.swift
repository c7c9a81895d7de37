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
        let stored = try SegmentBuilder(reference).index(tx).digests(reference.registry)
        let kept = view.index.digests(reference.registry)
        let different = Set(stored.keys).union(kept.keys).filter { stored[$0] != kept[$0] }
        let parts = [("profile", \SegmentIndex.Digest.profile), ("orders", \.orders), ("receipts", \.receipts)]
        let wrong = parts.filter { part in
            different.contains { stored[$0]?[keyPath: part.1] != kept[$0]?[keyPath: part.1] }
        }.map(\.0)
        return Verifier.Check(
            name: "the index of segments equals the orders, receipts and profiles",
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
}
