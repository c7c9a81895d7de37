/// What was asked ahead of one statement: the values, and the answers once they are there.
final class PostgresQuestion {
    private(set) var rows: GatheredRows
    /// The number of each asked execution, from 1.
    private var numbers: [[UInt8]: Int64] = [:]
    private var answer: PostgresAnswer?
    /// Which rows of the answer are those of an execution.
    private var places: [Int64: [Int32]] = [:]

    init(_ statement: Statement) { rows = GatheredRows(statement) }

    var isAnswered: Bool { answer != nil }

    func add(_ values: PostgresValues) {
        guard !isAnswered, numbers[values.cells] == nil, rows.append(values) else { return }
        numbers[values.cells] = Int64(rows.count)
    }

    func remove(_ values: PostgresValues) { numbers[values.cells] = nil }

    func number(_ values: PostgresValues) -> Int64? { numbers[values.cells] }

    /// - Parameter columns: How many the answer has; the last one says whose row it is.
    func take(_ answer: PostgresAnswer, columns: Int) {
        self.answer = answer
        for place in 0..<answer.count { places[answer.row(place).integer(columns - 1), default: []].append(place) }
    }

    /// The rows of one execution's answer.
    struct Known {
        fileprivate let answer: PostgresAnswer
        fileprivate let places: [Int32]

        func first<Result>(_ read: (Row) throws -> Result) rethrows -> Result? {
            try places.first.map { try read(answer.row($0)) }
        }

        func each(_ read: (Row) throws -> Void) rethrows { for place in places { try read(answer.row(place)) } }
    }

    func answer(_ number: Int64) -> Known? { answer.map { Known(answer: $0, places: places[number, default: []]) } }
}
