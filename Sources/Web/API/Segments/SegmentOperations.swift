import Domain
import HTTPTypes

/// What `/api/segments` takes and answers (spec segments.md; Docs/segments.md).
enum SegmentOperations {
    private static let tree =
        #"{"all":[{"field":"orders.count","op":"gte","value":1},{"orders":{"where":{"field":"date","op":"in_last","value":{"n":30,"unit":"day"}}}}]}"#

    static let list = Operation(.get, "segments", .segments, "List segments", scope: .segmentsRead)
        .detail("By name.")
        .pages(
            SegmentSchemas.either,
            filters: [
                .init("q", .text, "A part of the name or the code."),
                .init("kind", .choice(["segment", "audience", "any"]), "segment without it."),
            ]
        )

    static let create = Operation(.post, "segments", .segments, "Add a segment", scope: .segmentsWrite)
        .detail("The code is what trees and addresses call it; without it one is made of the name. It stays.")
        .takes(
            .envelope(SegmentSchemas.input),
            example: #"{"data":{"attributes":{"name":"Active","conditions":\#(tree)}}}"#
        )
        .answers(.created, .one(SegmentSchemas.segment), "The segment is there.", headers: [.etag, .location])
        .refuses(.conflict, "There is one with this code already, or there are too many.")

    static let show = Operation(.get, "segments/{id}", .segments, "Get a segment", scope: .segmentsRead).ofSegment
        .answers(.ok, .one(SegmentSchemas.either), "The segment.", headers: [.etag])
        .versioned

    static let update = Operation(.patch, "segments/{id}", .segments, "Change a segment", scope: .segmentsWrite)
        .ofSegment
        .detail("Who is in it is asked anew, and nobody enters or leaves by that.")
        .takes(
            .envelope(SegmentSchemas.patch),
            example: #"{"data":{"attributes":{"description":"Ordered in the last 30 days."}}}"#
        )
        .answers(.ok, .one(SegmentSchemas.either), "The segment as it is now.", headers: [.etag])
        .refuses(.conflict, "An audience has no conditions.")
        .versioned

    static let delete = Operation(
        .delete, "segments/{id}", .segments, "Delete a segment", scope: .segmentsWrite
    ).ofSegment
        .answers(.noContent, nil, "It is deleted.")
        .refuses(.conflict, "Other segments name it.")
        .versioned

    static let preview = Operation(
        .post, "segments/preview", .segments, "Count a segment before it is made", scope: .segmentsRead
    )
    .detail(
        """
        Nothing is stored. Shares are of all customers, and of what all their included orders are worth. The sample \
        is for keys that may read customers too.
        """
    )
    .takes(.envelope(SegmentSchemas.question), example: #"{"data":{"attributes":{"conditions":\#(tree)}}}"#)
    .answers(.ok, .one(SegmentSchemas.preview), "What the conditions come to now.")
    .repeatable

    static let fields = Operation(
        .get, "segments/fields", .segments, "List what conditions can be put on", scope: .segmentsRead
    )
    .detail("Every field and block with its operators and its help text.")
    .answers(.ok, .one(SegmentSchemas.catalogue), "What there is.")

    static let customers = Operation(
        .get, "segments/{id}/customers", .segments, "List a segment's customers", scope: .segmentsRead
    ).ofSegment
        .detail("As of now, the earliest known first; meta.total counts all. Needs customers:read too.")
        .pages(CustomerSchemas.resource, .byLink)

    static let explain = Operation(
        .get, "segments/{id}/explain/{customer}", .segments, "Explain why a customer is in a segment, or is not",
        scope: .segmentsRead
    ).ofSegment
        .detail("Each condition with what is so and whether it holds. Needs customers:read too.")
        .path("customer", CustomerSchemas.idSentence)
        .answers(.ok, .one(SegmentSchemas.explanation), "Why.")

    static let sizes = Operation(
        .get, "segments/{id}/sizes", .segments, "Get a segment's size over time", scope: .segmentsRead
    ).ofSegment
        .detail("How many were in it at the end of each day, as far as that was noted; today so far.")
        .pages(SegmentSchemas.size, filters: [.init("from", .day, "From this day on; the last 90 days without it.")])

    static let ofCustomer = Operation(
        .get, "customers/{id}/segments", .segments, "List a customer's segments", scope: .segmentsRead
    )
    .detail("The segments and audiences that they are in now, by name. Needs customers:read too.")
    .path("id", CustomerSchemas.idSentence)
    .pages(SegmentSchemas.membership)
}

extension Operation {
    fileprivate var ofSegment: Operation { path("id", SegmentSchemas.idSentence) }
}

/// What `/api/audiences` takes and answers: lists of customers that somebody fills.
enum AudienceOperations {
    static let list = Operation(.get, "audiences", .segments, "List audiences", scope: .segmentsRead)
        .detail("By name.")
        .pages(SegmentSchemas.audience, filters: [.init("q", .text, "A part of the name or the code.")])

