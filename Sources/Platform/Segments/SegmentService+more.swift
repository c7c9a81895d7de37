import Database
import Domain
import Storage

extension SegmentService {
    /// A segment or an audience.
    ///
    /// - Throws: `SegmentError.unknown`.
    package func segment(_ code: String) throws -> Segment { try entry(code).segment }

    /// How many were in a segment at the end of each day, as far as it was noted.
    ///
    /// - Parameter day: The first; nil for the last 90 days.
    /// - Throws: `SegmentError.unknown`.
    package func sizes(of code: String, from day: CalendarDay? = nil) throws -> [SegmentSize] {
        let id = try entry(code).segment.id
        let today = references.current.calendar.day(of: now)
        return try engine.read { [rows] tx in
            try rows.sizes(of: id, from: day ?? CalendarDay(number: today.number - 90), tx)
        }
    }

    /// Everybody who is in a segment now, by identifier.
    ///
    /// - Throws: `SegmentError.unknown`.
    func customers(in code: String, _ tx: Connection) throws -> [Customer.ID] {
        try trees.customers(.segment(try entry(code).segment.code), terms(), tx)
    }
}
