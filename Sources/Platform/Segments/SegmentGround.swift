import Domain
import Segmentation

/// What live segments were made of: statuses, fields, the project's zone, and the trees; it tells what of it changed.
struct SegmentGround: Sendable {
    private var calendar: ShopCalendar
    private(set) var book: StatusBook
    private var sources: Set<ConditionSource>
    private var segments: [String: Tree] = [:]

    /// A segment as it is asked; audiences have no condition.
    private struct Tree: Equatable {
        var id: Segment.ID
        var text: String?
        var sources: Set<ConditionSource>
        var isLive: Bool
    }

    init(_ reference: ReferenceBoard.Reference) {
        (calendar, book, sources) = (reference.calendar, reference.book, Self.sources(reference.registry))
    }

    private static func sources(_ registry: ConditionRegistry) -> Set<ConditionSource> {
        Set(registry.fields.map(\.source))
    }

    /// Brings live segments in line with what holds for the whole shop.
    mutating func follow(_ reference: ReferenceBoard.Reference, _ live: inout LiveSegments) -> [SegmentBoard.Job] {
        let now = live.now
        var moves: [LiveSegments.Move] = []
        if calendar.zone != reference.calendar.zone {
            var other = LiveSegments(live.index, reference.calendar, at: now)
            for (code, content) in live.named {
                if case .members = content { _ = other.set(content, of: code, at: now) }
            }
            for (code, content) in live.named {
                if case .conditions = content { _ = other.set(content, of: code, at: now) }
            }
            for entry in reference.segments.entries {
                let code = entry.segment.code
                guard segments[code]?.isLive == true, case .conditions(let condition) = live.named[code] else {
                    continue
                }
                let known = live.members(of: code).map { Set(live.index.ids(of: $0)) } ?? []
                moves += other.add(code, condition, known: known)
            }
            live = other
            calendar = reference.calendar
        }
        if book.statuses != reference.book.statuses || book.rule != reference.book.rule {
            moves += live.set(reference.book, at: now)
            book = reference.book
        }
        let fields = Self.sources(reference.registry)
        if sources != fields {
            moves += live.adopt(reference.registry, at: now)
            sources = fields
        }
        return moves.map(SegmentBoard.Job.move) + follow(reference.segments, &live)
    }

    private mutating func follow(_ book: SegmentBook, _ live: inout LiveSegments) -> [SegmentBoard.Job] {
        let now = live.now
        for code in segments.keys where book[code] == nil {
            live.drop(code)
            _ = live.set(nil, of: code, at: now)
            segments[code] = nil
        }
        var (jobs, changed): ([SegmentBoard.Job], [SegmentBook.Entry]) = ([], [])
        for entry in book.entries {
            let segment = entry.segment
            // What asks of contexts that are not kept yet waits until all events were read anew.
            let condition = entry.condition.flatMap { live.index.keeps(book.contexts(of: $0)) ? $0 : nil }
            let tree = Tree(
                id: segment.id, text: segment.conditions, sources: Set((condition?.fields ?? []).map(\.source)),
                isLive: condition != nil
            )
            guard segments[segment.code] != tree else { continue }
            if segments[segment.code]?.id != segment.id { live.drop(segment.code) }
            segments[segment.code] = tree
            if let condition {
                // What others ask of it changes first: a segment may be made together with one that names it.
                jobs += live.set(.conditions(condition), of: segment.code, at: now).map(SegmentBoard.Job.move)
                changed.append(entry)
            } else if segment.isAudience {
                if live.named[segment.code] == nil { _ = live.set(.members([]), of: segment.code, at: now) }
            } else {
                live.drop(segment.code)
                jobs += live.set(nil, of: segment.code, at: now).map(SegmentBoard.Job.move)
            }
        }
        for entry in changed {
            guard let condition = entry.condition else { continue }
            let code = entry.segment.code
            _ = live.add(code, condition)
            let members = live.members(of: code).map { live.index.ids(of: $0) } ?? []
            jobs.append(
                .fill(
                    SegmentBoard.Filling(
                        segment: entry.segment.id, code: code, conditions: entry.segment.conditions, members: members))
            )
        }
        return jobs
    }
}
