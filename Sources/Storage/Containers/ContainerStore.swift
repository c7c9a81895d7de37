import Database
import Domain

/// What customers and visitors have in their containers.
package struct ContainerStore: Sendable {
    package init() {}

    private static let all = Statement(
        """
        SELECT c.type_id, c.version, c.changed_ms, c.abandoned_ms, l.product, l.quantity_e6, l.price_e4, l.added_ms,
            l.changed_ms, l.context
        FROM container AS c LEFT JOIN container_line AS l
            ON l.bucket = c.bucket AND l.owner_id = c.owner_id AND l.type_id = c.type_id
        WHERE c.bucket = $1 AND c.owner_id = $2 ORDER BY c.type_id, l.added_ms, l.product
        """
    )

    /// All containers of an owner, also empty ones, by their types.
    package func all(of owner: ContainerOwner, _ tx: Connection) throws -> [Container] {
        var containers: [Container] = []
        try tx.each(Self.all) { binder in
            binder.bind(owner.bucket)
            binder.bind(owner.id)
        } read: { row in
            if containers.last?.type != row.id(0) {
                var container = Container(type: row.id(0), changedAt: row.instant(2))
                (container.version, container.abandonedAt) = (row.integer(1), row.optionalInstant(3))
                containers.append(container)
            }
            guard !row.isNull(4) else { return }
            containers[containers.count - 1].lines.append(
                ContainerLine(
                    product: row.text(4), quantity: Quantity(millionths: row.integer(5)),
                    price: row.optionalInteger(6).map(Money.init(tenThousandths:)), addedAt: row.instant(7),
                    changedAt: row.instant(8), context: row.optionalText(9)
                )
            )
        }
        return containers
    }

    /// A container of an owner; one that was never used is empty, and of version 0.
    package func get(
        _ type: ContainerType.ID, of owner: ContainerOwner, _ tx: Connection
    ) throws -> Container {
        try all(of: owner, tx).first { $0.type == type } ?? Container(type: type, changedAt: Instant(milliseconds: 0))
    }

    private static let insert = Statement(
        """
        INSERT INTO container (bucket, owner_id, type_id, version, line_count, changed_ms, abandoned_ms, due_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    )

    private static let update = Statement(
        """
        UPDATE container SET version = $4, line_count = $5, changed_ms = $6, abandoned_ms = $7, due_ms = $8
        WHERE bucket = $1 AND owner_id = $2 AND type_id = $3
        """
    )

    private static let insertLine = Statement(
        """
        INSERT INTO container_line (bucket, owner_id, type_id, product, quantity_e6, price_e4, added_ms, changed_ms,
            context)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """
    )

    private static let updateLine = Statement(
        """
        UPDATE container_line SET quantity_e6 = $5, price_e4 = $6, added_ms = $7, changed_ms = $8, context = $9
        WHERE bucket = $1 AND owner_id = $2 AND type_id = $3 AND product = $4
        """
    )

    private static let deleteLine = Statement(
        "DELETE FROM container_line WHERE bucket = $1 AND owner_id = $2 AND type_id = $3 AND product = $4"
    )

    /// Stores what a container became; lines that stayed are not written.
    ///
    /// - Parameter due: When time next does something to it.
    package func save(
        from before: Container, to after: Container, of owner: ContainerOwner, due: Instant?, _ tx: Connection
    ) throws {
        // What was never used has no row.
        try tx.run(before.version == 0 ? Self.insert : Self.update) { binder in
            binder.bind(owner.bucket)
            binder.bind(owner.id)
            binder.bind(after.type)
            binder.bind(after.version)
            binder.bind(Int64(after.lines.count))
            binder.bind(after.changedAt)
            binder.bind(after.abandonedAt)
            binder.bind(due)
        }
        tx.note(TrackedNote.container(after, owner: owner.id))
        guard before.lines != after.lines else { return }
        if after.lines.isEmpty {
            return try tx.run(
                """
                DELETE FROM container_line WHERE bucket = \(owner.bucket.rawValue) AND owner_id = \(owner.id)
                    AND type_id = \(after.type.rawValue)
                """
            )
        }
        let kept = Set(after.lines.map(\.product))
        for line in before.lines where !kept.contains(line.product) {
            try tx.run(Self.deleteLine) { binder in
                Self.bind(line, after.type, owner, &binder)
            }
        }
        let known = Dictionary(before.lines.map { ($0.product, $0) }, uniquingKeysWith: { first, _ in first })
        for line in after.lines where known[line.product] != line {
            try tx.run(known[line.product] == nil ? Self.insertLine : Self.updateLine) { binder in
                Self.bind(line, after.type, owner, &binder)
                binder.bind(line.quantity.millionths)
                binder.bind(line.price?.tenThousandths)
                binder.bind(line.addedAt)
                binder.bind(line.changedAt)
                binder.bind(line.context)
            }
        }
    }

    private static func bind(
        _ line: ContainerLine, _ type: ContainerType.ID, _ owner: ContainerOwner, _ binder: inout Binder
    ) {
        binder.bind(owner.bucket)
        binder.bind(owner.id)
        binder.bind(type)
        binder.bind(line.product)
    }

    /// Forgets all that an owner has.
    package func remove(_ owner: ContainerOwner, _ tx: Connection) throws {
        try tx.run(
            "DELETE FROM container_line WHERE bucket = \(owner.bucket.rawValue) AND owner_id = \(owner.id)")
        try tx.run("DELETE FROM container WHERE bucket = \(owner.bucket.rawValue) AND owner_id = \(owner.id)")
        tx.note(TrackedNote.containersGone(owner: owner.id))
    }

    // MARK: Time

    /// Something that is due.
    package struct Due: Hashable, Sendable {
        package var owner: Int64
        package var type: ContainerType.ID
        package var at: Instant

        package init(owner: Int64, type: ContainerType.ID, at: Instant) {
            (self.owner, self.type, self.at) = (owner, type, at)
        }
    }

    private static let due = Statement(
        "SELECT owner_id, type_id, due_ms FROM container WHERE due_ms <= $1 ORDER BY due_ms, owner_id LIMIT $2"
    )

    /// Up to so many containers to which time has something to do by now, the longest overdue first.
    package func due(at now: Instant, limit: Int, _ tx: Connection) throws -> [Due] {
        var found: [Due] = []
        try tx.each(Self.due) { binder in
            binder.bind(now)
            binder.bind(Int64(limit))
        } read: { row in
            found.append(Due(owner: row.integer(0), type: row.id(1), at: row.instant(2)))
        }
        return found
    }

    /// Leaves a container to itself whose type is no more, which `verify` names.
    package func forgetDue(_ due: Due, _ tx: Connection) throws {
        try tx.run(
            """
            UPDATE container SET due_ms = NULL
            WHERE bucket = \(due.owner & Bucket.mask) AND owner_id = \(due.owner) AND type_id = \(due.type.rawValue)
            """
        )
    }

    /// Whose a container is.
    package func owner(_ id: Int64, _ tx: Connection) throws -> ContainerOwner {
        let customer = try tx.first(
            "SELECT id FROM customer WHERE bucket = \(id & Bucket.mask) AND id = \(id)"
        ) { row -> Customer.ID in row.id(0) }
        return customer.map { ContainerOwner($0) } ?? ContainerOwner(Visitor.ID(rawValue: id))
    }
}
