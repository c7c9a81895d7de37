import Domain

/// Why a customer is in a segment, or is not: each condition with what is so and whether it holds.
package struct Explanation: Hashable, Sendable {
    /// What is asked, in words; of a group which it is: all, any or not.
    package var words: String
    package var holds: Bool
    /// What is so: a field's value, what records measure; nil where there is none.
    package var actual: String?
    package var parts: [Explanation] = []

    /// The first condition by which the tree fails, as the places that lead to it; nil where it holds.
    package var firstFailure: [Int]? {
        guard !holds else { return nil }
        for (index, part) in parts.enumerated() {
            if let path = part.firstFailure { return [index] + path }
        }
        return []
    }
}

/// An explanation with when the verdict changes next by itself.
package struct ExplainedMembership: Hashable, Sendable {
    package var explanation: Explanation
    package var changesAt: Instant?
}

extension SegmentIndex {
    /// Explains whether a customer fulfils a tree; nil for a customer nobody knows.
    package func explain(
        _ condition: Condition, of customer: Customer.ID, _ question: SegmentQuestion
    ) -> ExplainedMembership? {
        guard let number = number(of: customer) else { return nil }
        var index = self
        index.refreshScores()
        let person = Person(index.shards[number / Shard.size].shard, number % Shard.size)
        let explainer = Explainer(index: index, person: person, question: question)
        return ExplainedMembership(
            explanation: explainer.explanation(condition), changesAt: explainer.nextChange(condition)
        )
    }
}

private struct Explainer {
    let index: SegmentIndex
    let person: Person
    let question: SegmentQuestion

    private func program(_ condition: Condition) -> Program {
        Compiler.compile(condition, index, question.calendar, at: question.now, question.segments)
    }

    func explanation(_ condition: Condition) -> Explanation {
        let program = program(condition)
        let words = ConditionWords(statuses: index.book)
        var explanation = Explanation(words: words.text(condition), holds: program.holds(for: person))
        switch condition {
        case .all(let parts):
            explanation.words = "all"
            explanation.parts = parts.map(self.explanation)
        case .any(let parts):
            explanation.words = "any"
            explanation.parts = parts.map(self.explanation)
        case .not(let part):
            explanation.words = "not"
            explanation.parts = [self.explanation(part)]
        case .segment(let name):
            if case .conditions(let inner) = question.segments(name) { explanation.parts = [self.explanation(inner)] }
        case .test(let test): explanation.actual = actual(test.field)
        case .records(let block):
            explanation.actual = program.measured(program.blocks[0], person).map { text($0, block.have.type) }
        }
        return explanation
    }

    /// When the verdict changes next, nothing else happening; nil for never, or after a thousand steps that change nothing.
    func nextChange(_ condition: Condition) -> Instant? {
        var program = program(condition)
        guard !program.usesProductDates else { return nil }
        let verdict = program.holds(for: person)
        for _ in 0..<1000 {
            guard let flip = program.nextFlip(for: person, question.calendar, at: program.now) else { return nil }
            program.settle(at: flip, question.calendar, index.dictionaries)
            if program.holds(for: person) != verdict { return flip }
        }
        return nil
    }

    // MARK: Values

    private func actual(_ field: ConditionField) -> String? {
        let source = field.source.datedSource
        guard let place = index.layout.place(field.scope, source), person.cells[place] != Column.missing else {
            return nil
        }
        let cell = person.cells[place]
        guard source == field.source else {
            let calendar = question.calendar
            let days = calendar.day(of: question.now).number - calendar.day(of: Instant(milliseconds: cell)).number
            return String(days)
        }
        if field.type.isText {
            return index.dictionaries[field.scope, place].text(of: cell).replacing(
                String(ConditionText.separator), with: ", ")
        }
        return text(cell, field.type)
    }

    private func text(_ value: Int64, _ type: ConditionType) -> String {
        switch type {
        case .instant: Instant(milliseconds: value).rfc3339
        case .day: CalendarDay(number: value).text
        case .status: index.book[.init(rawValue: index.statusIDs[Int(value) - 1])]?.code ?? ""
        case .boolean: value == 1 ? "yes" : "no"
        case .time: CustomValue.time(value).plain
        default: FixedPoint.text(value, places: type.places ?? 0)
        }
    }
}
