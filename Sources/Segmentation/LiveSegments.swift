import Domain

/// Who is in which segment at every instant, with the index that tells.
///
/// Every change goes through here, in the order of commits, and so does the passing of time: each answers who entered and who left.
/// Time only goes forward, and is handed in.
package struct LiveSegments: Sendable {
    /// Somebody entered a segment, or left it.
    package struct Move: Hashable, Sendable {
        package var segment: String
        package var customer: Customer.ID
        package var hasEntered: Bool
        /// When it became so: of the passing of time, the very instant, however late it was noticed.
        package var at: Instant
    }

    /// What taking in a change of one customer consists of.
    package enum Step: String, CaseIterable, Sendable {
        /// The index takes the record in.
        case put
        /// The customer is laid out, and figures are computed.
        case layOut
        /// Trees are brought up to date and asked.
        case ask
        /// It is found out when to look again.
        case schedule
    }

    struct Segment: Sendable {
        var name: String
        var condition: Condition
        var program: Program
        var members: CustomerSet
        /// What the catalogue and the texts of products were when the program was compiled.
        var productsVersion = 0
    }

    package internal(set) var index: SegmentIndex
    package let calendar: ShopCalendar
    package internal(set) var now: Instant
    var segments: [Segment] = []
    /// The same trees as one customer is asked them.
    var trees = LiveTrees()
    var queue = FlipQueue()
    /// Segments that came since customers were last put into the queue.
    private var unscheduled: [Int] = []
    /// The contents of static segments and of those that others name.
    var contents: [String: SegmentContent] = [:]
    /// What the programs of all segments look at of a customer.
    private var reads: Reads
    /// The next beginning of a day.
    private var midnight = Instant(milliseconds: .min)
    /// Who is to be asked once all of several changes are there; nil where each change asks.
    var touched: [Int: Touch]?
    /// Scores changed, which may move anybody: those segments are asked again when time next passes.
    var scoresMoved = false

    /// Is told as each step ends, for whoever measures them.
    package var afterStep: (@Sendable (Step) -> Void)?

    package init(_ index: SegmentIndex, _ calendar: ShopCalendar, at now: Instant) {
        (self.index, self.calendar, self.now) = (index, calendar, now)
        reads = index.places.reads
    }

    // MARK: Segments

    /// Makes a tree live.
    ///
    /// - Parameters:
    ///   - known: Who was in it when somebody last looked, as the database has it; those who moved since are answered.
    ///   - contents: What the segments are that the tree names.
    package mutating func add(
        _ name: String, _ condition: Condition, known: Set<Customer.ID> = [], contents: [String: SegmentContent] = [:]
    ) -> [Move] {
        drop(name)
        self.contents.merge(contents) { _, new in new }
        trees.invalidate()
        var members = CustomerSet()
        for id in known {
            if let number = index.number(of: id) { members[number] = true }
        }
        segments.append(
            Segment(
                name: name, condition: condition, program: compiled(condition), members: members,
                productsVersion: productsVersion))
        if segments[segments.count - 1].program.usesScores { index.refreshScores() }
        let moves = review(segments.count - 1)
        if segments[segments.count - 1].program.movesWithin { unscheduled.append(segments.count - 1) }
        return moves
    }

    /// Forgets a segment.
    package mutating func drop(_ name: String) {
        schedule()
        trees.invalidate()
        segments.removeAll { $0.name == name }
    }

    /// How many segments are live.
    package var count: Int { segments.count }

    /// Who is in a segment now.
    package func members(of name: String) -> CustomerSet? { segments.first { $0.name == name }?.members }

    /// The segments a customer is in now.
    package func segments(of customer: Customer.ID) -> [String] {
        guard let number = index.number(of: customer) else { return [] }
        return segments.filter { $0.members[number] }.map(\.name)
    }

    mutating func compiled(_ condition: Condition) -> Program {
        let contents = contents
        let program = Compiler.compile(condition, index, calendar, at: now) { contents[$0] }
        reads.formUnion(program.reads)
        return program
    }

    /// Rises with the catalogue and with the products that lines name.
    var productsVersion: Int { index.catalogue.version + index.productNamesVersion }

    // MARK: Time

    /// Lets time pass, and answers who moved by that alone, in the order of the instants; and by scores that moved since.
    package mutating func advance(to later: Instant) -> [Move] {
        var moves = pass(to: later)
        guard scoresMoved else { return moves }
        scoresMoved = false
        index.refreshScores()
        for index in segments.indices where segments[index].program.usesScores { moves += review(index) }
        return moves
    }

    /// Lets time pass without looking at scores, which takes far longer than a change may.
    mutating func pass(to later: Instant) -> [Move] {
        schedule()
        var moves: [Move] = []
        while let next = nextInstant(), next <= later {
            now = next
            let due = queue.take(through: next)
            let isMidnight = calendar.start(of: calendar.day(of: next)) == next
            for index in segments.indices {
                let program = segments[index].program
                if isMidnight && program.movesAtMidnight || program.nextProductFlip == next { moves += review(index) }
            }
            for number in due { moves += review(customer: number, person(number)) { $0.movesWithin } }
        }
        now = max(now, later)
        return moves
    }

    private mutating func nextInstant() -> Instant? {
        [queue.next(), nextReview()].compactMap { $0 }.min()
    }

    /// When everybody is to be asked next.
    private mutating func nextReview() -> Instant? {
        var flip: Instant?
        var hasDays = false
        for place in segments.indices {
            if let other = segments[place].program.nextProductFlip { flip = min(flip ?? other, other) }
            if segments[place].program.movesAtMidnight { hasDays = true }
        }
        guard hasDays else { return flip }
        if midnight <= now { midnight = calendar.start(of: CalendarDay(number: calendar.day(of: now).number + 1)) }
        return min(flip ?? midnight, midnight)
    }

    /// Whether a change may be taken in at an instant, as time passes to it, without everybody being asked of anything, or many.
    package mutating func isQuick(at later: Instant) -> Bool {
        guard unscheduled.isEmpty else { return false }
        if let review = nextReview(), review <= later { return false }
        return !queue.hasMore(than: Self.quickLimit, through: later)
    }

    /// Customers that are asked within a few milliseconds.
    private static let quickLimit = 64

    /// Whether scores are to be computed anew when time next passes.
    package var awaitsScores: Bool { scoresMoved }

    // MARK: Looking again

    /// Asks a segment's tree of everybody.
    mutating func review(_ segment: Int) -> [Move] {
        refresh(segment)
        let members = index.customers(fulfilling: segments[segment].program, workers: SegmentIndex.standardWorkers)
        let name = segments[segment].name
        let moves = members.differences(from: segments[segment].members).map { number in
            Move(segment: name, customer: index.customer(number), hasEntered: members[number], at: now)
        }
        segments[segment].members = members
        return moves
    }

    /// Asks the trees that are concerned of one customer, and notes when to look again.
    mutating func review(
        customer number: Int, _ person: Person, where isConcerned: (Program.Traits) -> Bool
    ) -> [Move] {
        guard !segments.isEmpty else { return [] }
        settleTrees()
        let isThere = person.isThere
        var changed: [Int] = []
        trees.ask(person, where: isConcerned) { answers in
            // Looked at in place: a copy of a segment would be counted, and taken back.
            segments.withUnsafeBufferPointer { segments in
                for place in segments.indices where answers[place] != .unknown {
                    let holds = isThere && answers[place] == .yes
                    if segments[place].members[number] != holds { changed.append(place) }
                }
            }
        }
        afterStep?(.ask)
        schedule(number, isThere ? person : nil)
        afterStep?(.schedule)
        return changed.map { place in
            let holds = !segments[place].members[number]
            segments[place].members[number] = holds
            return Move(
                segment: segments[place].name, customer: Customer.ID(rawValue: person.id), hasEntered: holds, at: now)
        }
    }

    private mutating func settleTrees() {
        if trees.isStale { trees.make(of: segments, { [contents] in contents[$0] }, leafCompiler) }
        for place in trees.outdated(at: now, products: productsVersion) {
            trees.replace(place, leafCompiler(trees.leaves[place].condition))
        }
        trees.settle(at: now, calendar, index.dictionaries)
    }

    private var leafCompiler: (Condition) -> LiveTrees.Leaf {
        { [index, calendar, now, contents, productsVersion] condition in
            let program = Compiler.compile(condition, index, calendar, at: now) { contents[$0] }
            return LiveTrees.Leaf(condition: condition, program: program, productsVersion: productsVersion)
        }
    }

    func person(_ number: Int) -> Person {
        Person(index.shards[number / Shard.size].shard, number % Shard.size, reads)
    }

    /// The same with figures computed anew.
    mutating func figured(_ number: Int, _ needs: Program.Needs) -> Person { index.figured(number, needs, reads) }

    /// Takes in what figures are computed from, where that may be elsewhere than it was.
    mutating func readFigures() { reads.formUnion(index.places.reads) }

    private mutating func refresh(_ place: Int) {
        if segments[place].program.usesProductDates && segments[place].program.now != now
            || segments[place].program.usesProducts && segments[place].productsVersion != productsVersion
        {
            segments[place].program = compiled(segments[place].condition)
            segments[place].productsVersion = productsVersion
        }
        segments[place].program.settle(at: now, calendar, index.dictionaries)
    }

    private mutating func schedule(_ number: Int, _ person: Person?) {
        queue.set(number, person.flatMap { trees.watch.nextFlip(for: $0, calendar, at: now) })
    }

    /// Puts those into the queue whom the passing of a part of a day may move in or out of segments that came since.
    private mutating func schedule() {
        guard !unscheduled.isEmpty else { return }
        var waiting = CustomerSet()
        for place in unscheduled {
            guard let program = segments[place].program.flipping else { continue }
            waiting.formUnion(index.customers(fulfilling: program, workers: SegmentIndex.standardWorkers))
        }
        unscheduled = []
        settleTrees()
        for number in waiting.numbers {
            schedule(number, person(number))
        }
    }
}
