import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The list of segments and audiences.
struct SegmentListPages {
    let segments: SegmentService
    let frame: PageFrame

    /// Days that the lines of the list go back.
    static let days: Int64 = 60

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments", use: index)
    }

    /// The page comes without sizes, which are then asked for as a part of it: a tree may take a while.
    @Sendable private func index(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let query = QueryItems(request)
        let (search, isSized) = (query["q"], query["sizes"] == "1")
        let book = segments.book
        let found = book.entries.filter { entry in
            guard let search else { return true }
            let words = "\(entry.segment.name) \(entry.segment.code) \(entry.segment.description ?? "")"
            return SearchTerms.fold(words).contains(SearchTerms.fold(search))
        }
        let sizes = try segments.sizes(days: Self.days)
        let mayWrite = context.may(.segmentsWrite)
        var rows: [SegmentListModel.Row] = []
        for entry in found {
            let preview = isSized && entry.faults.isEmpty ? try await segments.preview(entry.question, sample: 0) : nil
            rows.append(row(entry, preview, sizes[entry.segment.id] ?? [], mayWrite))
        }
        let model = SegmentListModel(
            shell: frame.shell(request, context, .segments), q: search ?? "", mayWrite: mayWrite,
            isEmpty: book.entries.isEmpty, hasRows: !rows.isEmpty, isSized: isSized,
            sizedHref: Links.segments(search: search, sized: true), rows: rows
        )
        return try frame.answer(.segmentIndex, model, request, fragment: ("segments", .segmentResults))
    }

    private func row(
        _ entry: SegmentBook.Entry, _ preview: SegmentService.Preview?, _ sizes: [SegmentSize],
        _ mayWrite: Bool
    ) -> SegmentListModel.Row {
        let segment = entry.segment
        let maker = SegmentMaker(format: frame.format, reference: frame.references.current)
        let line = SizeLine(sizes, frame.format)
        return SegmentListModel.Row(
            code: segment.code, href: Links.segment(segment.code), name: segment.name, words: maker.words(entry),
            isAudience: segment.isAudience, isBroken: !entry.faults.isEmpty, hasFigures: preview != nil,
            figures: preview.map(maker.figures), hasLine: line != nil, line: line,
            changed: frame.format.relative(segment.updatedAt), changedISO: segment.updatedAt.rfc3339,
            changedExact: frame.format.exact(segment.updatedAt), mayChange: mayWrite,
            editHref: Links.editSegment(segment.code), deleteHref: Links.deleteSegment(segment.code)
        )
    }
}
