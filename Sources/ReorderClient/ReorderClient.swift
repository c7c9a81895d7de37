public import Foundation

/// Tells a Reorder server what happens in an app: who the user is, what they look at, their containers and their orders.
///
/// Make one for the app and keep it. Calls return at once and may be made on any thread; the work is done elsewhere, in the
/// order of the calls. Events wait in a file and go in batches, so they survive a crash of the app and hours without a
/// network. Each has an identifier of its own, by which the server knows one that comes again. See Docs/ios.md and the
/// specification, tracking.md.
public final class ReorderClient: Sendable {
    /// What the user puts into containers, such as the cart.
    public var container: ContainerCalls { ContainerCalls(client: self) }

    private enum Call: Sendable {
        case draft(Draft)
        case consent(Bool)
        case settled(CheckedContinuation<Void, Never>)
    }

    private let engine: Engine
    private let calls: AsyncStream<Call>.Continuation
    private let surroundings: Surroundings

    /// Makes a client, which goes on with the events that the last one left in its folder.
    public convenience init(_ configuration: Configuration) {
        self.init(configuration, surroundings: .live)
    }

    init(_ configuration: Configuration, surroundings: Surroundings) {
        let engine = Engine(configuration, surroundings: surroundings)
        let (stream, calls) = AsyncStream.makeStream(of: Call.self)
        (self.engine, self.calls, self.surroundings) = (engine, calls, surroundings)
        Task {
            await engine.start()
            for await call in stream {
                switch call {
                case .draft(let draft): await engine.take(draft)
                case .consent(let given): await engine.consent(given)
                case .settled(let continuation): continuation.resume()
                }
            }
        }
    }

    deinit {
        calls.finish()
    }

    /// Says who the user is, from now on and until `reset`.
    ///
    /// - Parameters:
    ///   - userID: The customer's `external_id`.
    ///   - traits: What is known of them: attributes of a customer, such as `email`.
    public func identify(_ userID: String, traits: [String: JSONValue] = [:]) {
        add(.identify(userID: userID, traits: traits))
    }

    /// Tells of an event: a predefined one, such as `checkout_started`, or one of the app's own.
    public func track(_ event: String, properties: [String: JSONValue] = [:]) {
        add(.track(event, properties: properties))
    }

    /// Tells that a screen is shown.
    public func screen(_ name: String, properties: [String: JSONValue] = [:]) {
        add(.screen(name, properties: properties))
    }

    /// Tells of an order that was placed.
    ///
    /// - Parameters:
    ///   - externalID: The shop's own identifier of the order.
    ///   - attributes: The attributes of `POST /api/orders`. The order is stored as unverified until the shop itself tells of it.
    public func order(_ externalID: String, attributes: [String: JSONValue] = [:]) {
        let order = attributes.merging(["external_id": .text(externalID)]) { _, given in given }
        track("order_completed", properties: ["order": .object(order)])
    }

    /// Registers the device for push messages, with the token that Apple's push service gave to the app.
    public func token(_ token: Data) {
        let digits = token.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        track("push_token_registered", properties: ["token": .text(digits), "platform": "apns"])
    }

    /// Registers the device for push messages of another service than Apple's, such as `fcm`.
    public func token(_ token: String, platform: String) {
        track("push_token_registered", properties: ["token": .text(token), "platform": .text(platform)])
    }

    /// Tells that the user opened a message, by the identifier that the message carries.
    public func opened(message: String) {
        track("message_opened", properties: ["message": .text(message)])
    }

    /// Says whether the user agrees to being known.
    ///
    /// What happens before the first answer is held in memory where consent is required, a hundred events at most, and
    /// sent if it is yes. No removes everything that is kept, unsent events too; nothing is stored or sent until a yes, except
    /// that the answer is no. Whoever agrees again is a new visitor.
    public func consent(_ given: Bool) {
        calls.yield(.consent(given))
    }

    /// Forgets who the user is, because they signed out: whoever uses the app now is somebody else.
    ///
    /// Events of before are sent on behalf of who did them.
    public func reset() {
        add(.signOut)
    }

    /// Sends what waits, without waiting for more to go with it: when the app is about to leave the screen, for example.
    ///
    /// Returns when the server has taken everything that was called before.
    ///
    /// - Throws: What is in the way. Events stay in the queue, except those of which the error says that they are lost.
    public func flush() async throws(ReorderError) {
        await settle()
        if let error = await engine.send() { throw error }
    }

    /// Waits until everything that was called before is in the queue.
    func settle() async {
        await withCheckedContinuation { continuation in
            if case .terminated = calls.yield(.settled(continuation)) { continuation.resume() }
        }
    }

    private func add(_ kind: Draft.Kind) {
        calls.yield(.draft(Draft(kind: kind, id: surroundings.newID(), date: surroundings.now())))
    }
}
