import Domain

/// What conditions of segments can be put on, as `reorder fields` prints it.
enum ConditionFields {
    static func text(_ registry: ConditionRegistry) -> String {
        let fields =
            [["FILTER OF", "CODE", "TYPE", "NAME", "HELP"]]
            + registry.listed.map { [$0.scope.rawValue, $0.code, $0.type.name, $0.name, help($0)] }
        let blocks =
            [["BLOCK OF", "CODE", "RECORDS"]]
            + ConditionScope.allCases.flatMap { scope in
                scope.blocks.map { [scope.rawValue, $0.code, $0.scope.rawValue] }
            }
        let operators =
            [["TYPE", "OPERATORS"]]
            + types(registry).map { [$0.name, $0.operators.map(\.rawValue).joined(separator: " ")] }
        return [fields, blocks, operators].map { Fields.table($0) }.joined(separator: "\n\n")
    }

    static func json(_ registry: ConditionRegistry) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for field in registry.listed {
                writer.object { writer in
                    writer.field("code", field.code)
                    writer.field("group", field.group)
                    writer.field("help", field.help)
                    writer.field("name", field.name)
                    writer.array("operators") { writer in
                        for op in field.operators { writer.value(op.rawValue) }
                    }
                    writer.field("scope", field.scope.rawValue)
                    writer.field("type", field.type.name)
                }
            }
        }
        return writer.text
    }

    /// One type of each name: what can be asked does not depend on places or choices.
    private static func types(_ registry: ConditionRegistry) -> [ConditionType] {
        var seen: Set<String> = []
        return registry.fields.map(\.type).filter { seen.insert($0.name).inserted }
    }

    private static func help(_ field: ConditionField) -> String {
        let choices: [String] =
            switch field.type {
            case .choice(let choices), .choices(let choices): choices
            default: []
            }
        let parts = [field.help, choices.isEmpty ? "" : "One of: \(choices.joined(separator: ", "))."]
        return parts.filter { !$0.isEmpty }.joined(separator: " ").replacing("\n", with: " ")
    }
}
