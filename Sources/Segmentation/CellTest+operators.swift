import Domain

extension CellTest {
    /// The least value that is one.
    static let least = Column.missing + 1

    /// What is asked of a number, a time of day or a flag.
    init(_ op: ConditionOperator, _ operand: ConditionOperand) {
        self.init()
        isDenied = op.denied != nil
        switch (op.denied ?? op, operand) {
        case (.isSet, _): ranges = [Self.least...Int64.max]
        case (.yes, _): ranges = [1...1]
        case (.no, _): ranges = [0...0]
        case (.eq, .number(let number)): ranges = [number...number]
        case (.gt, .number(let number)): ranges = [number + 1...Int64.max]
        case (.gte, .number(let number)): ranges = [number...Int64.max]
        case (.lt, .number(let number)): ranges = [Self.least...number - 1]
        case (.lte, .number(let number)): ranges = [Self.least...number]
        case (.between, .numbers(let from, let to)): ranges = [from...to]
        default: break
        }
    }

    /// The number from which on every one fulfils it, where nothing else is asked.
    var enough: Int64? {
        guard !isDenied, table == nil, ranges.count == 1, ranges[0].upperBound == .max else { return nil }
        return ranges[0].lowerBound
    }

    /// What is asked of a length of time.
    init(duration op: ConditionOperator, _ operand: ConditionOperand) {
        guard case .span(let span) = operand, let unit = span.unit.fixedLength else {
            self.init()
            return
        }
        self.init(op, .number(span.count * unit))
    }

    /// Asks of texts, as one interner has them.
    mutating func ask(_ test: TextTest, _ interner: Interner) {
        guard !test.isAnything else {
            ranges = [Self.least...Int64.max]
            return
        }
        askDigits(test, interner)
        let found = (0..<interner.count).map { interner.holds(test, Int64($0 + 1)) ? UInt8(1) : 0 }
        (table, tableStart) = (found, 1)
        isTableEmpty = !found.contains(1)
    }

    /// Asks of texts that end in digits.
    mutating func askDigits(_ test: TextTest, _ interner: Interner) {
        prefixes = interner.prefixes
        if let exact = test.exact {
            let numbers = exact.flatMap { $0.withUnsafeBufferPointer(interner.digits(foldedTo:)) }
            ranges = numbers.sorted().map { $0...$0 }
        } else {
            digits = test
        }
    }

    /// Turns ranges of single values that lie close together into a table, which is quicker to ask.
    mutating func tabulate() {
        guard ranges.count > 1, let first = ranges.first?.lowerBound, let last = ranges.last?.upperBound,
            last - first < 4_000_000
        else { return }
        var table = [UInt8](repeating: 0, count: Int(last - first) + 1)
        for range in ranges {
            for value in range { table[Int(value - first)] = 1 }
        }
        (self.table, tableStart, ranges) = (table, first, [])
    }
}

extension DateTest {
    /// What is asked of the number of midnights since a date.
    init(daysSince op: ConditionOperator, _ operand: ConditionOperand) {
        func bounded(_ days: Int64) -> Int64 { min(max(days, -9_000_000), 9_000_000) }
        switch (op, operand) {
        case (.eq, .number(let days)): self.init(.age(bounded(days), bounded(days)))
        case (.gt, .number(let days)): self.init(.age(bounded(days) + 1, .max))
        case (.gte, .number(let days)): self.init(.age(bounded(days), .max))
        case (.lt, .number(let days)): self.init(.age(.min, bounded(days) - 1))
        case (.lte, .number(let days)): self.init(.age(.min, bounded(days)))
        case (.between, .numbers(let from, let to)): self.init(.age(bounded(from), bounded(to)))
        default: self.init(.fixed(nil, nil))
        }
    }
}

extension ConditionSource {
    /// The date that a number of days is since.
    var datedSource: ConditionSource {
        switch self {
        case .orders(.daysSinceFirst): .orders(.firstDate)
        case .orders(.daysSinceLast): .orders(.lastDate)
        case .receipts(.daysSinceFirst): .receipts(.firstDate)
        case .receipts(.daysSinceLast): .receipts(.lastDate)
        default: self
        }
    }
}

extension ConditionField {
    /// The kind of record whose change can change the value.
    var need: ConditionScope {
        switch source {
        case .orders, .lastStatus, .rfm: .order
        case .receipts: .receipt
        default: scope
        }
    }
}
