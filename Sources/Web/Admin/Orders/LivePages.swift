import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Platform
import ServiceLifecycle
import Synchronization

/// Tells open pages that something changed (server-sent events); they ask for what it is themselves.
struct LivePages {
    let live: LiveFeed
    let profiles: LiveFeed
    let customers: CustomerService

    /// At most so often a page is told; a burst of orders is one message.
    private static let pause = Duration.milliseconds(250)
    /// A silent connection is kept open by a comment, and one that broke is noticed.
    private static let heartbeat = Duration.seconds(15)

    func mount(on router: some RouterMethods<OperatorContext>, orders: some RouterMethods<OperatorContext>) {
        router.get("live/customers/{id}") { request, context in
            try context.require(.customersRead)
            let id = try customers.customer(try context.path("id")).customer.id
            return stream(request, profiles, of: String(id.rawValue))
        }
        orders.get("live/orders") { request, context in
            try context.require(.ordersRead)
            return stream(request, live, of: nil)
        }
        orders.get("live/orders/{id}") { request, context in
            try context.require(.ordersRead)
            return stream(request, live, of: try context.path("id"))
        }
    }

    /// - Parameter externalID: What to tell of, as the feed names it; nil tells of all.
    private func stream(_ request: Request, _ live: LiveFeed, of externalID: String?) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let (wake, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await withGracefulShutdownHandler {
                        try await tell(&writer, live, of: externalID, wake, signal)
                    } onGracefulShutdown: {
                        signal.finish()
                    }
                } onInboundClosed: {
                    signal.finish()
                }
                try await writer.finish(nil)
            }
        )
    }

    private func tell(
        _ writer: inout any ResponseBodyWriter, _ live: LiveFeed, of externalID: String?, _ wake: AsyncStream<Void>,
        _ signal: AsyncStream<Void>.Continuation
    ) async throws {
        let hasChanged = Flag()
        let changes = live.changes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await change in changes where externalID == nil || change.externalID == externalID {
                    hasChanged.set()
                    signal.yield()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeat)
                    signal.yield()
                }
            }
            // The browser learns at once that the line is open.
            try await writer.write(ByteBuffer(string: ": open\n\n"))
            for await _ in wake {
                try await writer.write(ByteBuffer(string: hasChanged.take() ? "data: {}\n\n" : ": still here\n\n"))
                try await Task.sleep(for: Self.pause)
            }
            group.cancelAll()
        }
    }
}

/// Whether something happened since it was last asked.
private final class Flag: Sendable {
    private let isSet = Mutex(false)

    func set() { isSet.withLock { $0 = true } }

    func take() -> Bool {
        isSet.withLock { isSet in
            defer { isSet = false }
            return isSet
        }
    }
}
