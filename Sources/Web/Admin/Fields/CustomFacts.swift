import Domain

/// A custom field with its value, as pages show it.
struct CustomFact: Sendable {
    var label: String
    var value: String
    var isNumber: Bool

    init(_ field: CustomField, _ values: CustomValues, _ format: PageFormat) {
        (label, value) = (field.name, format.custom(values[field], field))
        isNumber = field.type == .integer || field.type == .decimal
    }
}

/// Custom fields under the heading of their group.
struct CustomFactGroup: Sendable {
    var id: String
    var heading: String
    var facts: [CustomFact]

    /// An object's values, those that it lacks included.
    static func all(_ fields: [CustomField], _ values: CustomValues, _ format: PageFormat) -> [CustomFactGroup] {
        var groups: [CustomFactGroup] = []
        for field in fields {
            let heading = field.group.isEmpty ? "Custom fields" : field.group
            let fact = CustomFact(field, values, format)
            if let place = groups.firstIndex(where: { $0.heading == heading }) {
                groups[place].facts.append(fact)
            } else {
                groups.append(CustomFactGroup(id: "custom-\(groups.count)", heading: heading, facts: [fact]))
            }
        }
        return groups
    }
}
