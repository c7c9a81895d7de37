import Domain
import HTTPTypes
import Hummingbird
import Platform

/// The builder: makes and changes segments, and says at each step what the tree comes to.
struct SegmentFormPages: Sendable {
    let segments: SegmentService
    let customers: CustomerService
    let frame: PageFrame

    /// Customers that a preview shows.
    private static let sampleSize = 8

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments/new", use: new)
        router.post("segments/new", use: add)
        router.get("segments/by-code/{code}/edit", use: edit)
        router.post("segments/by-code/{code}/edit", use: save)
        router.post("segments/preview", use: preview)
        router.post("segments/explain", use: explain)
    }

    // MARK: Making and changing

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let query = QueryItems(request)
        let tree = query["conditions"] ?? #"{"all":[]}"#
        let body = FormBody(
            QueryItems.text([(name: "name", value: query["name"] ?? ""), (name: "conditions", value: tree)])
        )
        return try page(request, context, nil, body)
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let body = try await FormBody(request, context.session)
        return try await write(request, context, nil, body) { condition in
            var patch = SegmentPatch(code: body["code"], name: body["name"] ?? "", conditions: condition)
            patch.description = Patch(body["description"])
            let made = try await segments.create(patch, base: "", by: context.actor)
            return frame.lead(to: Links.segment(made.code), request, flash: .segmentAdded)
        }
    }

    @Sendable private func edit(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let segment = try segments.entry(of: try context.path("code")).segment
        let pairs: [(name: String, value: String)] = [
            ("name", segment.name), ("description", segment.description ?? ""),
            ("conditions", segment.conditions ?? ""), ("version", String(segment.version)),
        ]
        return try page(request, context, segment, FormBody(QueryItems.text(pairs)))
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let segment = try segments.entry(of: try context.path("code")).segment
        let body = try await FormBody(request, context.session)
        return try await write(request, context, segment, body) { condition in
            var patch = SegmentPatch(name: body["name"] ?? "", conditions: condition)
            patch.description = Patch(body["description"])
            _ = try await segments.update(
                segment.code, patch, expectedVersion: body["version"].flatMap(Int64.init), base: "", by: context.actor
            )
            let flash: Flash = segment.isAudience ? .audienceSaved : .segmentSaved
            return frame.lead(to: Links.segment(segment.code), request, flash: flash)
        }
    }

    /// Reads the tree and stores; what is wrong comes back with the form.
    private func write(
        _ request: Request, _ context: OperatorContext, _ segment: Segment?, _ body: FormBody,
        _ store: (Condition?) async throws -> Response
    ) async throws -> Response {
        var faults = FormFaults()
        var preview: PreviewModel?
        do {
            let isTree = segment?.isAudience != true
            return try await store(isTree ? try read(body, context) : nil)
        } catch let refused as Faults {
            let ofTree = refused.all.filter { !["/name", "/code", "/description"].contains($0.pointer) }
            faults.add(Faults(refused.all.filter { !ofTree.contains($0) }))
            for fault in ofTree { faults.add("conditions", fault.detail) }
            if !ofTree.isEmpty { preview = .flawed(ofTree.map(Self.withoutBase)) }
        } catch SegmentError.codeTaken {
            faults.add("code", "There is a segment or an audience with this code already.")
        } catch SegmentError.outdated(let current) {
            faults.add("name", "Somebody changed this meanwhile. Load the page again (version \(current)).")
        }
        return try page(request, context, segment, body, faults, preview: preview, status: .unprocessableContent)
    }

    private static func withoutBase(_ fault: Fault) -> Fault {
        var fault = fault
        if fault.pointer.hasPrefix("/conditions") { fault.pointer.removeFirst("/conditions".count) }
        return fault
    }

    // MARK: Asking while it is built

    @Sendable private func preview(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let body = try await FormBody(request, context.session)
        let model: PreviewModel
        do {
            let condition = try read(body, context)
            let found = try await segments.preview(condition, sample: Self.sampleSize)
            model = PreviewModel(found, condition, maker(context))
        } catch let refused as Faults {
            model = .flawed(refused.all)
        }
        if request.headers[.fragment] == "preview" {
            let page = PreviewModel.Page(shell: frame.shell(request, context, .segments), preview: model)
            return try frame.answer(.segmentPreview, page, request, fragment: ("preview", .segmentPreview))
        }
        return try page(request, context, try edited(body), body, preview: model)
    }

    @Sendable private func explain(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsRead)
        let body = try await FormBody(request, context.session)
        let (explanation, problem) = try await explanation(body, context)
        if request.headers[.fragment] == "explanation" {
            let page = ExplanationPage(
                shell: frame.shell(request, context, .segments), hasExplainProblem: problem != nil,
                explainProblem: problem ?? "", explanation: explanation
            )
            return try frame.answer(.segmentExplanation, page, request, fragment: ("explanation", .segmentExplanation))
        }
        return try page(request, context, try edited(body), body, explanation: explanation, problem: problem)
    }

    private func explanation(
        _ body: FormBody, _ context: OperatorContext
    ) async throws -> (ExplanationModel?, String?) {
        guard let id = body["customer"] else { return (nil, "Type the id of a customer.") }
        do {
            let condition = try read(body, context)
            let explained = try await segments.explain(condition, customer: id)
            let profile = try customers.customer(id)
            let maker = ExplanationMaker(format: frame.format(context), reference: frame.references.current)
            return (maker.model(explained, condition, of: profile.customer), nil)
        } catch is Faults {
            return (nil, "Mend the conditions first.")
        } catch OrderError.unknownCustomer {
            return (nil, "There is no customer “\(id)”.")
        }
    }

    // MARK: Parts

    /// The segment that a form without an address of its own is about.
    private func edited(_ body: FormBody) throws -> Segment? {
        try body["edited"].map { try segments.entry(of: $0).segment }
    }

    private func read(_ body: FormBody, _ context: OperatorContext) throws -> Condition {
        try Condition.read(body.raw("conditions"), segments.context, for: context.mask)
    }

    private func maker(_ context: OperatorContext) -> SegmentMaker {
        SegmentMaker(format: frame.format(context), reference: frame.references.current)
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ segment: Segment?, _ body: FormBody,
        _ faults: FormFaults = FormFaults(), preview: PreviewModel? = nil, explanation: ExplanationModel? = nil,
        problem: String? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let isAudience = segment?.isAudience == true
        let back = segment.map { Links.segment($0.code) } ?? Links.segments
        let model = SegmentFormModel(
            shell: frame.shell(request, context, .segments),
            heading: segment.map { "Edit \($0.name)" } ?? "New segment",
            action: segment.map { Links.editSegment($0.code) } ?? Links.newSegment, backHref: back,
            backText: segment?.name ?? "Segments", cancelHref: back,
            verb: segment == nil ? "Add segment" : "Save", isNew: segment == nil, hasTree: !isAudience,
            hasProblems: !faults.isEmpty,
            problems: faults.listed({ $0.prefix(1).uppercased() + $0.dropFirst() }), name: faults.field("name", body),
            code: faults.field("code", body), description: faults.field("description", body),
            conditions: FieldModel(
                name: "conditions", value: JSONLayout.pretty(body.raw("conditions")), error: faults["conditions"]
            ),
            hasVersion: body["version"] != nil, version: body["version"] ?? "", edited: segment?.code ?? "",
            preview: preview, customer: body["customer"] ?? "", explanation: explanation,
            hasExplainProblem: problem != nil, explainProblem: problem ?? ""
        )
        return try frame.answer(.segmentForm, model, request, status: status)
    }
}

/// An explanation alone, as a part of a page.
struct ExplanationPage: Sendable {
    var shell: ShellModel
    var hasExplainProblem: Bool
    var explainProblem: String
    var explanation: ExplanationModel?
}
