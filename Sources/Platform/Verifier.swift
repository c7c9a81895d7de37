import Database
import Domain
import Storage

/// Holds everything derived against the facts (spec operations.md, "reorder verify").
package struct Verifier: Sendable {
    let engine: Engine
    let orders: OrderService
    let statuses: StatusStore
    private let figures = FiguresStore()
    private let facts = FactChecks()

    init(engine: Engine, orders: OrderService, statuses: StatusStore) {
        (self.engine, self.orders, self.statuses) = (engine, orders, statuses)
    }

    /// One check, and what it found wrong.
    package struct Check: Sendable {
        package var name: String
        /// The first findings, a sentence each; empty when all is well.
        package var findings: [String]
    }

    /// Findings of one check that are told.
    private static let limit = 20

    /// Runs every check on one unchanging view.
    package func verify() async throws -> [Check] {
        let (columns, people) = (orders.board.snapshot, orders.people.snapshot)
        return try await engine.readLong { [self] tx in
            var checks = [
                Check(
                    name: "figures of customers equal their orders",
                    findings: try figures.differences(try statuses.book(tx), limit: Self.limit, tx).map { difference in
                        """
                        customer \(difference.customer.rawValue): \(difference.stored.orderCount) orders worth \
                        \(difference.stored.total) stored, \(difference.computed.orderCount) worth \
                        \(difference.computed.total) by the orders
                        """
                    }
                )
            ]
            checks += try facts.all(limit: Self.limit, tx).map { Check(name: $0.name, findings: $0.findings) }
            let stored = try OrderColumnsStore().load(tx)
            checks.append(
                Check(
                    name: "lists know every order",
                    findings: columns.hasSameEntries(as: stored)
                        ? [] : ["\(columns.count) orders in memory, \(stored.count) stored, or other facts of them"]
                )
            )
            let storedPeople = try CustomerColumnsStore().load(tx)
            checks.append(
                Check(
                    name: "lists know every customer",
                    findings: people.hasSameEntries(as: storedPeople)
                        ? []
                        : ["\(people.count) customers in memory, \(storedPeople.count) stored, or other facts of them"]
                )
            )
            return checks
        }
    }

    /// Computes all figures anew.
    package func repair() async throws {
        try await engine.write { [self] tx in
            try figures.recomputeAll(try statuses.book(tx), tx)
            return try figures.all(tx)
        } committed: { [orders] figures in
            orders.people.setFigures(figures)
        }
    }
}
