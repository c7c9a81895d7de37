import Domain
import Platform

extension CustomerMaker {
    /// The tab of segments: which, since when, and the way to why.
    func segments(_ memberships: [SegmentService.Membership], _ book: SegmentBook) -> CustomerPageModel.Segments {
        let words = SegmentMaker(format: format, reference: reference)
        return CustomerPageModel.Segments(
            hasRows: !memberships.isEmpty,
            rows: memberships.map { membership in
                let segment = membership.segment
                return CustomerPageModel.Segments.Row(
                    name: segment.name, href: Links.segment(segment.code),
                    words: book[segment.code].map(words.words) ?? "", isAudience: segment.isAudience,
                    isDynamic: !segment.isAudience, hasSince: membership.since != nil,
                    since: membership.since.map(format.short) ?? "", sinceISO: membership.since?.rfc3339 ?? "",
                    sinceExact: membership.since.map(format.exact) ?? "",
                    whyHref: Links.explainSegment(segment.code, customer: customer.externalID),
                    part: "why-\(segment.code)"
                )
            },
            hasSegments: !book.entries.isEmpty
        )
    }
}
