import Domain

/// A field of a form, with what is wrong with it.
struct FieldModel: Sendable {
    var name: String
    var value = ""
    var error: String?
}

/// A field that one of several values is chosen for.
struct ChoiceModel: Sendable {
    var name: String
    var error: String?
    var options: [OptionModel]
}

struct OptionModel: Sendable {
    var value: String
    var text: String
    var color = "grey"
    var isSelected = false
}

/// A line above a form that leads to the field it is about.
struct ProblemModel: Sendable {
    var field: String
    var text: String
}

struct ChipModel: Sendable {
    var text: String
    var color: String

    init(_ status: OrderStatus) { (text, color) = (status.name, status.color.rawValue) }

    /// A status that is no more, by its code.
    init(code: String) { (text, color) = (code, "grey") }
}

/// A question before something is lost.
struct ConfirmModel: Sendable {
    struct Page: Sendable {
        var shell: ShellModel
        var confirm: ConfirmModel
    }

    var action: String
    var heading: String
    var sentence: String
    var hasLosses: Bool
    var losses: [String]
    var cancelHref: String
    var verb: String

    init(action: String, heading: String, sentence: String, losses: [String] = [], cancelHref: String, verb: String) {
        (self.action, self.heading, self.sentence) = (action, heading, sentence)
        (hasLosses, self.losses) = (!losses.isEmpty, losses)
        (self.cancelHref, self.verb) = (cancelHref, verb)
    }
}

/// What is wrong with a form, by the name of the field.
struct FormFaults {
    private(set) var problems: [ProblemModel] = []

    init() {}

    /// - Parameter rename: The form's name of a field, where it is another than the wire's.
    init(_ faults: Faults, rename: [String: String] = [:]) { add(faults, rename: rename) }

    var isEmpty: Bool { problems.isEmpty }

    subscript(field: String) -> String? { problems.first { $0.field == field }?.text }

    /// The problems for the list above the form, each with what its field is called, in the order of the fields.
    func listed(_ label: (String) -> String, order: [String] = []) -> [ProblemModel] {
        func place(_ problem: ProblemModel) -> Int { order.firstIndex(of: problem.field) ?? order.count }
        let sorted = problems.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
        return sorted.map { _, problem in
            ProblemModel(field: problem.field, text: "\(label(problem.field)): \(problem.text)")
        }
    }

    mutating func add(_ field: String, _ text: String) { problems.append(ProblemModel(field: field, text: text)) }

    /// Takes the faults of a service; their pointers name the attribute, with slashes between its parts.
    mutating func add(_ faults: Faults, rename: [String: String] = [:]) {
        for fault in faults.all {
            let pointer = fault.pointer.replacing("/data/attributes", with: "")
            let path = pointer.split(separator: "/").joined(separator: ".")
            add(rename[path] ?? path, fault.detail)
        }
    }

    /// A field as it was sent, with what is wrong with it.
    func field(_ name: String, _ form: FormBody) -> FieldModel {
        FieldModel(name: name, value: form.raw(name), error: self[name])
    }
}
