import Domain
import HTTPTypes
import Hummingbird
import Platform

/// Which parts of the product the project has (spec orders.md, "Feature flag").
struct FeaturePages {
    let project: ProjectService
    let frame: PageFrame

    /// Those that there are pages for.
    private static let offered: [Feature] = [.orders, .receipts]

    func mount(on router: some RouterMethods<OperatorContext>) {
        router.get("settings/features", use: show)
        router.post("settings/features", use: save)
    }

    @Sendable private func show(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let features = frame.features
        let shell = frame.shell(request, context, .settings)
        let model = FeaturesModel(
            shell: shell, sections: SettingsSection.all(current: Links.features, shell),
            features: Self.offered.map { FeaturesModel.Switch($0, isOn: features.has($0)) }, seen: frame.projectTag
        )
        return try frame.answer(.features, model, request)
    }

    @Sendable private func save(_ request: Request, context: OperatorContext) async throws -> Response {
        try context.require(.settings)
        let form = try await FormBody(request, context.session)
        var patch = ProjectPatch()
        for feature in Self.offered { patch.features[feature] = form.isOn(feature.rawValue) }
        do {
            try await project.update(patch, from: form, by: context.actor)
            return frame.lead(to: Links.features, request, flash: .featuresSaved)
        } catch is ChangedMeanwhile {
            return frame.lead(to: Links.features, request, flash: .changedMeanwhile)
        }
    }
}

/// The switches of the features.
struct FeaturesModel: Sendable {
    struct Switch: Sendable {
        var name: String
        var label: String
        var note: String
        var isOn: Bool

        init(_ feature: Feature, isOn: Bool) {
            name = feature.rawValue
            self.isOn = isOn
            switch feature {
            case .orders:
                label = "Orders"
                note = "Orders with their statuses, in lists, profiles, filters and reports, and over the API."
            case .receipts:
                label = "Receipts"
                note =
                    "Receipts of the tills, linked to orders, in lists, profiles, filters and reports, and over the API."
            case .promotions:
                label = "Promotions"
                note = "Vouchers, their rules and redemptions."
            }
        }
    }

    var shell: ShellModel
    var action = Links.features
    var sections: [SettingsSection]
    var features: [Switch]
    /// What the form was made of.
    var seen: String
}
