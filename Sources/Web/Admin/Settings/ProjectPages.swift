import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// Settings, Project: what holds for the whole shop.
struct ProjectPages {
    let project: ProjectService
    let frame: PageFrame

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/project", use: show)
        router.post("settings/project", use: save)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        guard let project = project.project else { throw Problem.notFound }
        return try page(request, context, ProjectFormModel.Input(project), FormFaults())
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        let input = ProjectFormModel.Input(form)
        do {
            try await project.update(input.patch, from: form, by: context.actor)
            return frame.lead(to: Links.projectSettings, request, flash: .projectSaved)
        } catch is ChangedMeanwhile {
            return frame.lead(to: Links.projectSettings, request, flash: .changedMeanwhile)
        } catch let faults as Faults {
            return try page(request, context, input, FormFaults(faults), status: .unprocessableContent)
        }
    }

    private func page(
        _ request: Request, _ context: OperatorContext, _ input: ProjectFormModel.Input, _ faults: FormFaults,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let shell = frame.shell(request, context, .settings)
        let model = ProjectFormModel(
            shell: shell, sections: SettingsSection.all(current: Links.projectSettings, shell), input: input,
            faults: faults, seen: frame.projectTag
        )
        return try frame.answer(.projectForm, model, request, status: status)
    }
}

struct ProjectFormModel: Sendable {
    /// What the form says, or the project.
    struct Input: Sendable {
        var name: String
        var currency: String
        var timeZone: String
        var requiresSecondFactor: Bool
        var eventDays: String

        init(_ project: Project) {
            (name, currency, timeZone) = (project.name, project.currency, project.timeZoneName)
            requiresSecondFactor = project.requiresSecondFactor
            eventDays = String(project.eventDays)
        }

        init(_ form: FormBody) {
            name = form["name"] ?? ""
            currency = form["currency"]?.uppercased() ?? ""
            timeZone = form["time_zone"] ?? ""
            requiresSecondFactor = form.isOn("require_second_factor")
            eventDays = form["event_days"] ?? ""
        }

        var patch: ProjectPatch {
            var patch = ProjectPatch()
            (patch.name, patch.currency, patch.timeZoneName) = (name, currency, timeZone)
            patch.requiresSecondFactor = requiresSecondFactor
            // What is no number lies outside of what may be.
            if !eventDays.isEmpty { patch.eventDays = Int64(eventDays) ?? 0 }
            return patch
        }
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var action = Links.projectSettings
    var hasProblems: Bool
    var problems: [ProblemModel]
    var name: FieldModel
    var currency: ChoiceModel
    var timeZone: FieldModel
    var eventDays: FieldModel
    var timeZones = FirstRunModel.knownZones
    var requiresSecondFactor: Bool
    var rulesHref: String?
    /// What the form was made of.
    var seen: String

    private static let labels = [
        "name": "Name", "currency": "Currency", "time_zone": "Time zone", "event_days": "Days of events",
    ]

    init(shell: ShellModel, sections: [SettingsSection], input: Input, faults: FormFaults, seen: String) {
        (self.shell, self.sections, self.seen) = (shell, sections, seen)
        hasProblems = !faults.isEmpty
        problems = faults.listed { Self.labels[$0] ?? $0 }
        name = FieldModel(name: "name", value: input.name, error: faults["name"])
        var offered = CurrencyStyle.offered
        if !offered.contains(where: { $0.code == input.currency }) {
            offered.insert((input.currency, input.currency), at: 0)
        }
        currency = ChoiceModel(
            name: "currency", error: faults["currency"],
            options: offered.map {
                OptionModel(value: $0.code, text: "\($0.name) (\($0.code))", isSelected: $0.code == input.currency)
            }
        )
        timeZone = FieldModel(name: "time_zone", value: input.timeZone, error: faults["time_zone"])
        eventDays = FieldModel(name: "event_days", value: input.eventDays, error: faults["event_days"])
        requiresSecondFactor = input.requiresSecondFactor
        rulesHref = shell.features.has(.orders) ? Links.statuses + "#rules" : nil
    }
}

extension PageFrame {
    /// What forms that change the project carry, to tell when somebody else did meanwhile.
    var projectTag: String { references.current.project.map { ContentTag($0).text } ?? "" }
}

extension ProjectService {
    /// Changes the project as a form says.
    ///
    /// - Throws: `ChangedMeanwhile` when the form was made of what the project is no more.
    func update(_ patch: ProjectPatch, from form: FormBody, by actor: Actor) async throws {
        let seen = form["seen"] == nil ? nil : project
        if let seen, !ContentTag(seen).isSeen(by: form) { throw ChangedMeanwhile() }
        try await update(patch, seen: seen, by: actor)
    }
}
