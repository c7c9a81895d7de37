import CLibPQ

/// Executions of one statement that wait to be sent together; each is a row as COPY takes it.
struct GatheredRows {
    let statement: Statement
    /// The types of the values; 0 where all so far are NULL without one.
    private(set) var types: [Oid] = []
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    init(_ statement: Statement) { self.statement = statement }

    /// Adds a row; false where its values have other types.
    mutating func append(_ values: PostgresValues) -> Bool {
        if count == 0 { types = values.types }
        if types != values.types, !widenTypes(to: values.types) { return false }
        bytes.append(number: Int16(types.count))
        bytes.append(contentsOf: values.cells)
        count += 1
        return true
    }

    private mutating func widenTypes(to others: [Oid]) -> Bool {
        guard types.count == others.count else { return false }
        for (place, type) in others.enumerated() where type != types[place] && type != PostgresType.unknown {
            guard types[place] == PostgresType.unknown else { return false }
            types[place] = type
        }
        return true
    }

    /// Calls `body` with `values` set to each row.
    func each(_ values: PostgresValues, _ body: () throws -> Void) throws {
        var place = 0
        for _ in 0..<count {
            place = values.take(types, bytes, at: place + 2)
            try body()
        }
    }
}

/// All executions that wait, in the order of their statements.
struct PostgresGathering {
    /// Fewer rows than this are sent one by one.
    static let least = 12
    /// What adds rows is sent when there is as much of it, while more is gathered; it must be sent when it is so much.
    private static let (portion, limit) = (96 << 10, 4 << 20)

    /// Rows that are changed by one statement; one that is changed twice stands in two layers, which are sent one after
    /// the other.
    private struct Changing {
        var layers: [GatheredRows]
        var layerOfKey: [[UInt8]: Int] = [:]
    }

    private var adding: [GatheredRows] = []
    private var changing: [Changing] = []
    private var bytes = 0

    var isEmpty: Bool { adding.isEmpty && changing.isEmpty }
    /// Whether there is enough to be sent ahead.
    var isPortion: Bool { bytes > Self.portion }
    var isFull: Bool { bytes > Self.limit }

    /// Takes all, in the order to be sent in: what adds rows goes before what changes them.
    mutating func takeAll() -> [GatheredRows] {
        defer { self = PostgresGathering() }
        return adding + changing.flatMap(\.layers)
    }

    /// Takes what adds rows.
    mutating func takeAdding() -> [GatheredRows] {
        defer { (adding, bytes) = ([], 0) }
        return adding
    }

    /// Adds an execution; false where what waits must be sent first.
    mutating func append(_ statement: Statement, _ values: PostgresValues) -> Bool {
        switch statement.gathering {
        case .puts(let count), .changes(let count): return change(statement, values, key: values.cells(first: count))
        case .adds, nil: break
        }
        bytes += values.cells.count
        for place in adding.indices where adding[place].statement === statement {
            return adding[place].append(values)
        }
        adding.append(GatheredRows(statement))
        return adding[adding.count - 1].append(values)
    }

    private mutating func change(_ statement: Statement, _ values: PostgresValues, key: [UInt8]) -> Bool {
        let place = changing.firstIndex { $0.layers[0].statement === statement } ?? changing.count
        if place == changing.count { changing.append(Changing(layers: [GatheredRows(statement)])) }
        let layer = changing[place].layerOfKey[key].map { $0 + 1 } ?? 0
        changing[place].layerOfKey[key] = layer
        if layer == changing[place].layers.count { changing[place].layers.append(GatheredRows(statement)) }
        bytes += values.cells.count
        return changing[place].layers[layer].append(values)
    }
}
