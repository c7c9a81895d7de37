import Database
import Domain
import Storage

/// The product, put together: read `init` from top to bottom to learn how.
package final class Services: Sendable {
    package let orders: OrderService
    package let receipts: ReceiptService
    package let customers: CustomerService
    package let products: ProductService
    package let categories: CategoryService
    package let statuses: StatusService
    package let project: ProjectService
    package let fields: FieldService
    package let accounts: AccountService
    package let ownAccount: OwnAccount
    package let users: UserService
    package let audit: AuditLog
    package let keys: KeyService
    package let imports: ImportService
    package let exports: ExportService
    package let statusChanges: StatusChanges
    package let segments: SegmentService
    package let containers: ContainerService
    /// Who is in which segment, in memory.
    package let segmentBoard: SegmentBoard
    package let webhooks: WebhookService
    package let connectors: ConnectorService
    package let tracking: TrackingService
    package let samples: SampleService
    package let verifier: Verifier
    package let idempotency: IdempotencyService
    package let references: ReferenceBoard
    package let surroundings: Surroundings
    /// The steps of the schema that opening applied.
    package let appliedMigrations: [String]
    /// For tests, which look behind the services at what is stored.
    package let engine: Engine
    private let directory: DataDirectory
    /// The number of this process, on a database that it shares with others.
    private let lease: NodeLease?
    private let renewal: Task<Void, Never>?
    /// Follows what other processes do; nil where there are none.
    private let follower: NodeFollower?
    private let following: Task<Void, Never>?
    private let projects = ProjectStore()

    /// Opens the data in a directory or on a server, bringing its tables up to date.
    ///
    /// - Parameters:
    ///   - server: The address of the database's server; nil where the directory holds the data.
    ///   - ownsData: Whether this process may write orders: of those on a directory one at a time may, and the others see
    ///     to keys only. On a server any number may.
    ///   - mustExist: Whether a directory that holds nothing is refused.
    ///   - backsUp: Whether data is copied before its tables are altered.
    ///   - usesMemory: Whether segments are asked of an index in memory, and not of the database.
    ///   - migrations: The steps of the schema; nil for this version's. Tests have a next version's.
    /// - Throws: `DataDirectory.Failure`, `DatabaseError`, `NewerDatabase`, `UpgradeFailure`.
    package static func open(
        _ path: String, server: String? = nil, ownsData: Bool = true, mustExist: Bool = false, backsUp: Bool = true,
        surroundings: Surroundings = .live, migrations: [Migration]? = nil, usesMemory: Bool = true
    ) async throws -> Services {
        let directory = try DataDirectory(path, server: server, owned: ownsData, mustExist: mustExist)
        let engine = try Engine(directory.place)
        let applied: [String]
        do {
            let migrations = try migrations ?? Migrations.all()
            // Tables are never altered under a server that runs: it is to be restarted, which does it.
            let isReady = try Migrator.isUpToDate(engine, migrations)
            let lock = ownsData || isReady || engine.isShared ? nil : try DataDirectory(path, owned: true)
            if backsUp, !isReady, !engine.isShared {
                let steps = try Migrator.applied(engine)
                let known = Set(migrations.map(\.name))
                if known.isSuperset(of: steps) {
                    try await UpgradeBackup.take(of: directory, applied: steps, surroundings: surroundings)
                }
            }
            applied = try await Migrator.migrate(engine, migrations, nowMs: surroundings.now().milliseconds)
            withExtendedLifetime(lock) {}
            if engine.isShared, !usesMemory { try await engine.write { tx in try SegmentIndexes.make(tx) } }
        } catch Migrator.Failure.newerDatabase(let unknown) {
            throw NewerDatabase(steps: unknown)
        }
        // Only who writes orders keeps list facts.
        // What others commit from here on is read again.
        let turn = try engine.lastTurn()
        let columns = ownsData ? try await engine.readLong(OrderColumnsStore().load) : OrderColumns()
        let receipts = ownsData ? try await engine.readLong(ReceiptColumnsStore().load) : ReceiptColumns()
        let people = ownsData ? try await engine.readLong(CustomerColumnsStore().load) : CustomerColumns()
        // A command beside a running server makes identifiers that the server does not.
        let identifiers = Identifiers(node: ownsData ? 0 : 1, after: try engine.read(IdentifierStore().latest))
        // What a step of the schema did to the facts, nobody was told.
        if !applied.isEmpty { try await engine.write { tx in try SegmentKeeperStore().forgetSnapshots(tx) } }
        let snapshot = SegmentSnapshot(directory: directory.path)
        // Who asks the database may erase somebody whose words an old one has.
        if ownsData, !usesMemory { try snapshot.remove() }
        let lease = engine.isShared ? try await NodeLease(engine, identifiers, surroundings) : nil
        if ownsData { try await EventSourceStore().mendSystemSource(engine, identifiers, surroundings) }
        return try Services(
            directory, engine, (columns, receipts, people), surroundings, applied, identifiers, lease,
            ownsData ? snapshot : nil,
            turn: turn, ownsData: ownsData, usesMemory: usesMemory
        )
    }

    private init(
        _ directory: DataDirectory, _ engine: Engine,
        _ facts: (orders: OrderColumns, receipts: ReceiptColumns, people: CustomerColumns),
        _ surroundings: Surroundings, _ applied: [String], _ identifiers: Identifiers, _ lease: NodeLease?,
        _ snapshot: SegmentSnapshot?, turn: Int64, ownsData: Bool, usesMemory: Bool
    ) throws {
        appliedMigrations = applied
        self.lease = lease
        renewal = lease?.keep()
        audit = AuditLog(engine: engine, identifiers: identifiers, surroundings: surroundings)
        let statusStore = StatusStore()
        let projectStore = ProjectStore()
        let fieldStore = FieldStore()
        let eventSources = EventSourceStore()
        let references = try engine.read { tx in
            ReferenceBoard(
                ReferenceBoard.Reference(
                    project: try projectStore.get(tx), book: try statusStore.book(tx), fields: try fieldStore.book(tx),
                    segments: try SegmentRowStore().all(tx), tracking: try eventSources.book(tx),
                    containers: try ContainerTypeStore().book(tx)
                )
            )
        }
        segmentBoard = SegmentBoard(engine, references, identifiers, surroundings)
        references.tell { [weak segmentBoard] in segmentBoard?.follow() }
        let customerWriter = CustomerWriter(fields: fieldStore, projects: projectStore, identifiers: identifiers)
        let containerWriter = ContainerWriter(
            types: ContainerTypeStore(), events: ContainerEvents(identifiers: identifiers)
        )
        let orderWriter = OrderWriter(
            customers: customerWriter, containers: containerWriter, statuses: statusStore, projects: projectStore,
            fields: fieldStore,
            identifiers: identifiers
        )
        let (people, receiptBoard) = (CustomerBoard(facts.people), ReceiptBoard(facts.receipts))
        let events = EventSignal()
        orders = OrderService(
            engine: engine, writer: orderWriter, board: OrderBoard(facts.orders), people: people,
            receiptBoard: receiptBoard, segments: segmentBoard, references: references, surroundings: surroundings,
            live: LiveFeed(), liveProfiles: LiveFeed(), events: events
        )
        webhooks = WebhookService(
            engine: engine, identifiers: identifiers, surroundings: surroundings, audit: audit, events: events
        )
        connectors = ConnectorService(orders: orders, identifiers: identifiers, audit: audit)
        let receiptWriter = ReceiptWriter(
            customers: customerWriter, projects: projectStore, identifiers: identifiers
        )
        receipts = ReceiptService(
            engine: engine, writer: receiptWriter, board: receiptBoard, people: people, segments: segmentBoard,
            references: references, surroundings: surroundings, live: orders.live, events: events
        )
        customers = CustomerService(
            orders: orders, receipts: receiptWriter, identifiers: identifiers, audit: audit
        )
        tracking = TrackingService(
            orders: orders,
            writer: TrackedWriter(
                sources: eventSources, orders: orderWriter,
                mover: TrackedMover(identifiers: identifiers, containers: containerWriter)),
            audit: audit, gauge: InboxGauge()
        )
        products = ProductService(
            engine: engine, fields: fieldStore, references: references, segments: segmentBoard,
            identifiers: identifiers, surroundings: surroundings, audit: audit
        )
        categories = CategoryService(
            engine: engine, identifiers: identifiers, surroundings: surroundings, audit: audit
        )
        segments = SegmentService(
            customers: customers, receipts: receipts, audit: audit, board: ownsData && usesMemory ? segmentBoard : nil
        )
        containers = ContainerService(
            writer: containerWriter, engine: engine, references: references, identifiers: identifiers,
            surroundings: surroundings, audit: audit, segments: segmentBoard, live: orders.liveProfiles
        )
        statuses = StatusService(
            engine: engine, store: statusStore, projects: projectStore, references: references, people: people,
            identifiers: identifiers, surroundings: surroundings, audit: audit
        )
        project = ProjectService(statuses: statuses, references: references)
        // Who uses fields is asked here before one is deleted: templates and campaigns are to join.
        fields = FieldService(
            engine: engine, store: fieldStore, references: references, segments: segmentBoard,
            identifiers: identifiers, surroundings: surroundings, audit: audit, users: [.exports, .imports, .segments]
        )
        accounts = AccountService(
            engine: engine, projects: projectStore, statuses: statuses, references: references, audit: audit,
            identifiers: identifiers, surroundings: surroundings
        )
        ownAccount = OwnAccount(accounts: accounts)
        users = UserService(accounts: accounts)
        keys = KeyService(engine: engine, audit: audit, identifiers: identifiers, surroundings: surroundings)
        let files = RunFiles(engine, surroundings)
        imports = ImportService(
            orders: orders, receipts: receiptWriter, products: products, identifiers: identifiers, audit: audit,
            directory: directory.path + "/imports", files: files
        )
        exports = ExportService(
            engine: engine, references: references, surroundings: surroundings, identifiers: identifiers,
            audit: audit, segments: segments, directory: directory.path + "/exports", files: files
        )
        statusChanges = StatusChanges(orders: orders, imports: imports, exports: exports)
        samples = SampleService(products: products, customers: customers, orders: orders, containers: containers)
        verifier = Verifier(
            engine: engine, orders: orders, receipts: receipts, board: segmentBoard, segments: segments,
            directory: directory, keepsLists: ownsData
        )
        let isFollowing = engine.isShared && ownsData
        follower =
            isFollowing
            ? NodeFollower(orders, receipts, statusStore, projectStore, fieldStore, eventSources, turn: turn) : nil
        following = follower?.follow()
        if let snapshot { segmentBoard.prepare(snapshot, follower) }
        idempotency = IdempotencyService(engine: engine, surroundings: surroundings)
        self.references = references
        self.surroundings = surroundings
        self.engine = engine
        self.directory = directory
    }

    /// Reads a row and makes a commit.
    ///
    /// - Throws: `DatabaseError` when either cannot be done.
    package func checkStorage() async throws {
        _ = try engine.read { tx in try projects.get(tx) }
        try await engine.write { tx in try tx.run("DELETE FROM session WHERE expires_ms < 0") }
    }

    /// Where the data is.
    package var place: Engine.Place { directory.place }

    /// What the metrics show of this installation.
    package var load: ServiceLoad { ServiceLoad(engine.load, directory) }

    /// Brings what is kept in memory up to what other processes on the database have committed.
    ///
    /// A server does so by itself, several times a second.
    package func catchUp() async throws { try await follower?.catchUp() }

    /// Commits what has queued, closes the database, and lets another process have the directory.
    package func close() {
        renewal?.cancel()
        following?.cancel()
        segmentBoard.leaveLastSnapshot()
        lease?.release()
        engine.stop()
        directory.release()
    }
}

/// The data was written by a newer version of the program.
package struct NewerDatabase: Error, CustomStringConvertible {
    let steps: [String]

    package var description: String {
        """
        The data was written by a newer version (it has \(steps.joined(separator: ", "))): run that version, or \
        restore a backup from before the upgrade.
        """
    }
}
