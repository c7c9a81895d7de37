import Database
import Domain
import Logging
import Platform
import Storage
import TestSupport

/// What tests of segments do and look at.
extension Services {
    func patch(_ tree: String) throws -> SegmentPatch {
        SegmentPatch(conditions: try Condition.parse(tree, segments.context))
    }

    /// Makes a segment, and writes down who is in it.
    func make(_ code: String, _ tree: String) async throws {
        var patch = try patch(tree)
        (patch.code, patch.name) = (code, code)
        _ = try await segments.create(patch)
        _ = try await told()
    }

    /// Who is in a segment, as the service says.
    func members(_ code: String) async throws -> [String] {
        try await segments.members(of: code, after: nil, limit: 100).page.map(\.customer.externalID).sorted()
    }

    /// Who is in a segment, as it is written down.
    func stored(_ code: String) throws -> [String] {
        try engine.read { tx in
            try tx.rows(
                """
                SELECT c.external_id FROM segment_member AS m JOIN segment AS s ON s.id = m.segment_id
                JOIN customer AS c ON c.bucket = m.bucket AND c.id = m.customer_id
                WHERE s.code = \(code) ORDER BY c.external_id
                """
            ) { $0.text(0) }
        }
    }

    /// Writes down what moved, and returns all that was ever told, in the order of time.
    func told() async throws -> [String] {
        try await SegmentKeeper(self, logger: Logger(label: "test")).finish()
        return try engine.read { tx in
            try tx.rows(
                """
                SELECT c.external_id, e.kind, s.code FROM event AS e JOIN segment AS s ON s.id = e.segment_id
                JOIN customer AS c ON c.id = e.customer_id ORDER BY e.happened_ms, e.arrived_ms, s.code, c.external_id, e.kind
                """
            ) { "\($0.text(0)) \($0.text(1)) \($0.text(2))" }
        }
    }

    /// When what was told happened.
    func moments(_ kind: String) throws -> [Instant] {
        try engine.read { tx in
            try tx.rows("SELECT happened_ms FROM event WHERE kind = \(kind) ORDER BY happened_ms") {
                Instant(milliseconds: $0.integer(0))
            }
        }
    }
}
