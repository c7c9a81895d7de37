import Domain

/// The trees of all live segments, taken apart: what several of them ask is compiled, kept up to date and asked of a customer once.
struct LiveTrees: Sendable {
    /// A test of a customer, or a block of their records, whichever trees it stands in.
    struct Leaf: Sendable {
        var condition: Condition
        var program: Program
        /// What the catalogue and the texts of products were when the program was compiled.
        var productsVersion: Int
    }

    /// A step of a tree; what is within it stands behind it.
    private struct Step: Sendable {
        enum Kind: UInt8, Sendable {
            case all, any, not, leaf
        }

        var kind: Kind
        var leaf = 0
        /// The place behind all that is within it.
        var end = 0
    }

    /// A leaf that asks whether one cell of the customer is in a range, which is most of them: it holds nothing that is counted.
    private struct RangeLeaf: Sendable {
        var column: Int
        var test: QuickTest
    }

    private struct Tree: Sendable {
        var start: Int
        var traits: Program.Traits
    }

    /// Whether segments came or went since.
    private(set) var isStale = true
    private(set) var leaves: [Leaf] = []
    /// Of those leaves that are no more than that.
    private var ranges: [RangeLeaf?] = []
    private var places: [Condition: Int] = [:]
    /// In the order of the segments.
    private var trees: [Tree] = []
    private var steps: [Step] = []
    /// The leaves whose answers follow time, texts or products.
    private var moving: [Int] = []
    /// What the passing of a part of a day may change.
    private(set) var watch = FlipWatch()

    /// Notes that segments came or went.
    mutating func invalidate() { isStale = true }

    /// Takes all trees apart anew; of the leaves that there were, those that are still asked stay as they are.
    ///
    /// - Parameters:
    ///   - segments: The trees, and their programs.
    ///   - content: What the segments are that trees name.
    mutating func make(
        of segments: [LiveSegments.Segment], _ content: (String) -> SegmentContent?,
        _ compiled: (Condition) -> Leaf
    ) {
        var new = LiveTrees()
        for segment in segments {
            new.trees.append(Tree(start: new.steps.count, traits: segment.program.traits))
            new.write(segment.condition, content) { condition in
                places[condition].map { leaves[$0] } ?? compiled(condition)
            }
            new.watch.formUnion(segment.program)
        }
        new.ranges = new.leaves.map { Self.range($0.program) }
        new.moving = new.leaves.indices.filter { !new.leaves[$0].program.isFixed }
        new.isStale = false
        self = new
    }

    private mutating func write(
        _ condition: Condition, _ content: (String) -> SegmentContent?, _ leaf: (Condition) -> Leaf
    ) {
        let place = steps.count
        switch condition {
        case .all(let parts), .any(let parts):
            var kind = Step.Kind.any
            if case .all = condition { kind = .all }
            steps.append(Step(kind: kind))
            for part in parts { write(part, content, leaf) }
        case .not(let part):
            steps.append(Step(kind: .not))
            write(part, content, leaf)
        case .segment(let name):
            // Circles were refused when the segments were made.
            if case .conditions(let inner) = content(name) { return write(inner, content, leaf) }
            fallthrough
        case .test, .records:
            let number = places[condition] ?? leaves.count
            if number == leaves.count {
                leaves.append(leaf(condition))
                places[condition] = number
            }
            steps.append(Step(kind: .leaf, leaf: number))
        }
        steps[place].end = steps.count
    }

    /// The leaves that must be compiled anew, since products changed or what their dates are held against.
    func outdated(at now: Instant, products: Int) -> [Int] {
        moving.filter { place in
            leaves[place].program.usesProductDates && leaves[place].program.now != now
                || leaves[place].program.usesProducts && leaves[place].productsVersion != products
        }
    }

    mutating func replace(_ place: Int, _ leaf: Leaf) { leaves[place] = leaf }

    private static func range(_ program: Program) -> RangeLeaf? {
        program.single.map { RangeLeaf(column: $0.column, test: $0.test) }
    }

    /// Brings the leaves up to date.
    mutating func settle(at now: Instant, _ calendar: ShopCalendar, _ dictionaries: Dictionaries) {
        for place in moving {
            leaves[place].program.settle(at: now, calendar, dictionaries)
            ranges[place] = Self.range(leaves[place].program)
        }
    }

    enum Answer: UInt8 {
        case unknown, no, yes
    }

    /// Asks the trees that are concerned of a customer.
    ///
    /// - Parameter body: Is handed the answers, in the order of the segments; unknown for those that are not concerned.
    @inline(__always)
    func ask(
        _ person: Person, where isConcerned: (Program.Traits) -> Bool, _ body: (UnsafeBufferPointer<Answer>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Answer.self, capacity: leaves.count + trees.count) { all in
            all.initialize(repeating: .unknown)
            let known = UnsafeMutableBufferPointer(rebasing: all[..<leaves.count])
            let answers = UnsafeMutableBufferPointer(rebasing: all[leaves.count...])
            for place in trees.indices where isConcerned(trees[place].traits) {
                answers[place] = holds(trees[place].start, person, known) ? .yes : .no
            }
            body(UnsafeBufferPointer(answers))
        }
    }

    /// - Parameter known: The answers of leaves that were asked already.
    private func holds(_ place: Int, _ person: Person, _ known: UnsafeMutableBufferPointer<Answer>) -> Bool {
        let step = steps[place]
        switch step.kind {
        case .leaf:
            if known[step.leaf] == .unknown { known[step.leaf] = holds(leaf: step.leaf, person) ? .yes : .no }
            return known[step.leaf] == .yes
        case .not: return !holds(place + 1, person, known)
        case .all, .any:
            let wanted = step.kind == .any
            var part = place + 1
            while part < step.end {
                if holds(part, person, known) == wanted { return wanted }
                part = steps[part].end
            }
            return !wanted
        }
    }

    @inline(__always)
    private func holds(leaf: Int, _ person: Person) -> Bool {
        if let range = ranges[leaf] { return range.test.holds(person.cells[range.column], []) }
        return leaves[leaf].program.holds(for: person)
    }
}
