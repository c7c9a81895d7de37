import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Segments and audiences as the API writes them; keys stand sorted.
enum SegmentPayload {
    /// - Parameter since: Since when a customer is in it, where that is told.
    static func write(
        _ segment: Segment, _ reference: ReferenceBoard.Reference, since: Instant?? = .none, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.object("attributes") { attributes(segment, reference, &$0) }
            writer.field("id", segment.code)
            writer.object("links") { $0.field("self", link(segment)) }
            if let since { writer.object("meta") { $0.field("since", since) } }
            writer.field("type", segment.isAudience ? "audiences" : "segments")
        }
    }

    private static func attributes(
        _ segment: Segment, _ reference: ReferenceBoard.Reference, _ writer: inout JSONWriter
    ) {
        writer.field("code", segment.code)
        writer.key("conditions")
        if let tree = segment.conditions { writer.raw(tree) } else { writer.null() }
        writer.field("created_at", segment.createdAt)
        writer.field("description", segment.description)
        writer.field("name", segment.name)
        writer.field("updated_at", segment.updatedAt)
        writer.field("version", segment.version)
        let words = ConditionWords(statuses: reference.book)
        writer.field("words", reference.condition(of: segment).map(words.text))
    }

    private static func link(_ segment: Segment) -> String {
        segment.isAudience ? APILinks.audience(segment.code) : APILinks.segment(segment.code)
    }

    /// An answer of one.
    ///
    /// - Parameter added: How many came into an audience, where that is told.
    static func answer(
        _ segment: Segment, _ status: HTTPResponse.Status, _ reference: ReferenceBoard.Reference, added: Int? = nil
    ) -> Response {
        var headers: HTTPFields = [.eTag: "\"\(segment.version)\""]
        if status == .created { headers[.location] = link(segment) }
        return .json(status, headers: headers) { writer in
            writer.key("data")
            write(segment, reference, &writer)
            if let added { writer.object("meta") { $0.field("added", Int64(added)) } }
        }
    }

    /// A page of those that are wanted, by name.
    static func list(
        _ page: PageQuery, _ reference: ReferenceBoard.Reference, where isWanted: (Segment) -> Bool
    ) throws -> Response {
        let offset = try page.offset(decoding: page.after)
        let text = page.filters["q"].map(SearchTerms.fold)
        let found = reference.segments.entries.map(\.segment).filter { segment in
            isWanted(segment)
                && (text.map { SearchTerms.fold(segment.name).contains($0) || segment.code.contains($0) } ?? true)
        }
        let next = offset + page.size < found.count ? Cursor.encode(String(offset + page.size)) : nil
        return CollectionAnswer(
            total: found.count, selfLink: page.selfLink, nextLink: page.nextLink(after: next)
        ).response(Array(found.dropFirst(offset).prefix(page.size))) { write($0, reference, &$1) }
    }

    /// What a tree comes to.
    static func write(_ preview: SegmentService.Preview, _ fields: FieldBook, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.key("average_order_value")
                if let average = preview.averageOrderValue { writer.raw("\(average)") } else { writer.null() }
                writer.field("base", preview.base)
                writer.field("count", preview.count)
                writer.array("sample") { writer in
                    for profile in preview.sample { CustomerPayload.write(profile, fields, &writer) }
                }
                writer.key("share_of_base")
                writer.raw(FixedPoint.text(preview.shareOfBase, places: 6))
                writer.key("share_of_revenue")
                writer.raw(FixedPoint.text(preview.shareOfRevenue, places: 6))
            }
            writer.field("type", "segment_previews")
        }
    }
}

extension ReferenceBoard.Reference {
    /// What a segment asks, by the fields and statuses of now; nil where it asks nothing, or cannot be read.
    fileprivate func condition(of segment: Segment) -> Condition? {
        if let entry = segments[segment.code], entry.segment.conditions == segment.conditions { return entry.condition }
        // A segment that was just written may not be in this book yet.
        guard let text = segment.conditions else { return nil }
        do { return try Condition.parse(text, conditions) } catch { return nil }
    }
}
