/// All sources and names of events: one immutable value that readers share.
package struct TrackingBook: Sendable {
    package static let empty = TrackingBook(sources: [], names: [])

    /// The oldest first.
    package let sources: [EventSource]
    /// Those that the shop made, by code.
    package let customNames: [EventName]

    private let byKey: [String: Int]
    private let byCode: [String: EventName]

    package init(sources: [EventSource], names: [EventName]) {
        (self.sources, customNames) = (sources, names)
        let keys = sources.indices.flatMap { place in sources[place].keys.map { ($0.text, place) } }
        byKey = Dictionary(keys, uniquingKeysWith: { first, _ in first })
        byCode = Dictionary(names.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Predefined and custom names.
    package var names: [EventName] { EventName.predefined + customNames }

    package func source(code: String) -> EventSource? { sources.first { $0.code == code } }

    package subscript(id: EventSource.ID) -> EventSource? { sources.first { $0.id == id } }

    /// The source that a public key belongs to; one that is switched off too.
    package func source(key: String) -> EventSource? { byKey[key].map { sources[$0] } }

    package func name(_ code: String) -> EventName? { EventName.predefined(code) ?? byCode[code] }

    /// The most sources and custom names there may be.
    package static let sourceLimit = 100
    package static let nameLimit = 1000
}

/// What came by a source.
package struct SourceFigures: Hashable, Sendable {
    package var taken: Int64
    /// Messages that had come before.
    package var repeated: Int64
    package var refused: Int64

    package init(taken: Int64 = 0, repeated: Int64 = 0, refused: Int64 = 0) {
        (self.taken, self.repeated, self.refused) = (taken, repeated, refused)
    }

    package var isEmpty: Bool { taken == 0 && repeated == 0 && refused == 0 }
}
