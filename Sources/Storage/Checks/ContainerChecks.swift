import Database
import Domain

/// Containers, their lines, and what is kept of them elsewhere.
extension StoredCheck {
    static let containers = [
        lineCounts, containerMarks, dueContainers,
        StoredCheck(
            "every line of a container has its container",
            rows: """
                SELECT 'a line of ' || CAST(l.owner_id AS TEXT) FROM container_line AS l
                LEFT JOIN container AS c ON c.bucket = l.bucket AND c.owner_id = l.owner_id AND c.type_id = l.type_id
                WHERE c.owner_id IS NULL
                """
        ),
        StoredCheck(
            "every container is of a type that there is, in the bucket of its owner",
            rows: """
                SELECT 'a container of ' || CAST(c.owner_id AS TEXT) FROM container AS c
                LEFT JOIN container_type AS t ON t.id = c.type_id
                WHERE (t.id IS NULL AND c.type_id <> \(ContainerType.cart.id.rawValue)) OR c.bucket <> c.owner_id & 4095
                """
        ),
        StoredCheck(
            "every container is a customer's or a visitor's who is there",
            rows: """
                SELECT 'a container of ' || CAST(c.owner_id AS TEXT) FROM container AS c
                LEFT JOIN customer AS p ON p.bucket = c.bucket AND p.id = c.owner_id
                LEFT JOIN visitor AS v ON v.bucket = c.bucket AND v.visitor_id = c.owner_id
                WHERE p.id IS NULL AND v.visitor_id IS NULL
                """
        ),
    ]

    private static let lineCounts = StoredCheck("containers know how many lines they have") { limit, tx in
        try tx.rows(
            """
            SELECT c.owner_id FROM container AS c LEFT JOIN (
                SELECT bucket, owner_id, type_id, count(*) AS n FROM container_line GROUP BY bucket, owner_id, type_id) AS l
                ON l.bucket = c.bucket AND l.owner_id = c.owner_id AND l.type_id = c.type_id
            WHERE c.line_count <> coalesce(l.n, 0) LIMIT \(limit)
            """
        ) { "a container of \($0.integer(0))" }
    } mend: { tx in
        try tx.run(
            """
            UPDATE container SET line_count = (
                SELECT count(*) FROM container_line AS l WHERE l.bucket = container.bucket
                    AND l.owner_id = container.owner_id AND l.type_id = container.type_id)
            """
        )
    }

    /// An order looks for containers only where the customer's key says so; the key stands in the customer's bucket.
    private static let containerMarks = StoredCheck("who has something in a container is known by the key") {
        limit, tx in
        try unmarked(limit: limit, tx).map { "customer \($0.name)" }
    } mend: { tx in
        for (id, _) in try unmarked(limit: .max, tx) { try CustomerStore().noteContainers(of: id, true, tx) }
    }

    private static func unmarked(limit: Int, _ tx: Connection) throws -> [(id: Customer.ID, name: String)] {
        try tx.rows(
            """
            SELECT DISTINCT k.customer_id, k.external_id FROM container AS c
            JOIN customer_key AS k ON k.bucket = c.bucket AND k.customer_id = c.owner_id
            WHERE c.line_count > 0 AND k.alias_of IS NULL AND NOT k.has_containers LIMIT \(limit)
            """
        ) { ($0.id(0), $0.text(1)) }
    }

    private static let dueContainers = StoredCheck("containers will be abandoned in their time") { limit, tx in
        try tx.rows(
            """
            SELECT owner_id FROM container
            WHERE (line_count > 0 AND abandoned_ms IS NULL AND due_ms IS NULL)
                OR (line_count = 0 AND (due_ms IS NOT NULL OR abandoned_ms IS NOT NULL)) LIMIT \(limit)
            """
        ) { "a container of \($0.integer(0))" }
    } mend: { tx in
        try tx.run("UPDATE container SET due_ms = NULL, abandoned_ms = NULL WHERE line_count = 0")
        let store = ContainerTypeStore()
        for type in try store.book(tx).types { try store.reschedule(type, at: Instant(milliseconds: 0), tx) }
    }
}
