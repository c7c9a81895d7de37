import Database
import Domain
import Storage

/// Why a call on statuses was refused; nothing was stored.
package enum StatusError: Error, Hashable, Sendable {
    case unknown(OrderStatusType, code: String)
    case codeTaken(OrderStatusType, code: String)
    /// So many orders are in the status, so its code stays and it cannot be deleted.
    case inUse(code: String, orders: Int)
    /// Orders have been in the status, and history names it by its code.
    case codeFixed(String)
    /// These segments name the status by its code.
    case namedBySegments(code: String, segments: [String])
}

/// What can be done with order statuses (spec orders.md, "Order statuses").
package struct StatusService: Sendable {
    let engine: Engine
    let store: StatusStore
    let projects: ProjectStore
    let figures = FiguresStore()
    let references: ReferenceBoard
    let people: CustomerBoard
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog

    /// All statuses and the rule, as of the last commit.
    package var book: StatusBook { references.current.book }

    /// Adds a status after those there are.
    ///
    /// - Throws: `StatusError.codeTaken`, `Faults` for a code or name that will not do.
    package func create(
        _ type: OrderStatusType, _ patch: OrderStatusPatch, by actor: Actor = .system
    ) async throws -> OrderStatus {
        var faults = patch.faults(base: "/data/attributes")
        if patch.code == nil { faults.append(Fault("/data/attributes/code", "required", "This is required.")) }
        if patch.name == nil { faults.append(Fault("/data/attributes/name", "required", "This is required.")) }
        guard faults.isEmpty, let code = patch.code, let name = patch.name else { throw Faults(faults) }
        return try await change { [self] tx, book in
            guard book.status(type, code: code) == nil else { throw StatusError.codeTaken(type, code: code) }
            let now = surroundings.now()
            var status = OrderStatus(
                id: identifiers.next(at: now), type: type, code: code, name: name,
                position: (book.statuses.map(\.position).max() ?? 0) + 1
            )
            patch.apply(to: &status)
            try store.insert(status, at: now, tx)
            try audit.append(tx, AuditEntry(.statusAdded, status.auditObject, by: actor, after: status.facts))
            return status
        }
    }

    /// Adds those of the starter set that are not there.
    package func addStarterSet(by actor: Actor = .system) async throws {
        try await change { [self] tx, _ in
            for status in try insertStarterSet(tx) {
                try audit.append(tx, AuditEntry(.statusAdded, status.auditObject, by: actor, after: status.facts))
            }
        }
    }

    /// Adds those of the starter set that are not there, and returns them.
    @discardableResult
    func insertStarterSet(_ tx: Connection) throws -> [OrderStatus] {
        let (now, book) = (surroundings.now(), try store.writerBook(tx))
        var position = book.statuses.map(\.position).max() ?? 0
        var added: [OrderStatus] = []
        for entry in StarterStatuses.all where book.status(entry.type, code: entry.code) == nil {
            position += 1
            let status = OrderStatus(
                id: identifiers.next(at: now), type: entry.type, code: entry.code, name: entry.name,
                includeInAnalytics: entry.includeInAnalytics, color: entry.color, position: position
            )
            try store.insert(status, at: now, tx)
            added.append(status)
        }
        return added
    }

    /// Changes a status; a change of its flag changes past figures too.
    ///
    /// - Parameter seen: What the caller changes; another one now is `ChangedMeanwhile`.
    /// - Throws: `ChangedMeanwhile`, `StatusError.unknown`, `.codeTaken`, `.codeFixed` or `.inUse` for a new code once orders used the old one, `.namedBySegments`, `Faults`.
    package func update(
        _ type: OrderStatusType, code: String, _ patch: OrderStatusPatch, seen: OrderStatus? = nil,
        by actor: Actor = .system
    ) async throws -> OrderStatus {
        let faults = patch.faults(base: "/data/attributes")
        guard faults.isEmpty else { throw Faults(faults) }
        if let new = patch.code, new != code {
            // All of history is read for this, so it is done before, and not while other writes wait.
            let wasUsed = try await engine.readLong { [store] tx in try store.isInHistory(type, code: code, tx) }
            guard !wasUsed else { throw StatusError.codeFixed(code) }
        }
        return try await change { [self] tx, book in
            guard var status = book.status(type, code: code) else { throw StatusError.unknown(type, code: code) }
            guard seen == nil || seen == status else { throw ChangedMeanwhile() }
            if let new = patch.code, new != code {
                guard book.status(type, code: new) == nil else { throw StatusError.codeTaken(type, code: new) }
                try requireUnused(status, tx)
            }
            let before = status
            patch.apply(to: &status)
            try store.update(status, tx)
            try note(before, status, by: actor, tx)
            return status
        }
    }

    /// Deletes a status that nothing uses.
    ///
    /// - Parameter seen: What the caller deletes; another one now is `ChangedMeanwhile`.
    /// - Throws: `ChangedMeanwhile`, `StatusError.unknown`, `.inUse`, `.namedBySegments`.
    package func delete(
        _ type: OrderStatusType, code: String, seen: OrderStatus? = nil, by actor: Actor = .system
    ) async throws {
        try await change { [self] tx, book in
            guard let status = book.status(type, code: code) else { throw StatusError.unknown(type, code: code) }
            guard seen == nil || seen == status else { throw ChangedMeanwhile() }
            try requireUnused(status, tx)
            try store.delete(status.id, tx)
            try audit.append(tx, AuditEntry(.statusDeleted, status.auditObject, by: actor, before: status.facts))
        }
    }

    /// Moves a status one place up or down among those of its type.
    ///
    /// - Throws: `StatusError.unknown`.
    package func move(_ type: OrderStatusType, code: String, up: Bool, by actor: Actor = .system) async throws {
        try await change { [self] tx, book in
            let group = book.statuses(of: type)
            guard let index = group.firstIndex(where: { $0.code == code }) else {
                throw StatusError.unknown(type, code: code)
            }
            let other = up ? index - 1 : index + 1
            guard group.indices.contains(other) else { return }
            var (first, second) = (group[index], group[other])
            let before = first
            (first.position, second.position) = (second.position, first.position)
            try store.update(first, tx)
            try store.update(second, tx)
            try note(before, first, by: actor, tx)
        }
    }

    /// Changes what holds for the whole shop; past figures follow a change of which orders count.
    func changeProject(
        by actor: Actor, _ body: @escaping @Sendable (inout Project) throws -> Void
    ) async throws {
        try await change { [self] tx, _ in
            guard var project = try projects.writerProject(tx) else { return }
            let before = project
            try body(&project)
            try audit.append(
                tx,
                AuditEntry(
                    .projectChanged, project.auditObject, by: actor, changing: before.facts, to: project.facts
                )
            )
            try projects.save(project, at: surroundings.now(), tx)
            store.forgetBook(tx)
        }
    }

    // MARK: Parts

    /// Figures that a change computed anew.
    private enum Recounted: Sendable {
        case moves([CustomerColumns.Move])
        case all([(Customer.ID, CustomerFigures)])
    }

    /// Runs a change of statuses, brings all figures in line with it, and publishes the new book.
    @discardableResult
    private func change<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, StatusBook) throws -> Result
    ) async throws -> Result {
        let outcome = try await engine.write { [self] tx in
            let before = try store.writerBook(tx)
            let result = try body(tx, before)
            let after = try store.writerBook(tx)
            var figures: Recounted = .moves([])
            switch after.recount(since: before) {
            case .none: break
            case .those(let statuses):
                figures = .moves(try self.figures.recompute(customersIn: statuses, after, tx))
            case .all:
                try self.figures.recomputeAll(after, tx)
                figures = .all(try self.figures.all(tx))
            }
            if tx.tellsOthers {
                switch figures {
                case .moves(let moves): NodeNews(customers: moves).tell(tx)
                case .all: NodeNews(hasAllFigures: true).tell(tx)
                }
            }
            let reference = ReferenceBoard.Reference(project: try projects.writerProject(tx), book: after)
            return (result: result, reference: reference, figures: figures)
        } committed: { [references, people] outcome in
            references.publish(outcome.reference)
            switch outcome.figures {
            case .moves(let moves): people.apply(moves)
            case .all(let figures): people.setFigures(figures)
            }
        }
        return outcome.result
    }

    private func note(_ before: OrderStatus, _ after: OrderStatus, by actor: Actor, _ tx: Connection) throws {
        let entry = AuditEntry(
            .statusChanged, after.auditObject, by: actor, changing: before.facts, to: after.facts
        )
        try audit.append(tx, entry)
    }

    private func requireUnused(_ status: OrderStatus, _ tx: Connection) throws {
        let count = try store.orderCount(of: status, tx)
        guard count == 0 else { throw StatusError.inUse(code: status.code, orders: count) }
        let users = try SegmentBook.stored(tx).users(of: status)
        guard users.isEmpty else {
            throw StatusError.namedBySegments(code: status.code, segments: users.map(\.name))
        }
    }
}
