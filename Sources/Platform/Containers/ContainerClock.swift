import Database
import Domain
import Logging
import ServiceLifecycle
import Storage

/// Lets time pass for containers: they are abandoned, and emptied at the end of their lives, within a second of the very
/// instant, which the event bears.
///
/// What is due stands in the database, and is looked at again in the transaction that does it. So it is done once,
/// whichever processes look and whenever one of them ends.
package struct ContainerClock: Service {
    private let engine: Engine
    private let segments: SegmentBoard
    private let writer: ContainerWriter
    private let surroundings: Surroundings
    private let signal: EventSignal
    private let live: LiveFeed
    private let logger: Logger
    private let events = EventStore()

    /// Containers of one transaction: other writes wait no longer than these take.
    private static let portion = 200
    private static let interval = Duration.milliseconds(500)

    package init(_ services: Services, logger: Logger) {
        (engine, writer) = (services.engine, services.containers.writer)
        segments = services.segmentBoard
        (surroundings, signal) = (services.surroundings, services.orders.events)
        live = services.orders.liveProfiles
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await pass() } catch {
                    logger.error(
                        "containers that are abandoned were not noted; it is tried again",
                        metadata: ["cause": "\(error)"])
                }
                // A sleep that is cut short is the end of the loop, which the condition sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Does all that is due by now.
    package func pass() async throws {
        let store = writer.store
        while !Task.isCancelled {
            let now = surroundings.now()
            guard try !engine.read({ tx in try store.due(at: now, limit: 1, tx) }).isEmpty else { return }
            try await segments.write { [self] tx in
                var customers: [Customer.ID] = []
                for due in try store.due(at: now, limit: Self.portion, tx) {
                    guard let (written, raised) = try writer.pass(due, now: now, tx) else { continue }
                    if let customer = written.owner.customer { customers.append(customer) }
                    for event in raised {
                        try events.append([event], at: now, by: Self.origin, startsCampaigns: true, tx)
                    }
                }
                return customers
            } committed: { [signal, live] customers in
                signal.raise()
                live.publish(customers: customers)
            }
        }
    }

    private static let origin = Origin(actor: "containers", channel: .container)
}
