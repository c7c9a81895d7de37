import Database
import Domain
import Segmentation
import Storage

extension SegmentService {
    /// What became of a customer who was to be put into an audience, or taken out.
    package enum MemberOutcome: Hashable, Sendable {
        case changed
        /// They were there already, or were not.
        case unchanged
        case unknownCustomer
    }

    /// Puts customers into an audience, each on their own.
    ///
    /// - Parameter externalIDs: What the shop calls them.
    /// - Throws: `SegmentError.unknown`, `.notAnAudience`.
    package func add(
        _ externalIDs: [String], to code: String, by actor: Actor = .system
    ) async throws -> [MemberOutcome] {
        try await changeMembers(externalIDs, of: code, .audienceMembersAdded, by: actor) { [self] tx, id, audience in
            try members.add(id, to: audience, since: now, tx)
        }
    }

    /// Takes customers out of an audience.
    ///
    /// - Throws: `SegmentError.unknown`, `.notAnAudience`.
    package func remove(
        _ externalIDs: [String], from code: String, by actor: Actor = .system
    ) async throws -> [MemberOutcome] {
        try await changeMembers(externalIDs, of: code, .audienceMembersRemoved, by: actor) {
            [members] tx, id, audience in
            try members.remove(id, from: audience, tx)
        }
    }

    /// Puts everybody who fulfils a tree now into an audience, in portions; returns how many came.
    ///
    /// - Throws: `SegmentError.unknown`, `.notAnAudience`.
    package func fill(_ code: String, from condition: Condition, by actor: Actor = .system) async throws -> Int {
        let audience = try audience(code)
        let terms = terms()
        let found: [Customer.ID]
        if let view = try await view(of: condition) {
            found = await view.ask { $0.index.ids(of: $0.customers(fulfilling: condition)) }
        } else {
            found = try await engine.readLong { [trees] tx in try trees.customers(condition, terms, tx) }
        }
        var added = 0
        for start in stride(from: 0, to: found.count, by: Self.portion) {
            let portion = Array(found[start..<min(start + Self.portion, found.count)])
            added += try await engine.write { [self] tx in
                guard try rows.find(code, tx) != nil else { throw SegmentError.unknown(code) }
                let count = try portion.reduce(0) { sum, id in
                    sum + (try members.add(id, to: audience.id, since: now, tx) ? 1 : 0)
                }
                let change = SegmentChange.audience(code, added: portion, removed: [])
                if tx.tellsOthers { NodeNews(segments: [change]).tell(tx) }
                return count
            } committed: { [segments = customers.orders.segments] _ in
                segments.apply([.audience(code, added: portion, removed: [])])
            }
        }
        let count = added
        try await engine.write { [audit] tx in
            let entry = AuditEntry(
                .audienceMembersAdded, audience.auditObject, by: actor, after: ["customers": String(count)]
            )
            try audit.append(tx, entry)
        }
        return added
    }

    private func audience(_ code: String) throws -> Segment {
        let segment = try entry(code).segment
        guard segment.isAudience else { throw SegmentError.notAnAudience(code) }
        return segment
    }

    private func changeMembers(
        _ externalIDs: [String], of code: String, _ action: AuditAction, by actor: Actor,
        _ body: @escaping @Sendable (Connection, Customer.ID, Segment.ID) throws -> Bool
    ) async throws -> [MemberOutcome] {
        let audience = try audience(code)
        return try await engine.write { [self] tx in
            guard try rows.find(code, tx) != nil else { throw SegmentError.unknown(code) }
            var changed: [Customer.ID] = []
            let outcomes: [MemberOutcome] = try externalIDs.map { externalID in
                guard let id = try customers.writer.store.find(externalID, tx) else { return .unknownCustomer }
                guard try body(tx, id, audience.id) else { return .unchanged }
                changed.append(id)
                return .changed
            }
            let change = SegmentChange.audience(
                code, added: action == .audienceMembersAdded ? changed : [],
                removed: action == .audienceMembersRemoved ? changed : []
            )
            if tx.tellsOthers, !changed.isEmpty { NodeNews(segments: [change]).tell(tx) }
            let count = outcomes.count { $0 == .changed }
            if count > 0 {
                let facts = ["customers": String(count)]
                try audit.append(tx, AuditEntry(action, audience.auditObject, by: actor, after: facts))
            }
            return (outcomes: outcomes, change: change)
        } committed: { [segments = customers.orders.segments] done in
            segments.apply([done.change])
        }.outcomes
    }
}
