import Domain
import Logging
import Platform

/// Bodies as the tracker sends them.
package enum TrackedBodies {
    /// One event of a visitor.
    ///
    /// - Parameter rest: Further members, as JSON without braces.
    package static func event(
        _ id: String, of visitor: String = "v-1", type: String = "page", at seconds: Int64 = 0, _ rest: String = ""
    ) -> String {
        let time = StillClock.usual.milliseconds + seconds * 1000
        let more = rest.isEmpty ? "" : "," + rest
        return #"{"id":"\#(id)","visitor":"\#(visitor)","session":"s-1","time":\#(time),"type":"\#(type)"\#(more)}"#
    }

    package static func body(_ events: [String]) -> String { #"{"events":[\#(events.joined(separator: ","))]}"# }
}

extension Services {
    /// Takes events as the tracker's door does; they are not filed yet.
    package func take(_ events: [String], source: String = EventSource.systemCode) async throws {
        try await tracking.accept(TrackedBodies.body(events), by: .tracker, from: try tracking.source(source))
    }

    /// Files all that was taken.
    package func file() async throws { try await EventFiling(self, logger: .quiet).finish() }

    /// Takes events and files them.
    package func tell(_ events: [String], source: String = EventSource.systemCode) async throws {
        try await take(events, source: source)
        try await file()
    }

    /// The names of a customer's events, what happened last first.
    package func did(_ customer: String) throws -> [String] {
        try tracking.events(of: customer, limit: 10_000).page.map(\.call.name)
    }
}
