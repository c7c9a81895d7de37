import Domain

/// A condition tree, ready to be asked of all customers or of one.
///
/// What depends on time, on texts that came since, or on the catalogue is in `tests`, which `settle` brings up to date; the
/// nodes name them by their place.
struct Program: Sendable {
    /// A step of the tree; what is within it stands behind it.
    ///
    /// Plain numbers, so that walking counts no references.
    struct Node: Sendable {
        enum Kind: UInt8, Sendable {
            case everybody, nobody
            case all, any, not
            /// A column's cell, and a test of it.
            case cell
            /// How long a stay lasted, or lasts.
            case stayed
            case members
            case records
        }

        var kind: Kind
        var column = 0
        /// Which of the program's tests, lists or blocks.
        var index = 0
        /// The place behind all that is within it.
        var end = 0
    }

    /// Records of a customer, or things of one record, and what they must be together.
    struct Block: Sendable {
        var kind: ConditionBlockKind
        /// The node that records must fulfil.
        var filter: Int?
        var pick: ConditionBlock.Pick?
        var measure: ConditionHave.Measure
        var value: Value
        var scale: Int64
        /// The test of what is measured.
        var have: Int
        /// So many records are enough, however many more there are.
        var enough: Int64?
    }

    /// Where a measured value is.
    enum Value: Sendable {
        case none
        case column(Int)
        /// Of the product whose number is in the column; which of the program's `products` has the values.
        case product(Int, Int)
    }

    /// A test, and what it follows.
    struct Test: Sendable {
        enum Kind: Sendable {
            case fixed
            /// Of a moment, or of a day by its number.
            case dated(DateTest, isDay: Bool)
            case text(TextTest, Dictionaries.Key)
        }

        /// How it follows time within a day.
        enum Pace: UInt8, Sendable {
            /// Not at all.
            case never
            /// Only with the day.
            case daily
            /// Its range ends with now, or begins behind it.
            case ends, begins
            case always
        }

        var kind: Kind
        var cell: CellTest
        var pace = Pace.never
        /// How far before now, or less far, a value may lie that flips within a day; nothing does where it is nil.
        var reach: Int64?
        /// The day that a dated test was last brought up to date in.
        var day = Range<Int64>(uncheckedBounds: (0, 0))
    }

    var nodes: [Node] = []
    var blocks: [Block] = []
    var tests: [Test] = []
    var lists: [Set<Int64>] = []
    /// What is measured of products, by their numbers.
    var products: [[Int64: Int64]] = []
    /// The quick part of each test.
    private(set) var quick: [QuickTest] = []
    private var quickTables: [UInt8] = []
    /// The tests that follow time, and those that follow texts.
    private var dated: [Int] = []
    private var worded: [Int] = []
    /// What is looked at.
    var reads = Reads()
    /// What must change for the answer to change.
    var needs: Needs = []
    var usesScores = false
    var usesProducts = false
    /// Whether it asks of products' dates what depends on now; such a program is compiled anew for each moment.
    var usesProductDates = false
    /// When a product's date next becomes another answer.
    var nextProductFlip: Instant?

    /// Whether answers can change at midnight.
    var movesAtMidnight = false
    /// Whether they can change at other moments.
    var movesWithin = false

    /// The moment that the tests are of.
    var now = Instant(milliseconds: 0)
    /// How many texts were kept when the tests of texts were brought up to date.
    var textVersion = -1
}

extension Program {
    /// What says whether a program need be asked; it holds nothing that is counted.
    struct Traits: Sendable {
        var needs: Needs
        var usesScores: Bool
        var movesWithin: Bool
    }

    var traits: Traits { Traits(needs: needs, usesScores: usesScores, movesWithin: movesWithin) }

    /// Kinds of records.
    struct Needs: OptionSet, Sendable {
        let rawValue: UInt8

        static let customer = Needs(rawValue: 1)
        static let orders = Needs(rawValue: 2)
        static let receipts = Needs(rawValue: 4)
        static let events = Needs(rawValue: 8)
        static let containers = Needs(rawValue: 16)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Those from which figures follow.
        var figured: Needs { intersection([.orders, .receipts]) }

        init(_ scope: ConditionScope) {
            switch scope {
            case .customer: self = .customer
            case .order, .orderLine, .stay: self = .orders
            case .receipt, .receiptLine: self = .receipts
            case .event: self = .events
            case .container, .containerLine: self = .containers
            }
        }
    }

    /// Whether answers depend on what customers have, and on nothing else.
    var isFixed: Bool {
        dated.isEmpty && worded.isEmpty && !usesProducts && !nodes.contains { $0.kind == .stayed }
    }

    /// The column and the test of a tree that asks no more of a customer, where the quick part of the test says it all.
    var single: (column: Int, test: QuickTest)? {
        guard let node = nodes.first, node.kind == .cell, quick[node.index].range != nil else { return nil }
        return (node.column, quick[node.index])
    }

