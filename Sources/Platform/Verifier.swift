import Database
import Domain
import Storage

/// Holds everything derived against the facts (spec operations.md, "reorder verify").
package struct Verifier: Sendable {
    let engine: Engine
    let orders: OrderService
    let receipts: ReceiptService
    let statuses: StatusStore
    private let figures = FiguresStore()
    private let receiptFigures = ReceiptFiguresStore()
    private let facts = FactChecks()

    init(engine: Engine, orders: OrderService, receipts: ReceiptService, statuses: StatusStore) {
        (self.engine, self.orders, self.receipts, self.statuses) = (engine, orders, receipts, statuses)
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
        let receiptColumns = receipts.board.snapshot
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
            checks.append(
                Check(
                    name: "figures of customers equal their receipts",
                    findings: try receiptFigures.differences(limit: Self.limit, tx).map { difference in
                        """
                        customer \(difference.customer.rawValue): \(difference.stored.count) receipts worth \
                        \(difference.stored.total) stored, \(difference.computed.count) worth \
                        \(difference.computed.total) by the receipts
                        """
                    }
                )
            )
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
            let storedReceipts = try ReceiptColumnsStore().load(tx)
            checks.append(
                Check(
                    name: "lists know every receipt",
                    findings: receiptColumns.hasSameEntries(as: storedReceipts)
                        ? []
                        : ["\(receiptColumns.count) receipts in memory, \(storedReceipts.count) stored, or other facts"]
                )
            )
            return checks
        }
    }

    /// Computes all figures anew.
    package func repair() async throws {
        try await engine.write { [self] tx in
            try figures.recomputeAll(try statuses.book(tx), tx)
            try receiptFigures.recomputeAll(tx)
            return try figures.all(tx)
        } committed: { [orders] figures in
            orders.people.setFigures(figures)
        }
    }
}
