/// What reading conditions needs to know of the project.
package struct ConditionContext: Sendable {
    package var registry: ConditionRegistry
    package var statuses: StatusBook
    package var calendar: ShopCalendar
    /// Whether there is a segment of a name.
    package var knowsSegment: @Sendable (String) -> Bool

    package init(
        registry: ConditionRegistry, statuses: StatusBook, calendar: ShopCalendar,
        knowsSegment: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        (self.registry, self.statuses, self.calendar) = (registry, statuses, calendar)
        self.knowsSegment = knowsSegment
    }
}

extension Condition {
    /// The most levels of groups and blocks in one another.
    package static let depthLimit = 8
    /// The most fields, segments and blocks.
    package static let countLimit = 100

    /// Reads a condition tree (spec segments.md, "The tree").
    ///
    /// - Parameter base: Where the tree stands in the request.
    /// - Throws: `JSONError` for what is not JSON, `Faults` with all that is wrong, each with its place in the tree.
    package static func decode(
        _ reader: inout JSONReader, base: String = "/data/attributes/conditions", _ context: ConditionContext
    ) throws -> Condition {
        let json = try ConditionJSON(&reader)
        var parser = ConditionParser(context: context)
        let condition = parser.condition(json, of: .customer, at: base, depth: 1)
        guard parser.faults.isEmpty, let condition else { throw Faults(parser.faults) }
        return condition
    }

    /// Reads a tree that was stored, or typed into a file.
    package static func parse(_ text: String, base: String = "", _ context: ConditionContext) throws -> Condition {
        try JSONReader.read(text.utf8) { try decode(&$0, base: base, context) }
    }
}

/// Reads a tree, and gathers all that is wrong with it.
struct ConditionParser {
    let context: ConditionContext
    var faults: [Fault] = []
    private var count = 0

    init(context: ConditionContext) { self.context = context }

    mutating func refuse(_ place: String, _ code: String, _ detail: String) {
        faults.append(Fault(place, code, detail))
    }

    static func escaped(_ key: String) -> String { key.replacing("~", with: "~0").replacing("/", with: "~1") }

    /// Reads a condition on a record; nil when something is wrong with it.
    mutating func condition(
        _ json: ConditionJSON, of scope: ConditionScope, at place: String, depth: Int
    ) -> Condition? {
        guard depth <= Condition.depthLimit + 1 else { return nil }
        guard let members = members(json, at: place, what: "A condition") else { return nil }
        guard let kind = members.first(where: { Self.isKind($0.key) }) ?? members.first else {
            refuse(place, "required", "Say “all”, “any”, “not”, “field”, “segment” or a block such as “orders”.")
            return nil
        }
        let inside = "\(place)/\(Self.escaped(kind.key))"
        if kind.key == "field" { return test(members, of: scope, at: place) }
        let others = members.filter { $0.key != kind.key }
        for other in others {
            refuse(
                "\(place)/\(Self.escaped(other.key))", "unknown_attribute",
                "“\(other.key)” cannot stand beside “\(kind.key)”: put each into a group of its own."
            )
        }
        switch kind.key {
        case "all", "any", "not":
            guard depth <= Condition.depthLimit else { return tooDeep(place) }
            if kind.key == "not" {
                return condition(kind.value, of: scope, at: inside, depth: depth + 1).map(Condition.not)
            }
            guard let parts = group(kind.value, of: scope, at: inside, depth: depth + 1) else { return nil }
            return kind.key == "all" ? .all(parts) : .any(parts)
        case "segment": return segment(kind.value, of: scope, at: inside)
        default:
            guard let block = scope.blocks.first(where: { $0.code == kind.key }) else {
                unknown(kind.key, scope, inside)
                return nil
            }
            guard depth <= Condition.depthLimit else { return tooDeep(place) }
            counted(place)
            return self.block(block, kind.value, at: inside, depth: depth + 1).map(Condition.records)
        }
    }

    private static func isKind(_ key: String) -> Bool {
        ["all", "any", "not", "field", "segment"].contains(key)
            || ConditionBlockKind.allCases.contains { $0.code == key }
    }

    private mutating func tooDeep(_ place: String) -> Condition? {
        refuse(place, "too_deep", "Groups and blocks nest at most \(Condition.depthLimit) deep.")
        return nil
    }

    private mutating func unknown(_ key: String, _ scope: ConditionScope, _ place: String) {
        if let reason = ConditionRegistry.joinsLater(key) {
            return refuse(place, "unknown_block", "There are no conditions on “\(key)” yet. \(reason)")
        }
        let known = ["all", "any", "not", "field"] + (scope == .customer ? ["segment"] : []) + scope.blocks.map(\.code)
        refuse(
            place, "unknown_block",
            "There is no condition “\(key)” here. Known are: \(known.joined(separator: ", "))."
        )
    }

    /// Counts a condition; the first beyond the limit is reported.
    mutating func counted(_ place: String) {
        count += 1
        guard count == Condition.countLimit + 1 else { return }
        refuse(place, "too_many", "A tree has at most \(Condition.countLimit) conditions.")
    }

    /// The members of an object, each key once; nil when it is something else.
    mutating func members(_ json: ConditionJSON, at place: String, what: String) -> [ConditionJSON.Member]? {
        guard case .object(let members) = json else {
            refuse(place, "not_an_object", "\(what) must be a JSON object.")
            return nil
        }
        var seen: Set<String> = []
        for member in members where !seen.insert(member.key).inserted {
            refuse("\(place)/\(Self.escaped(member.key))", "duplicate_key", "This key stands twice; say it once.")
        }
        return members
    }

    private mutating func group(
        _ json: ConditionJSON, of scope: ConditionScope, at place: String, depth: Int
    ) -> [Condition]? {
        guard case .array(let elements) = json else {
            refuse(place, "not_a_list", "This must be a list of conditions.")
            return nil
        }
        var parts: [Condition] = []
        for (index, element) in elements.enumerated() {
            if let part = condition(element, of: scope, at: "\(place)/\(index)", depth: depth) { parts.append(part) }
        }
        return parts.count == elements.count ? parts : nil
    }

    private mutating func segment(_ json: ConditionJSON, of scope: ConditionScope, at place: String) -> Condition? {
        counted(place)
        guard scope == .customer else {
            refuse(place, "not_here", "A segment is of customers: take this condition out of the block.")
            return nil
        }
        guard case .string(let name) = json else {
            refuse(place, "not_a_string", "This must be the name of a segment.")
            return nil
        }
        guard context.knowsSegment(name) else {
            refuse(place, "unknown_segment", "There is no segment “\(name)”.")
            return nil
        }
        return .segment(name)
    }
}