    /// Brings the tests up to date.
    mutating func settle(at now: Instant, _ calendar: ShopCalendar, _ dictionaries: Dictionaries) {
        let hasTexts = textVersion != dictionaries.version
        guard hasTexts || self.now != now else { return }
        let isFirst = textVersion < 0
        (self.now, textVersion) = (now, dictionaries.version)
        if isFirst { sortTests() }
        var isChanged = isFirst
        for index in dated where tests[index].settle(now, calendar) {
            // Tables stand in one array, which is made anew.
            if isFirst || tests[index].cell.table != nil { isChanged = true } else { quicken(index) }
        }
        if hasTexts {
            for index in worded where tests[index].settle(dictionaries) { isChanged = true }
        }
        if isChanged { quicken() }
    }

    /// Makes the quick parts of all tests.
    mutating func quicken() {
        (quick, quickTables) = ([], [])
        for test in tests { quick.append(QuickTest(test.cell, &quickTables)) }
    }

    private mutating func quicken(_ index: Int) { quick[index] = QuickTest(tests[index].cell, &quickTables) }

    private mutating func sortTests() {
        for index in tests.indices {
            switch tests[index].kind {
            case .fixed: break
            case .dated: dated.append(index)
            case .text: worded.append(index)
            }
        }
    }

    /// Whether a value, or none, fulfils a test.
    @inline(__always)
    func holds(_ test: Int, _ value: Int64) -> Bool {
        let quick = quick[test]
        // Asked in place: a copy of the test would be counted, and taken back, for each value.
        return quick.isAll
            ? quick.holds(value, quickTables) : tests.withUnsafeBufferPointer { $0[test].cell.holds(value) }
    }
}

extension Program.Test {
    /// Brings a dated test up to date, and returns whether it had to be changed.
    fileprivate mutating func settle(_ now: Instant, _ calendar: ShopCalendar) -> Bool {
        if day.contains(now.milliseconds) {
            switch pace {
            case .never, .daily: return false
            case .ends, .begins: if move(to: now.milliseconds) { return true }
            case .always: break
            }
        }
        guard case .dated(let test, let isDay) = kind else { return false }
        cell.ranges = (isDay ? test.dayRanges(at: now, calendar) : test.ranges(at: now, calendar)).compactMap {
            $0.isEmpty ? nil : $0.lowerBound...$0.upperBound - 1
        }
        cell.table = nil
        if isDay { cell.tabulate() }
        let today = calendar.day(of: now)
        let begin = calendar.start(of: today).milliseconds
        day = begin..<max(begin, calendar.start(of: CalendarDay(number: today.number + 1)).milliseconds)
        return true
    }

    /// Moves what ends or begins with now; false where the range must be made anew.
    private mutating func move(to now: Int64) -> Bool {
        guard let range = cell.ranges.first else { return false }
        if pace == .ends {
            cell.ranges[0] = range.lowerBound...max(range.lowerBound, now)
            return true
        }
        guard range.upperBound > now else { return false }
        cell.ranges[0] = now + 1...range.upperBound
        return true
    }

    /// Asks of the texts that came since, and returns whether there were any.
    fileprivate mutating func settle(_ dictionaries: Dictionaries) -> Bool {
        guard case .text(let test, let key) = kind else { return false }
        let interner = dictionaries[key.scope, key.place]
        let hasPrefixes = cell.prefixes.count < interner.prefixes.count
        if hasPrefixes { cell.askDigits(test, interner) }
        guard let known = cell.table?.count, known < interner.count else { return hasPrefixes }
        for number in known + 1...interner.count {
            let holds = interner.holds(test, Int64(number))
            cell.table?.append(holds ? 1 : 0)
            if holds { cell.isTableEmpty = false }
        }
        return true
    }
}

extension Interner {
    /// Whether a kept text fulfils a test.
    func holds(_ test: TextTest, _ number: Int64) -> Bool { withBytes(of: number) { test.holds(utf8: $0) } }
}

/// Which columns programs look at, by kind of record.
struct Reads: Sendable {
    /// By the places of the kinds among all kinds; nil for a kind that is not looked at.
    private var columns: [[Int]?] = Array(repeating: nil, count: ConditionScope.allCases.count)

    subscript(scope: ConditionScope) -> [Int]? { columns[scope.place] }

    /// Notes that things of a kind are looked at, if only how many there are.
    mutating func insert(_ scope: ConditionScope) {
        if columns[scope.place] == nil { columns[scope.place] = [] }
    }

    mutating func insert(_ column: Int, of scope: ConditionScope) {
        insert(scope)
        if columns[scope.place]?.contains(column) == false { columns[scope.place]?.append(column) }
    }

    mutating func formUnion(_ other: Reads) {
        for scope in ConditionScope.allCases {
            guard let columns = other[scope] else { continue }
            insert(scope)
            for column in columns { insert(column, of: scope) }
        }
    }
}

extension ConditionScope {
    fileprivate var place: Int {
        switch self {
        case .customer: 0
        case .order: 1
        case .orderLine: 2
        case .stay: 3
        case .receipt: 4
        case .receiptLine: 5
        case .event: 6
        case .container: 7
        case .containerLine: 8
        }
    }
}
