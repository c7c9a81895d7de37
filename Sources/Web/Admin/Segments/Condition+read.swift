import Domain

extension Condition {
    /// Reads a tree that somebody typed or built on a page.
    ///
    /// - Parameter mask: How they see personal data: what is hidden from them cannot be asked for either, since its
    ///   answers would spell it out.
    /// - Throws: `Faults`, also for what is not JSON.
    static func read(_ text: String, _ context: ConditionContext, for mask: PersonalMask) throws(Faults) -> Condition {
        let condition: Condition
        do {
            condition = try Condition.parse(text, context)
        } catch let faults as Faults {
            throw faults
        } catch let error as JSONError {
            throw Faults("", "malformed_json", "This is not JSON: \(error.message) (at byte \(error.offset))")
        } catch {
            throw Faults("", "unreadable", "This cannot be read.")
        }
        let hidden = mask.isOn ? condition.personalPlaces(at: "") : []
        guard hidden.isEmpty else {
            let detail = "This asks for personal data, which your role may not see."
            throw Faults(hidden.map { Fault("\($0)/field", "personal_data", detail) })
        }
        return condition
    }

    /// Where the tree asks for personal data.
    private func personalPlaces(at place: String) -> [String] {
        switch self {
        case .all(let parts): parts.enumerated().flatMap { $1.personalPlaces(at: "\(place)/all/\($0)") }
        case .any(let parts): parts.enumerated().flatMap { $1.personalPlaces(at: "\(place)/any/\($0)") }
        case .not(let part): part.personalPlaces(at: "\(place)/not")
        case .segment: []
        case .test(let test): test.field.isPersonal ? [place] : []
        case .records(let block):
            block.filter?.personalPlaces(at: "\(place)/\(block.kind.code)/where") ?? []
        }
    }
}
