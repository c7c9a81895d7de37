import Domain

/// A condition tree, ready to be asked of all customers or of one.
///
/// What depends on time, on texts that came since, or on the catalogue is in `tests`, which `settle` brings up to date; the
/// nodes name them by their place.
struct Program: Sendable {
    indirect enum Node: Sendable {
        case constant(Bool)
        case all([Node])
        case any([Node])
        case not(Node)
        /// A column's cell, and the test of it.
        case cell(Int, Int)
        /// How long a stay lasted, or lasts.
        case stayed(Int)
        case members(Set<Int64>)
        case records(Block)
    }

    /// Records of a customer, or things of one record, and what they must be together.
    struct Block: Sendable {
        enum Table: Sendable { case orders, receipts }

        /// What is counted.
        enum Level: Sendable {
            case records(Table)
            /// The lines of all of a customer's orders.
            case allLines
            /// Things of the record that the block stands in.
            case things(Int)
        }

        var level: Level
        var filter: Node?
        var pick: ConditionBlock.Pick?
        var measure: ConditionHave.Measure
        var value: Value
        var scale: Int64
        var have: CellTest
    }

    /// Where a measured value is.
    enum Value: Sendable {
        case none
        case column(Int)
        /// Of the product whose number is in the column.
        case product(Int, [Int64: Int64])
    }

    /// A test, and what it follows.
    struct Test: Sendable {
        enum Kind: Sendable {
            case fixed
            /// Of a moment, or of a day by its number.
            case dated(DateTest, isDay: Bool)
            case text(TextTest, Dictionaries.Key)
        }

        var kind: Kind
        var cell: CellTest
        /// How far before now, or less far, a value may lie that flips within a day; nothing does where it is nil.
        var reach: Int64?
        /// When a dated test was last brought up to date, and the end of the day it was.
        var settled: Instant?
        var dayEnd = Int64.min
    }

    var root: Node = .constant(true)
    var tests: [Test] = []
    /// The quick part of each test.
    private(set) var quick: [QuickTest] = []
    private var quickTables: [UInt8] = []
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

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ scope: ConditionScope) {
            switch scope {
            case .customer: self = .customer
            case .order, .orderLine, .stay: self = .orders
            case .receipt, .receiptLine: self = .receipts
            }
        }
    }

    /// Brings the tests up to date.
    mutating func settle(at now: Instant, _ calendar: ShopCalendar, _ dictionaries: Dictionaries) {
        let hasTexts = textVersion != dictionaries.version
        guard hasTexts || self.now != now || textVersion < 0 else { return }
        (self.now, textVersion) = (now, dictionaries.version)
        var isChanged = quick.count != tests.count
        for index in tests.indices {
            switch tests[index].kind {
            case .fixed: continue
            case .dated(let test, let isDay):
                tests[index].settle(test, isDay, now, calendar)
                if index < quick.count { quick[index] = QuickTest(tests[index].cell, &quickTables) }
            case .text(let test, let key):
                guard hasTexts, tests[index].settle(test, dictionaries[key.scope, key.place]) else { continue }
                isChanged = true
            }
        }
        guard isChanged else { return }
        quickTables = []
        quick = tests.map { QuickTest($0.cell, &quickTables) }
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
    fileprivate mutating func settle(_ test: DateTest, _ isDay: Bool, _ now: Instant, _ calendar: ShopCalendar) {
        guard settled != now else { return }
        let isSameDay = settled.map { $0 <= now && now.milliseconds < dayEnd } ?? false
        settled = now
        if isSameDay, !test.movesWithin, isDay || move(test, to: now) { return }
        cell.ranges = (isDay ? test.dayRanges(at: now, calendar) : test.ranges(at: now, calendar)).compactMap {
            $0.isEmpty ? nil : $0.lowerBound...$0.upperBound - 1
        }
        let today = calendar.day(of: now)
        dayEnd = calendar.start(of: CalendarDay(number: today.number + 1)).milliseconds
    }

    /// Moves what ends or begins with now, which is all that moves within a day; false where the ranges must be made anew.
    private mutating func move(_ test: DateTest, to now: Instant) -> Bool {
        guard test.movesAtValue else { return true }
        guard let range = cell.ranges.first else { return false }
        if case .inLast = test.shape {
            cell.ranges[0] = range.lowerBound...max(range.lowerBound, now.milliseconds)
            return true
        }
        guard range.upperBound > now.milliseconds else { return false }
        cell.ranges[0] = now.milliseconds + 1...range.upperBound
        return true
    }

    /// Asks of the texts that came since, and returns whether there were any.
    fileprivate mutating func settle(_ test: TextTest, _ interner: Interner) -> Bool {
        guard let known = cell.table?.count, known < interner.count else { return false }
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
