import Domain
import Segmentation

/// Why a customer is in a segment, as the API writes it; keys stand sorted.
enum ExplanationPayload {
    /// - Parameter condition: The tree that was explained, for the places of its conditions.
    static func write(
        _ explained: ExplainedMembership, of condition: Condition, id: String, _ writer: inout JSONWriter
    ) {
        let explanation = explained.explanation
        writer.object { writer in
            writer.object("attributes") { writer in
                writer.field("changes_at", explained.changesAt)
                writer.field("first_failure", explanation.firstFailure.map { condition.pointer(along: $0) })
                writer.field("holds", explanation.holds)
                writer.key("tree")
                write(explanation, condition, at: "", &writer)
            }
            writer.field("id", id)
            writer.field("type", "segment_explanations")
        }
    }

    /// - Parameter condition: Nil within a named segment, whose conditions stand elsewhere.
    private static func write(
        _ explanation: Explanation, _ condition: Condition?, at pointer: String, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.field("actual", explanation.actual)
            writer.field("holds", explanation.holds)
            writer.array("parts") { writer in
                for (index, part) in explanation.parts.enumerated() {
                    let inner = condition?.part(index)
                    write(part, inner?.condition, at: pointer + (inner?.pointer ?? ""), &writer)
                }
            }
            writer.field("pointer", condition == nil ? nil : pointer)
            writer.field("words", explanation.words)
        }
    }
}

extension Condition {
    /// A part of a group, with where it stands in it.
    fileprivate func part(_ index: Int) -> (condition: Condition, pointer: String)? {
        switch self {
        case .all(let parts) where parts.indices.contains(index): (parts[index], "/all/\(index)")
        case .any(let parts) where parts.indices.contains(index): (parts[index], "/any/\(index)")
        case .not(let part): (part, "/not")
        default: nil
        }
    }

    /// Where the condition stands that places lead to, as far as it stands in this tree.
    fileprivate func pointer(along places: [Int]) -> String {
        guard let first = places.first, let part = part(first) else { return "" }
        return part.pointer + part.condition.pointer(along: Array(places.dropFirst()))
    }
}
