import Database
import Domain
import Storage

extension SegmentService {
    /// The sizes of all segments over the last days, as far as they were noted, each in the order of days.
    package func sizes(days: Int64) throws -> [Segment.ID: [SegmentSize]] {
        let today = references.current.calendar.day(of: now)
        return try engine.read { [rows, book] tx in
            try book.entries.reduce(into: [:]) { sizes, entry in
                let id = entry.segment.id
                sizes[id] = try rows.sizes(of: id, from: CalendarDay(number: today.number - days + 1), tx)
            }
        }
    }

    /// Who came into a segment and who went since an instant.
    package struct Moves: Sendable {
        package struct Move: Sendable {
            package var customer: CustomerService.Profile
            package var isEntry: Bool
            package var happenedAt: Instant
        }

        package var entered: Int64
        package var left: Int64
        /// The latest of them; those who were erased since are left out.
        package var latest: [Move]
    }

    /// Who entered and left a segment since an instant, as far as it was told.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func moves(of code: String, since instant: Instant, limit: Int) async throws -> Moves {
        let id = try entry(code).segment.id
        let fields = references.current.fields
        return try await engine.readLong { [customers] tx in
            let store = SegmentHistoryStore()
            let counts = try store.moveCounts(of: id, since: instant, tx)
            let latest = try store.moves(of: id, since: instant, limit: limit, tx).compactMap { move in
                try customers.profiles(of: [move.customer], fields, tx).first.map {
                    Moves.Move(customer: $0, isEntry: move.isEntry, happenedAt: move.happenedAt)
                }
            }
            return Moves(entered: counts.entered, left: counts.left, latest: latest)
        }
    }
}

extension SegmentService {
    /// A segment with its tree, or an audience.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func entry(of code: String) throws -> SegmentBook.Entry { try entry(code) }
}
