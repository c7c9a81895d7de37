import Database
import Domain
import Foundation
import Storage

/// What can be done with segments and audiences (spec segments.md).
package struct SegmentService: Sendable {
    let customers: CustomerService
    let receipts: ReceiptService
    let audit: AuditLog
    /// The index in memory that answers; nil where the database does.
    let board: SegmentBoard?
    let rows = SegmentRowStore()
    let members = SegmentMemberStore()
    let trees = SegmentStore()

    var engine: Engine { customers.engine }
    var references: ReferenceBoard { customers.references }
    var identifiers: Identifiers { customers.identifiers }

    /// The time it is.
    package var now: Instant { customers.now }

    /// All segments and audiences, as of the last commit.
    package var book: SegmentBook { references.current.segments }

    /// How trees are read, as of the last commit.
    package var context: ConditionContext { references.current.conditions }

    // MARK: Writing

    /// Makes a segment, or an audience without members where there are no conditions.
    ///
    /// - Throws: `Faults`, `SegmentError.codeTaken`, `.tooMany`.
    package func create(
        _ patch: SegmentPatch, base: String = "/data/attributes", by actor: Actor = .system
    ) async throws -> Segment {
        try requireSound(patch, base: base, isNew: true)
        return try await change { [self] tx, all in
            guard all.count < Segment.limit else { throw SegmentError.tooMany }
            let codes = Set(all.map(\.code))
            if let code = patch.code, codes.contains(code) { throw SegmentError.codeTaken(code) }
            let now = now
            let code = patch.code ?? Segment.code(of: patch.name ?? "") { codes.contains($0) }
            var segment = Segment(id: identifiers.next(at: now), code: code, name: "", createdAt: now)
            _ = patch.apply(to: &segment, now: now)
            segment.version = 1
            // Who is in a list is what stands there.
            if segment.isAudience { segment.filledAt = now }
            try requireTree(patch.conditions, of: code, all, base: base)
            try rows.insert(segment, tx)
            try audit.append(tx, AuditEntry(.segmentAdded, segment.auditObject, by: actor, after: segment.facts))
            return segment
        }
    }

    /// Changes a segment; its code stays.
    ///
    /// Who is in it is asked anew, and nobody enters or leaves by that.
    ///
    /// - Parameter expectedVersion: The version the caller has seen.
    /// - Throws: `Faults`, `SegmentError.unknown`, `.outdated`, `.isAudience` for conditions of a list.
    package func update(
        _ code: String, _ patch: SegmentPatch, expectedVersion: Int64? = nil, base: String = "/data/attributes",
        by actor: Actor = .system
    ) async throws -> Segment {
        try requireSound(patch, base: base, isNew: false)
        if let new = patch.code, new != code {
            throw Faults("\(base)/code", "fixed", "This differs from the address; a code cannot be changed.")
        }
        return try await change { [self] tx, all in
            var segment = try Self.existing(code, all, expectedVersion)
            guard patch.conditions == nil || !segment.isAudience else { throw SegmentError.isAudience(code) }
            let before = segment
            guard patch.apply(to: &segment, now: now) else { return segment }
            try requireTree(patch.conditions, of: code, all, base: base)
            try rows.update(segment, tx)
            let entry = AuditEntry(
                .segmentChanged, segment.auditObject, by: actor, changing: before.facts, to: segment.facts
            )
            try audit.append(tx, entry)
            return segment
        }
    }

    /// Deletes a segment that nothing names.
    ///
    /// - Throws: `SegmentError.unknown`, `.outdated`, `.inUse`.
    package func delete(
        _ code: String, expectedVersion: Int64? = nil, by actor: Actor = .system
    ) async throws {
        let segment = try await change { [self] tx, all in
            let segment = try Self.existing(code, all, expectedVersion)
            let users = book(of: all).users(of: code)
            guard users.isEmpty else { throw SegmentError.inUse(code, users: users.map(\.name)) }
            try rows.delete(segment.id, tx)
            try audit.append(tx, AuditEntry(.segmentDeleted, segment.auditObject, by: actor, before: segment.facts))
            return segment
        }
        try await clear(segment.id)
    }

    /// Takes all members out of a segment, in small transactions.
    func clear(_ id: Segment.ID) async throws {
        while try await engine.write({ [members] tx in try members.clear(id, limit: Self.portion, tx) }) > 0 {}
    }

    /// Members that are written in one transaction.
    static let portion = 1000

    // MARK: Parts

    /// Runs a change of segments, and publishes the new book.
    func change<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, [Segment]) throws -> Result
    ) async throws -> Result {
        try await engine.write { [rows] tx in
            let result = try body(tx, try rows.all(tx))
            // Other nodes read segments anew with the other things that pages refer to.
            if tx.tellsOthers { tx.tell(WriterMemo<Int>.message) }
            return (result: result, all: try rows.all(tx))
        } committed: { [references] outcome in
            references.publish(segments: outcome.all)
        }.result
    }

    static func existing(_ code: String, _ all: [Segment], _ expected: Int64? = nil) throws -> Segment {
        guard let segment = all.first(where: { $0.code == code }) else { throw SegmentError.unknown(code) }
        guard let expected, expected != segment.version, expected != ExpectedVersion.any else { return segment }
        throw SegmentError.outdated(current: segment.version)
    }

    private func requireSound(_ patch: SegmentPatch, base: String, isNew: Bool) throws {
        let faults = patch.faults(base: base, isNew: isNew)
        guard faults.isEmpty else { throw Faults(faults) }
    }

    private func book(of all: [Segment]) -> SegmentBook { SegmentBook(all, context) }

    /// - Throws: `Faults` for a tree that names a segment that there is not, or goes round.
    private func requireTree(_ tree: Condition?, of code: String, _ all: [Segment], base: String) throws {
        guard let tree else { return }
        let book = book(of: all)
        if let unknown = tree.segments.sorted().first(where: { !book.contains($0) && $0 != code }) {
            throw Faults("\(base)/conditions", "unknown_segment", "There is no segment “\(unknown)”.")
        }
        if let circle = tree.circle(through: code, { book[$0]?.condition }) {
            let way = circle.map { "“\($0)”" }.joined(separator: " → ")
            throw Faults("\(base)/conditions", "cycle", "The segment would name itself: \(way).")
        }
    }
}

extension FieldUser {
    /// Segments whose trees name a field.
    static let segments = FieldUser { field, tx in
        // Trees are read with the field that is to go, so that those which name it are found.
        try SegmentBook.stored(tx).entries.compactMap { entry in
            let sources = entry.condition?.fields.map(\.source) ?? []
            guard sources.contains(.custom(field.id)) || sources.contains(.productCustom(field.id)) else { return nil }
            return FieldUse(kind: "segment", name: entry.segment.name)
        }
    }
}
