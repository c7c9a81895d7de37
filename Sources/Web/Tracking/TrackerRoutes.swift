import Domain
import HTTPTypes
import Hummingbird
import Platform

/// `POST /tracker/events`: where the tracker of shops' pages sends to (Docs/tracker.md, "What is sent").
///
/// Neither session nor form token counts here, and no cookie is looked at: a beacon carries those that a browser has.
struct TrackerRoutes {
    let door: EventDoor

    /// The most bytes of a body, and the most events in it.
    private static let (bodyLimit, eventLimit) = (60_000, 50)

    func mount(on router: some RouterMethods<WebContext>) {
        router.post("tracker/events") { request, context in try await take(request, context) }
    }

    private func take(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try door.source(key: QueryItems(request)["key"], request, context, isBrowser: true)
        let body = try await request.body(upTo: Self.bodyLimit)
        let bytes = JSONMending.mended(Array(body.readableBytesView))
        do {
            let envelope = try TrackedEnvelope.tracker(bytes)
            guard envelope.messages <= Self.eventLimit else {
                throw Problem(
                    .contentTooLarge, "too_many_events",
                    "A body has at most \(Self.eventLimit) events: send them in parts."
                )
            }
            if let said = envelope.source, said != source.code {
                throw Problem(
                    .forbidden, "other_source", "This key is of the event source “\(source.code)”, not of “\(said)”."
                )
            }
            guard envelope.messages > 0 else { return Response(status: .noContent) }
            let text = String(decoding: bytes, as: UTF8.self)
            try await door.tracking.accept(text, by: .tracker, from: source)
            return Response(status: .noContent)
        } catch {
            throw Problem(atDoor: error) ?? error
        }
    }
}
