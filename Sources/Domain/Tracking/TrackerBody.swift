/// Reads what the tracker sends (Docs/tracker.md, "What is sent").
package enum TrackerBody {
    /// The messages of a body, in its order: read, or refused with the reason.
    package static func messages(
        in body: String, _ reading: TrackedReading
    ) -> [Result<TrackedMessage, TrackedRefusal>] {
        []
    }
}
