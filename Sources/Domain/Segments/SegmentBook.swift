/// All segments and audiences of a project, with their trees as the fields and statuses of now read them.
package struct SegmentBook: Sendable {
    /// A segment with what it asks.
    package struct Entry: Sendable {
        package var segment: Segment
        /// Nil of an audience, and where the tree cannot be read any more.
        package var condition: Condition?
        /// Why the tree cannot be read.
        package var faults: [Fault] = []
    }

    package static let empty = SegmentBook(entries: [])

    /// By name.
    package let entries: [Entry]
    private let byCode: [String: Int]

    private init(entries: [Entry]) {
        self.entries = entries
        byCode = Dictionary(
            entries.enumerated().map { ($1.segment.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads the trees of all segments.
    package init(_ segments: [Segment], _ context: ConditionContext) {
        let codes = Set(segments.map(\.code))
        var context = context
        context.knowsSegment = { codes.contains($0) }
        self.init(
            entries: segments.sorted { ($0.name.lowercased(), $0.code) < ($1.name.lowercased(), $1.code) }.map {
                segment in
                guard let text = segment.conditions else { return Entry(segment: segment) }
                do {
                    return Entry(segment: segment, condition: try Condition.parse(text, context))
                } catch let faults as Faults {
                    return Entry(segment: segment, faults: faults.all)
                } catch {
                    return Entry(segment: segment, faults: [Fault("", "unreadable", "The tree cannot be read.")])
                }
            }
        )
    }

    package subscript(code: String) -> Entry? { byCode[code].map { entries[$0] } }

    package func contains(_ code: String) -> Bool { byCode[code] != nil }

    /// What all trees ask of events' contexts.
    package var contexts: Set<ConditionField> {
        entries.reduce(into: []) { $0.formUnion($1.condition?.contexts ?? []) }
    }

    /// What a tree asks of them, by itself or by segments that it names.
    package func contexts(of condition: Condition) -> Set<ConditionField> {
        var contexts = condition.contexts
        var (waiting, seen) = (condition.segments, Set<String>())
        while let code = waiting.popFirst() {
            guard seen.insert(code).inserted, let tree = self[code]?.condition else { continue }
            contexts.formUnion(tree.contexts)
            waiting.formUnion(tree.segments)
        }
        return contexts
    }

    /// The lists, by name.
    package var audiences: [Segment] { entries.map(\.segment).filter(\.isAudience) }

    /// Those whose trees name a segment.
    package func users(of code: String) -> [Segment] {
        entries.filter { $0.condition?.segments.contains(code) ?? false }.map(\.segment)
    }
}
