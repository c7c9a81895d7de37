/// Reads what clients of the Segment convention send to `/v1/…`.
package enum SegmentConvention {
    /// The messages of a body, in its order: read, or refused with the reason.
    package static func messages(
        in body: String, _ reading: TrackedReading
    ) -> [Result<TrackedMessage, TrackedRefusal>] {
        []
    }
}
