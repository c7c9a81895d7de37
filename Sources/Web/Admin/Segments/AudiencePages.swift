import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Audiences: lists that somebody fills, by pasted identifiers or from a segment.
struct AudiencePages: Sendable {
    let segments: SegmentService
    let page: SegmentPages
    let frame: PageFrame

    /// Identifiers that are taken at once.
    private static let pasteLimit = 10_000
    /// Unknown ones that are named.
    private static let unknownLimit = 50

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("segments/audiences/new", use: new)
        router.post("segments/audiences/new", use: make)
        router.post("segments/by-code/{code}/members/add", use: add)
        router.post("segments/by-code/{code}/members/remove", use: remove)
        router.post("segments/by-code/{code}/members/fill", use: fill)
    }

    @Sendable private func new(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        return try form(request, context, FormBody(""), FormFaults())
    }

    @Sendable private func make(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let body = try await FormBody(request, context.session)
        var faults = FormFaults()
        do {
            var patch = SegmentPatch(code: body["code"], name: body["name"] ?? "")
            patch.description = Patch(body["description"])
            let source = try body["source"].map { try segments.entry(of: $0).segment.code }
            let made = try await segments.create(patch, base: "", by: context.actor)
            if let source { _ = try await segments.fill(made.code, from: .segment(source), by: context.actor) }
            return frame.lead(to: Links.segment(made.code), request, flash: .audienceAdded)
        } catch let refused as Faults {
            faults.add(refused)
        } catch SegmentError.codeTaken {
            faults.add("code", "There is a segment or an audience with this code already.")
        }
        return try form(request, context, body, faults, status: .unprocessableContent)
    }

    @Sendable private func add(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let code = try context.path("code")
        let body = try await FormBody(request, context.session)
        let pasted = body.raw("customers")
        let ids = Self.identifiers(pasted)
        guard ids.count <= Self.pasteLimit else {
            throw Problem.badRequest(
                "too_many", "At most \(PageFormat.count(Self.pasteLimit)) customers are taken at once."
            )
        }
        let outcomes = try await segments.add(ids, to: code, by: context.actor)
        let unknown = zip(ids, outcomes).filter { $1 == .unknownCustomer }.map(\.0)
        let (added, there) = (outcomes.count { $0 == .changed }, outcomes.count { $0 == .unchanged })
        var sentence = "\(PageFormat.count(added, "customer", "customers")) added."
        if there > 0 { sentence += " \(PageFormat.count(there)) \(there == 1 ? "was" : "were") in it already." }
        if !unknown.isEmpty { sentence += " \(PageFormat.count(unknown.count)) unknown:" }
        return try await page.page(
            request, context, try segments.entry(of: code)
        ) { model in
            model.audience?.pasted = unknown.joined(separator: "\n")
            model.audience?.hasOutcome = true
            model.audience?.outcome = ids.isEmpty ? "Paste the ids of customers." : sentence
            model.audience?.hasUnknown = !unknown.isEmpty
            model.audience?.unknown = Array(unknown.prefix(Self.unknownLimit))
        }
    }

    /// What was pasted: one on a line, or with commas or semicolons between; each once.
    private static func identifiers(_ text: String) -> [String] {
        var seen: Set<String> = []
        return text.split { $0.isNewline || $0 == "," || $0 == ";" || $0 == "\t" }.compactMap { part in
            let id = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            return !id.isEmpty && seen.insert(id).inserted ? id : nil
        }
    }

    @Sendable private func remove(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let code = try context.path("code")
        let body = try await FormBody(request, context.session)
        _ = try await segments.remove(body.all("customer"), from: code, by: context.actor)
        return frame.lead(to: Links.segmentLive(code) + "#members", request, flash: .memberRemoved)
    }

    @Sendable private func fill(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.segmentsWrite)
        let code = try context.path("code")
        let body = try await FormBody(request, context.session)
        let source = try segments.entry(of: body["source"] ?? "").segment.code
        _ = try await segments.fill(code, from: .segment(source), by: context.actor)
        return frame.lead(to: Links.segmentLive(code), request, flash: .audienceFilled)
    }

    private func form(
        _ request: Request, _ context: OperatorContext, _ body: FormBody, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let sources = segments.book.entries.filter { $0.faults.isEmpty }
        let model = AudienceFormModel(
            shell: frame.shell(request, context, .segments), hasProblems: !faults.isEmpty,
            problems: faults.listed { $0.prefix(1).uppercased() + $0.dropFirst() }, name: faults.field("name", body),
            code: faults.field("code", body), description: faults.field("description", body),
            source: ChoiceModel(
                name: "source",
                options: [OptionModel(value: "", text: "Nobody yet")]
                    + sources.map {
                        OptionModel(
                            value: $0.segment.code, text: $0.segment.name, isSelected: $0.segment.code == body["source"]
                        )
                    }
            )
        )
        return try frame.answer(.audienceForm, model, request, status: status)
    }
}

/// The form that makes an audience.
struct AudienceFormModel: Sendable {
    var shell: ShellModel
    var action = Links.newAudience
    var cancelHref = Links.segments
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var code: FieldModel
    var description: FieldModel
    var source: ChoiceModel
}
