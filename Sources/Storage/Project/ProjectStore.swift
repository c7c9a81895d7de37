import Database
import Domain

/// The one row that says what holds for the whole shop.
package struct ProjectStore: Sendable {
    private let memo = WriterMemo<Project?>()

    package init() {}

    /// The project, or nil before the first run.
    package func get(_ tx: Connection) throws -> Project? {
        try tx.first(
            """
            SELECT name, currency, time_zone, inclusion_rule, create_unknown_customers, create_unknown_statuses, features,
                require_second_factor, event_days
            FROM project
            """
        ) { row in
            var project = Project(
                name: row.text(0), currency: row.text(1), timeZoneName: row.text(2),
                inclusionRule: InclusionRule(rawValue: row.text(3)) ?? .any,
                createsUnknownCustomers: row.boolean(4), createsUnknownStatuses: row.boolean(5),
                features: Features(stored: row.text(6)),
                requiresSecondFactor: row.boolean(7)
            )
            project.eventDays = row.integer(8)
            return project
        }
    }

    /// The same within a write, remembered from one to the next.
    package func writerProject(_ tx: Connection) throws -> Project? {
        try memo.value(tx, load: get)
    }

    package func save(_ project: Project, at now: Instant, _ tx: Connection) throws {
        memo.forget(tx)
        try tx.run(
            """
            INSERT INTO project (id, name, currency, time_zone, inclusion_rule, create_unknown_customers,
                create_unknown_statuses, features, require_second_factor, event_days, created_ms)
            VALUES (1, \(project.name), \(project.currency), \(project.timeZoneName),
                \(project.inclusionRule.rawValue), \(project.createsUnknownCustomers),
                \(project.createsUnknownStatuses), \(project.features.text),
                \(project.requiresSecondFactor), \(project.eventDays), \(now.milliseconds))
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, currency = excluded.currency,
                time_zone = excluded.time_zone, inclusion_rule = excluded.inclusion_rule,
                create_unknown_customers = excluded.create_unknown_customers,
                create_unknown_statuses = excluded.create_unknown_statuses, features = excluded.features,
                require_second_factor = excluded.require_second_factor, event_days = excluded.event_days
            """
        )
    }
}
