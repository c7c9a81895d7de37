import Domain

/// Why a call was refused: its feature is switched off, and its data is kept (spec orders.md, "Feature flag").
package struct FeatureOff: Error, Hashable, Sendable {
    package var feature: Feature

    package init(_ feature: Feature) { self.feature = feature }

    /// What is off, and how it is switched on.
    package var sentence: String {
        let name = feature.word.prefix(1).uppercased() + feature.word.dropFirst()
        return """
            \(name) are switched off in this project; what was stored is kept. Switch them on under Settings → \
            Features, or set features.\(feature.rawValue) to true with PATCH /api/project.
            """
    }
}

/// Somebody changed what the caller had seen; nothing was stored.
package struct ChangedMeanwhile: Error, Hashable, Sendable {
    package init() {}
}

/// What holds for the whole shop, and how it is changed.
package struct ProjectService: Sendable {
    let statuses: StatusService
    let references: ReferenceBoard

    /// The project as of the last commit; nil before the first run.
    package var project: Project? { references.current.project }

    /// Changes what `patch` says; it holds for every request from the commit on.
    ///
    /// - Parameter seen: What the caller changes; another one now is `ChangedMeanwhile`.
    /// - Throws: `Faults` for a name, a currency or a zone that will not do; `ChangedMeanwhile`.
    package func update(_ patch: ProjectPatch, seen: Project? = nil, by actor: Actor = .system) async throws {
        try await statuses.changeProject(by: actor) { project in
            guard seen == nil || seen == project else { throw ChangedMeanwhile() }
            try patch.apply(to: &project)
        }
    }
}

extension ReferenceBoard {
    /// - Throws: `FeatureOff` when the project has it switched off.
    package func require(_ feature: Feature) throws(FeatureOff) {
        guard current.features.has(feature) else { throw FeatureOff(feature) }
    }
}
