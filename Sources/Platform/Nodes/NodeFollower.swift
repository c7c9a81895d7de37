import Database
import Domain
import Storage
import Synchronization

/// Keeps what this process has in memory in step with what others commit (ARCHITECTURE.md, "Many nodes").
///
/// It reads within a turn to write, so that nothing is committed between its reading and its telling the lists: they see
/// each fact as of a moment, and never an older one after a newer.
final class NodeFollower: Sendable {
    private static let interval = Duration.milliseconds(250)

    private let orders: OrderService
    private let receipts: ReceiptService
    private let statuses: StatusStore
    private let projects: ProjectStore
    private let fields: FieldStore
    private let sources: EventSourceStore
    /// The turn up to which everything is known.
    private let place: Mutex<Int64>

    init(
        _ orders: OrderService, _ receipts: ReceiptService, _ statuses: StatusStore, _ projects: ProjectStore,
        _ fields: FieldStore, _ sources: EventSourceStore, turn: Int64
    ) {
        (self.orders, self.receipts, self.statuses) = (orders, receipts, statuses)
        (self.projects, self.fields, self.sources) = (projects, fields, sources)
        place = Mutex(turn)
    }

    /// The turn up to which everything is known.
    var knownTurn: Int64 { place.withLock { $0 } }

    /// Follows until the task is cancelled, or nobody holds the product any more.
    func follow() -> Task<Void, Never> {
        Task { [weak self] in
            while true {
                // Cut short it is the end.
                do { try await Task.sleep(for: Self.interval) } catch { return }
                guard let self else { return }
                // A database that is away is told of by everything else; its news keep.
                do { try await catchUp() } catch { continue }
            }
        }
    }

    /// What there was to know.
    private struct Found: Sendable {
        var upTo: Int64
        var orders: [OrderBoard.Move] = []
        var customers: [CustomerColumns.Move] = []
        var receipts: [ReceiptBoard.Move] = []
        var figures: [(Customer.ID, CustomerFigures)]?
        var all: (orders: OrderColumns, customers: CustomerColumns, receipts: ReceiptColumns)?
        var reference: ReferenceBoard.Reference?
        var segments: [Segment] = []
        var changes: [SegmentChange] = []
        var live: [LiveFeed.Change] = []
    }

    /// Brings everything up to the last commit of any process.
    func catchUp() async throws {
        let (engine, known) = (orders.engine, place.withLock { $0 })
        let last = try engine.lastTurn()
        guard engine.hasForeignTurn(after: known, upTo: last) else {
            return place.withLock { $0 = max($0, last) }
        }
        try await engine.write { [self] tx in
            let news = try engine.news(since: known, tx)
            return try find(news.messages.map(NodeNews.init), upTo: news.upTo, tx)
        } committed: { [self] found in
            publish(found)
        }
        // What was forgotten is read anew; where that fails it is tried at the next look.
        try await board.mend()
    }

    private var board: SegmentBoard { orders.segments }

    /// - Parameter news: Nil where all is to be read anew.
    private func find(_ news: NodeNews?, upTo turn: Int64, _ tx: Connection) throws -> Found {
        var found = Found(upTo: turn)
        if news?.hasReferences ?? true {
            found.reference = ReferenceBoard.Reference(
                project: try projects.get(tx), book: try statuses.book(tx), fields: try fields.book(tx),
                tracking: try sources.book(tx), containers: try ContainerTypeStore().book(tx)
            )
            found.segments = try SegmentRowStore().all(tx)
        }
        guard let news else {
            found.all = (
                try OrderColumnsStore().load(tx), try CustomerColumnsStore().load(tx),
                try ReceiptColumnsStore().load(tx)
            )
            return found
        }
        let store = OrderColumnsStore()
        let entries = try store.entries(of: Array(news.orders), tx)
        found.orders =
            news.orders.subtracting(entries.map(\.id.rawValue)).map { .init(removed: Order.ID(rawValue: $0)) }
            + entries.map { .init(put: $0) }
        found.live = try store.names(of: Array(news.orders), tx).map { .init(externalID: $0, version: $1) }
        found.customers = try CustomerColumnsStore().moves(of: Array(news.customers), tx)
        // They may have been erased, and a file of this process may have their words.
        if found.customers.contains(where: \.isRemoval) { try board.discardSnapshot() }
        let bills = try ReceiptColumnsStore().entries(of: Array(news.receipts), tx)
        found.receipts =
            news.receipts.subtracting(bills.map(\.id.rawValue)).map { .init(removed: Receipt.ID(rawValue: $0)) }
            + bills.map { .init(put: $0) }
        if board.isToBeTold {
            let known = found.reference ?? orders.references.current
            found.changes = try SegmentReader(known, tx).changes(news)
        }
        if news.hasAllFigures { found.figures = try FiguresStore().all(tx) }
        return found
    }

    private func publish(_ found: Found) {
        if let reference = found.reference {
            orders.references.publish(reference)
            orders.references.publish(fields: reference.fields)
            orders.references.publish(containers: reference.containers)
            orders.references.publish(segments: found.segments)
            orders.references.publish(tracking: reference.tracking)
        }
        let (columns, bills) = (orders.board.snapshot, receipts.board.snapshot)
        board.apply(found.changes.map { $0.placed(columns.customer(of:), bills.customer(of:)) })
        if let all = found.all {
            board.doubt()
            orders.board.replace(all.orders)
            orders.people.replace(all.customers)
            receipts.board.replace(all.receipts)
        }
        orders.board.apply(found.orders)
        orders.people.apply(found.customers)
        if let figures = found.figures { orders.people.setFigures(figures) }
        receipts.board.apply(found.receipts)
        orders.live.publish(found.live)
        orders.events.raise()
        place.withLock { $0 = max($0, found.upTo) }
    }
}

extension CustomerColumns.Move {
    fileprivate var isRemoval: Bool {
        if case .remove = self { true } else { false }
    }
}
