import Database
import Domain
import Storage

/// Imports that put their customers into an audience (spec segments.md: a static segment is filled from an import).
extension ImportService {
    /// - Throws: `ImportError` for an audience that what is imported cannot be put into.
    package func requireAudience(_ code: String?, of kind: ImportKind) throws {
        guard let code else { return }
        guard kind == .customers else {
            throw ImportError(.audience, "Only customers can be put into an audience, not \(kind.rawValue).")
        }
        guard let entry = orders.references.current.segments[code] else { throw Self.unknownAudience(code) }
        guard entry.segment.isAudience else { throw ImportError(.audience, SegmentError.notAnAudience(code).sentence) }
    }

    /// The audience that a run puts its customers into.
    ///
    /// - Throws: `ImportError` for one that is gone by now.
    func audience(of run: ImportRun, _ tx: Connection) throws -> Segment? {
        guard let code = run.request.audience else { return nil }
        guard let audience = try SegmentRowStore().find(code, tx), audience.isAudience else {
            throw Self.unknownAudience(code)
        }
        return audience
    }

    /// Takes a customer out of the audience that an import put them into, unless it is gone; returns what changed.
    func leave(_ customer: Customer.ID, _ code: String, _ tx: Connection) throws -> SegmentChange? {
        guard let audience = try SegmentRowStore().find(code, tx),
            try SegmentMemberStore().remove(customer, from: audience.id, tx)
        else { return nil }
        return .audience(code, added: [], removed: [customer])
    }

    private static func unknownAudience(_ code: String) -> ImportError {
        ImportError(.audience, "There is no audience “\(code)”: make it first.")
    }
}
