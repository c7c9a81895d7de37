import Domain
import Platform
import Segmentation

/// Why a customer is in a segment, or is not, as its view takes it.
struct ExplanationModel: Sendable {
    struct Node: Sendable {
        var words: String
        /// `yes` or `no`, for a class.
        var verdict: String
        var holds: Bool
        var isGroup: Bool
        var hasActual: Bool
        var actual: String
        var isFirstFailure: Bool
        var hasParts: Bool
        var parts: [Node]
    }

    var name: String
    var externalID: String
    var href: String
    var holds: Bool
    var hasChange: Bool
    var change: String
    var changeISO: String
    var changeExact: String
    /// One, the tree itself.
    var nodes: [Node]
}

/// Writes an explanation; what is asked of the tree says how values are shown.
struct ExplanationMaker {
    let format: PageFormat
    let reference: ReferenceBoard.Reference

    func model(
        _ explained: ExplainedMembership, _ condition: Condition, of customer: Customer
    ) -> ExplanationModel {
        let change = explained.changesAt
        return ExplanationModel(
            name: customer.fullName.map(format.mask.name) ?? customer.externalID, externalID: customer.externalID,
            href: Links.customer(customer.externalID), holds: explained.explanation.holds, hasChange: change != nil,
            change: change.map(format.long) ?? "", changeISO: change?.rfc3339 ?? "",
            changeExact: change.map(format.exact) ?? "",
            nodes: [node(explained.explanation, condition, failure: explained.explanation.firstFailure)]
        )
    }

    private func node(_ explanation: Explanation, _ condition: Condition, failure: [Int]?) -> ExplanationModel.Node {
        let parts = parts(of: condition, count: explanation.parts.count)
        let actual = explanation.actual.map { text($0, condition) } ?? PageFormat.none
        return ExplanationModel.Node(
            words: words(explanation, condition), verdict: explanation.holds ? "yes" : "no", holds: explanation.holds,
            isGroup: isGroup(condition), hasActual: hasActual(condition), actual: actual,
            isFirstFailure: failure == [], hasParts: !explanation.parts.isEmpty,
            parts: explanation.parts.enumerated().map { index, part in
                let rest = failure?.first == index ? failure.map { Array($0.dropFirst()) } : nil
                return node(part, parts[index], failure: rest)
            }
        )
    }

    /// The conditions that the parts of an explanation are about.
    private func parts(of condition: Condition, count: Int) -> [Condition] {
        let known: [Condition] =
            switch condition {
            case .all(let parts), .any(let parts): parts
            case .not(let part): [part]
            case .segment(let code): reference.segments[code]?.condition.map { [$0] } ?? []
            case .test, .records: []
            }
        return known.count == count ? known : Array(repeating: .everybody, count: count)
    }

    private func isGroup(_ condition: Condition) -> Bool {
        switch condition {
        case .all(let parts), .any(let parts): !parts.isEmpty
        case .not: true
        case .segment, .test, .records: false
        }
    }

    private func hasActual(_ condition: Condition) -> Bool {
        switch condition {
        case .test, .records: true
        case .all, .any, .not, .segment: false
        }
    }

    private func words(_ explanation: Explanation, _ condition: Condition) -> String {
        switch condition {
        case .all(let parts): parts.isEmpty ? "Everybody" : "All of these"
        case .any(let parts): parts.isEmpty ? "Nobody" : "Any of these"
        case .not: "Not"
        case .segment(let code): "In segment “\(reference.segments[code]?.segment.name ?? code)”"
        case .test, .records: explanation.words.prefix(1).uppercased() + explanation.words.dropFirst()
        }
    }

    // MARK: Values

    private func text(_ actual: String, _ condition: Condition) -> String {
        switch condition {
        case .test(let test):
            if test.field.isPersonal { return format.mask.text(actual) }
            return text(actual, test.field.type)
        case .records(let block): return text(actual, block.have.type)
        case .all, .any, .not, .segment: return actual
        }
    }

    private func text(_ actual: String, _ type: ConditionType) -> String {
        switch type {
        case .instant: return Instant(parsing: actual, zone: format.zone).map(format.long) ?? actual
        case .day: return format.day(actual)
        case .status(let type): return reference.book.status(type, code: actual)?.name ?? actual
        case .money:
            guard let money = try? Money(parsing: actual.utf8) else { return actual }
            return format.money(money)
        case .number: return PageFormat.grouped(actual)
        case .duration:
            return Int64(actual).map {
                PageFormat.span(from: Instant(milliseconds: 0), to: Instant(milliseconds: $0))
            } ?? actual
        case .string, .list, .time, .choice, .choices, .boolean: return actual
        }
    }
}

extension ConditionField {
    /// Whether values may name a person, and so are hidden from who may not see personal data.
    var isPersonal: Bool {
        switch source {
        case .customer(let field):
            [.email, .phone, .firstName, .lastName, .middleName, .birthDate].contains(field)
        case .order(let field): [.card, .deliveryAddress, .deliveryNote].contains(field)
        case .receipt(let field): field == .card
        case .custom: type == .string && scope == .customer
        default: false
        }
    }
}
