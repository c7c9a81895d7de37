import Foundation

/// What somebody says of the project: only what is said is changed.
package struct ProjectPatch: Hashable, Sendable {
    package var name: String?
    package var currency: String?
    package var timeZoneName: String?
    package var inclusionRule: InclusionRule?
    package var createsUnknownCustomers: Bool?
    package var createsUnknownStatuses: Bool?
    /// Said on the page of the settings only: no key may make signing in easier.
    package var requiresSecondFactor: Bool?
    package var eventDays: Int64?
    /// Features to switch on (true) and off.
    package var features: [Feature: Bool] = [:]

    package init() {}

    /// Writes what is said into `project`.
    ///
    /// - Throws: `Faults` for a name, a currency or a zone that will not do.
    package func apply(to project: inout Project) throws(Faults) {
        project.name = name ?? project.name
        project.currency = currency ?? project.currency
        project.timeZoneName = timeZoneName ?? project.timeZoneName
        project.inclusionRule = inclusionRule ?? project.inclusionRule
        project.createsUnknownCustomers = createsUnknownCustomers ?? project.createsUnknownCustomers
        project.createsUnknownStatuses = createsUnknownStatuses ?? project.createsUnknownStatuses
        project.requiresSecondFactor = requiresSecondFactor ?? project.requiresSecondFactor
        project.eventDays = eventDays ?? project.eventDays
        for (feature, isOn) in features { project.features[feature] = isOn }
        let faults = project.faults
        guard faults.isEmpty else {
            throw Faults(
                faults.map { fault in
                    let name = fault.pointer == "/project" ? "/name" : fault.pointer
                    return Fault("/data/attributes\(name)", fault.code, fault.detail)
                }
            )
        }
    }

    /// Reads the project's attributes.
    ///
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes"
    ) throws -> ProjectPatch {
        var attributes = AttributeDecoder(base: base, context: ReadingContext(zone: .gmt))
        var patch = ProjectPatch()
        try attributes.object(&reader) { attributes, key, reader in
            switch key {
            case "name": patch.name = try attributes.requiredText("name", limit: 100, &reader)
            case "currency": patch.currency = try attributes.requiredText("currency", limit: 3, &reader)
            case "time_zone": patch.timeZoneName = try attributes.requiredText("time_zone", limit: 64, &reader)
            case "included_orders":
                let text = try attributes.requiredText("included_orders", limit: 16, &reader)
                patch.inclusionRule = text.flatMap(InclusionRule.init)
                if text != nil, patch.inclusionRule == nil { attributes.refuse("included_orders", unknownRule) }
            case "create_unknown_customers":
                patch.createsUnknownCustomers = try attributes.flag("create_unknown_customers", &reader)
            case "create_unknown_statuses":
                patch.createsUnknownStatuses = try attributes.flag("create_unknown_statuses", &reader)
            case "event_days": patch.eventDays = try attributes.wholeNumber("event_days", &reader)
            case "features": patch.features = try features(&attributes, &reader)
            default: try attributes.unknown(key, &reader)
            }
        }
        guard attributes.faults.isEmpty else { throw Faults(attributes.faults) }
        return patch
    }

    private static func features(
        _ attributes: inout AttributeDecoder, _ reader: inout JSONReader
    ) throws -> [Feature: Bool] {
        guard try reader.peek() == .object else {
            attributes.refuse("features", Refusal("not_an_object", "This must be a JSON object of names and booleans."))
            try reader.skip()
            return [:]
        }
        var features: [Feature: Bool] = [:]
        try reader.object { reader, key in
            guard let feature = Feature(rawValue: key.text) else {
                return try attributes.unknown(key, in: "features.", &reader)
            }
            guard features[feature] == nil else { return try attributes.repeated("features.\(key.text)", &reader) }
            features[feature] = try attributes.flag("features.\(key.text)", &reader)
        }
        return features
    }

    private static let unknownRule = Refusal(
        "not_a_choice", "This must be one of: \(InclusionRule.allCases.map(\.rawValue).joined(separator: ", "))."
    )
}
