import Database
import Domain
import Segmentation
import Storage

/// Where the database answers trees (setting `segments: database`), it is asked from time to time who is where, and what differs from what
/// is written down is told.
///
/// So somebody who enters and leaves between two reviews is not told of, and the instant of a move is that of the review.
extension SegmentKeeper {
    func review() async throws {
        for entry in segments.book.entries {
            guard let condition = entry.condition else { continue }
            while try await holds(), try await review(entry.segment.code, condition) {}
        }
        if try await holds() { try await noteSizes() }
    }

    /// Writes down some who are not where they are said to be; returns whether there may be more.
    private func review(_ code: String, _ condition: Condition) async throws -> Bool {
        let terms = segments.terms()
        let (segment, entered, left) = try await engine.readLong { [rows, segments] tx in
            guard let segment = try rows.find(code, tx) else {
                return (Segment?.none, [Customer.ID](), [Customer.ID]())
            }
            let moves = try segments.trees.moves(of: segment.id, condition, limit: Self.portion, terms, tx)
            return (segment, moves.entered, moves.left)
        }
        // Of a tree that was changed meanwhile the next review tells.
        guard let segment, segment.conditions == condition.text else { return false }
        let mayBeMore = max(entered.count, left.count) == Self.portion
        if segment.filledAt == nil {
            try await fill(segment, entered, left, isLast: !mayBeMore)
        } else {
            try await write(
                left.map { LiveSegments.Move(of: $0, code, hasEntered: false, at: terms.now) }
                    + entered.map { LiveSegments.Move(of: $0, code, hasEntered: true, at: terms.now) }
            )
        }
        return mayBeMore
    }

    /// Writes down who is in a segment that is new, or asks something else; nobody has entered by that.
    private func fill(
        _ segment: Segment, _ entered: [Customer.ID], _ left: [Customer.ID], isLast: Bool
    ) async throws {
        try await engine.write { [self] tx in
            try requireHeld(tx)
            guard try rows.find(segment.code, tx)?.conditions == segment.conditions else { return }
            let now = surroundings.now()
            for customer in left { _ = try members.remove(customer, from: segment.id, tx) }
            for customer in entered { _ = try members.add(customer, to: segment.id, since: now, tx) }
            if isLast { try rows.setFilled(segment.id, at: now, tx) }
        }
    }
}
