import Domain
import HTTPTypes
import Hummingbird
import Platform

/// One segment or audience: its size, its members, why somebody is in it, and its end.
struct SegmentPages: Sendable {
    let segments: SegmentService
    let customers: CustomerService
    let frame: PageFrame

    /// Members of one page, and moves that are shown by name.
    private static let memberLimit = 25
    private static let moveLimit = 10
    /// Days that the line goes back.
    private static let days: Int64 = 90

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments/by-code/{code}", use: show)
        router.get("segments/by-code/{code}/explain", use: explain)
        router.get("segments/by-code/{code}/delete", use: confirmDeletion)
        router.post("segments/by-code/{code}/delete", use: delete)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let entry = try segments.entry(of: try context.path("code"))
        return try await page(request, context, entry)
    }

    /// The page, with the part that is asked live where the address or the browser wants it.
    func page(
        _ request: Request, _ context: OperatorContext, _ entry: SegmentBook.Entry,
        _ change: (inout SegmentPageModel) -> Void = { _ in }
    ) async throws -> Response {
        let query = QueryItems(request)
        let isPart = request.headers[.fragment] == "segment"
        var model = try model(entry, request, context)
        if isPart || query["sizes"] == "1" || query["after"] != nil {
            let after = query["after"].flatMap(Int64.init).map(Customer.ID.init(rawValue:))
            model.live = try await live(entry, context, after: after)
        }
        if entry.segment.isAudience, model.mayWrite { model.audience = audiencePart(entry) }
        change(&model)
        return try frame.answer(.segmentShow, model, request, fragment: ("segment", .segmentLive))
    }

    private func model(
        _ entry: SegmentBook.Entry, _ request: Request, _ context: OperatorContext
    ) throws -> SegmentPageModel {
        let (segment, format) = (entry.segment, frame.format(context))
        let maker = SegmentMaker(format: format, reference: frame.references.current)
        let line = SizeLine(try segments.sizes(days: Self.days)[segment.id] ?? [], format)
        let filter = [(name: "segment", value: segment.code)]
        return SegmentPageModel(
            shell: frame.shell(request, context, .segments), code: segment.code, name: segment.name,
            hasDescription: segment.description != nil, description: segment.description ?? "",
            isAudience: segment.isAudience, isDynamic: !segment.isAudience, words: maker.words(entry),
            tree: segment.conditions.map(JSONLayout.pretty) ?? "", hasTree: segment.conditions != nil,
            hasFaults: !entry.faults.isEmpty, faults: SegmentMaker.sentences(entry.faults),
            changed: format.relative(segment.updatedAt), changedISO: segment.updatedAt.rfc3339,
            changedExact: format.exact(segment.updatedAt), mayWrite: context.may(.segmentsWrite),
            editHref: Links.editSegment(segment.code), deleteHref: Links.deleteSegment(segment.code),
            exportHref: Links.newExport(.customers, filter), exportOrdersHref: Links.newExport(.orders, filter),
            scoresHref: Links.scores(of: segment.code), live: .none, liveHref: Links.segmentLive(segment.code),
            hasLine: line != nil, line: line, explainAction: Links.explainSegment(segment.code), explained: "",
            explainProblem: "", hasExplainProblem: false
        )
    }

    private func live(
        _ entry: SegmentBook.Entry, _ context: OperatorContext, after: Customer.ID?
    ) async throws -> SegmentPageModel.Live {
        guard entry.faults.isEmpty else { return .none }
        let segment = entry.segment
        let maker = SegmentMaker(format: frame.format(context), reference: frame.references.current)
        let preview = try await segments.preview(entry.question, sample: 0)
        let (found, total) = try await segments.members(
            of: segment.code, after: after, limit: Self.memberLimit + 1
        )
        let page = found.prefix(Self.memberLimit)
        let moves = try await moves(segment, maker)
        return SegmentPageModel.Live(
            isHere: true, hasFigures: true, figures: maker.figures(preview), hasMembers: !page.isEmpty,
            members: page.map(maker.person), total: PageFormat.count(total), isFirst: after == nil,
            firstHref: Links.segmentLive(segment.code) + "#members", hasNext: found.count > page.count,
            nextHref: page.last.map { Links.segment(segment.code, after: $0.customer.id.rawValue) } ?? "",
            mayRemove: segment.isAudience && context.may(.segmentsWrite),
            removeAction: Links.removeMembers(segment.code), hasMoves: moves != nil, moves: moves
        )
    }

    /// Who came and went since the beginning of yesterday; nil where nobody did.
    private func moves(_ segment: Segment, _ maker: SegmentMaker) async throws -> SegmentPageModel.Moves? {
        let format = maker.format
        let since = Instant(day: format.dayText(adding: -1), zone: format.zone) ?? format.now
        let moves = try await segments.moves(of: segment.code, since: since, limit: Self.moveLimit)
        guard moves.entered + moves.left > 0 else { return nil }
        return SegmentPageModel.Moves(
            entered: PageFormat.count(moves.entered), left: PageFormat.count(moves.left),
            latest: moves.latest.map { move in
                let person = maker.person(move.customer)
                return SegmentPageModel.Moves.Move(
                    href: person.href, name: person.name, isEntry: move.isEntry,
                    when: format.relative(move.happenedAt), whenISO: move.happenedAt.rfc3339,
                    whenExact: format.exact(move.happenedAt)
                )
            }
        )
    }

    private func audiencePart(_ entry: SegmentBook.Entry) -> SegmentPageModel.Audience {
        let sources = segments.book.entries.filter { $0.segment.code != entry.segment.code && $0.faults.isEmpty }
        return SegmentPageModel.Audience(
            addAction: Links.addMembers(entry.segment.code), fillAction: Links.fillAudience(entry.segment.code),
            sources: sources.map { OptionModel(value: $0.segment.code, text: $0.segment.name) },
            hasSources: !sources.isEmpty, pasted: "", hasOutcome: false, outcome: "", hasUnknown: false, unknown: []
        )
    }

    // MARK: Why

    @Sendable private func explain(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let entry = try segments.entry(of: try context.path("code"))
        let id = QueryItems(request)["customer"] ?? ""
        var explanation: ExplanationModel?
        var problem = id.isEmpty ? "Type the id of a customer." : ""
        if !id.isEmpty {
            do {
                let explained = try await segments.explain(entry.segment.code, customer: id)
                let profile = try customers.customer(id)
                let maker = ExplanationMaker(format: frame.format(context), reference: frame.references.current)
                explanation = maker.model(
                    explained, entry.condition ?? entry.question, of: profile.customer
                )
            } catch OrderError.unknownCustomer {
                problem = "There is no customer “\(id)”."
            }
        }
        if request.headers[.fragment] != nil {
            let part = ExplanationPage(
                shell: frame.shell(request, context, .segments), hasExplainProblem: explanation == nil,
                explainProblem: problem, explanation: explanation
            )
            // A profile opens several of them, each a part of its own.
            let name = request.headers[.fragment] ?? ""
            return try frame.answer(.segmentExplanation, part, request, fragment: (name, .segmentExplanation))
        }
        return try await page(request, context, entry) { model in
            (model.explained, model.explanation) = (id, explanation)
            (model.explainProblem, model.hasExplainProblem) = (problem, explanation == nil)
        }
    }

    // MARK: The end

    @Sendable private func confirmDeletion(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let segment = try segments.entry(of: try context.path("code")).segment
        let users = segments.book.users(of: segment.code).map { "“\($0.name)” names it: change that first." }
        let kind = segment.isAudience ? "audience" : "segment"
        let losses = [
            segment.isAudience ? "The list of who is in it." : "Its conditions.", "How large it was, day by day.",
        ]
        let model = ConfirmModel.Page(
            shell: frame.shell(request, context, .segments),
            confirm: ConfirmModel(
                action: Links.deleteSegment(segment.code), heading: "Delete the \(kind) \(segment.name)?",
                sentence: users.isEmpty ? "Customers stay. This is lost:" : "It is in use, and cannot go yet:",
                losses: users.isEmpty ? losses : users, cancelHref: Links.segment(segment.code),
                verb: "Delete \(kind)"
            )
        )
        return try frame.answer(.segmentDelete, model, request, fragment: ("dialog", .confirmFragment))
    }

    @Sendable private func delete(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let code = try context.path("code")
        _ = try await FormBody(request, context.session)
        do {
            try await segments.delete(code, by: context.actor)
            return frame.lead(to: Links.segments, request, flash: .segmentDeleted)
        } catch SegmentError.inUse {
            return frame.lead(to: Links.segment(code), request, flash: .segmentInUse)
        } catch SegmentError.unknown {
            return frame.lead(to: Links.segments, request, flash: .segmentGone)
        }
    }
}