    static let create = Operation(.post, "audiences", .segments, "Add an audience", scope: .segmentsWrite)
        .detail("With from_segment or conditions it is filled at once, and stays as it was filled.")
        .takes(
            .envelope(SegmentSchemas.audienceInput), example: #"{"data":{"attributes":{"name":"Guests of the fair"}}}"#
        )
        .answers(
            .created, SegmentSchemas.filled, "The audience is there; meta says how many came in.",
            headers: [.etag, .location]
        )
        .refuses(.conflict, "There is one with this code already, or there are too many.")

    static let show = Operation(.get, "audiences/{id}", .segments, "Get an audience", scope: .segmentsRead).ofAudience
        .answers(.ok, .one(SegmentSchemas.audience), "The audience.", headers: [.etag])
        .versioned

    static let update = Operation(
        .patch, "audiences/{id}", .segments, "Change an audience", scope: .segmentsWrite
    ).ofAudience
        .takes(
            .envelope(SegmentSchemas.audiencePatch), example: #"{"data":{"attributes":{"description":"Porto, May."}}}"#
        )
        .answers(.ok, .one(SegmentSchemas.audience), "The audience as it is now.", headers: [.etag])
        .versioned

    static let delete = Operation(
        .delete, "audiences/{id}", .segments, "Delete an audience", scope: .segmentsWrite
    ).ofAudience
        .answers(.noContent, nil, "It is deleted; the customers stay.")
        .refuses(.conflict, "Segments name it.")
        .versioned

    static let members = Operation(
        .get, "audiences/{id}/members", .segments, "List an audience's members", scope: .segmentsRead
    ).ofAudience
        .detail("The earliest known first; meta.total counts all. Needs customers:read too.")
        .pages(CustomerSchemas.resource, .byLink)

    static let add = Operation(
        .post, "audiences/{id}/members", .segments, "Put customers into an audience", scope: .segmentsWrite
    ).ofAudience
        .detail(
            """
            data may be a list of up to 1,000 customers; each is taken, or told as unknown. With from_segment or \
            conditions everybody comes in who is in the segment, or fulfils them, now.
            """
        )
        .takes(
            .envelope(SegmentSchemas.addition, listOf: OrderRoutes.listLimit),
            example: #"{"data":[{"attributes":{"external_id":"ana-17"}},{"attributes":{"external_id":"rui-3"}}]}"#
        )
        .answers(.ok, .one(SegmentSchemas.memberResult), "The customer is in it.")
        .answers(.ok, SegmentSchemas.filled, "It was filled.")
        .answers(.ok, .results(of: SegmentSchemas.memberResult), "What became of each customer of a list.")
        .repeatable

    static let remove = Operation(
        .delete, "audiences/{id}/members", .segments, "Take customers out of an audience", scope: .segmentsWrite
    ).ofAudience
        .detail("data may be a list of up to 1,000 customers; each is out afterwards, or told as unknown.")
        .takes(
            .envelope(SegmentSchemas.member, listOf: OrderRoutes.listLimit),
            example: #"{"data":[{"attributes":{"external_id":"ana-17"}}]}"#
        )
        .answers(.ok, .one(SegmentSchemas.memberResult), "The customer is not in it.")
        .answers(.ok, .results(of: SegmentSchemas.memberResult), "What became of each customer of a list.")
}

extension Operation {
    fileprivate var ofAudience: Operation { path("id", "The audience's code.") }
}
