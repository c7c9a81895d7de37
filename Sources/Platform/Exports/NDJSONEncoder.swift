import Database
import Domain

/// One JSON object a line, nested as the API has it: `delivery.city` stands in `delivery`.
struct NDJSONEncoder: ExportEncoder {
    /// A key with a value, or with an object of keys.
    private enum Node {
        case value(String, column: Int)
        case block(String, [(key: String, column: Int)])
    }

    private let shape: ExportShape
    private let nodes: [Node]
    private let output: ExportOutput
    private var buffer: [UInt8] = []

    init(_ shape: ExportShape, _ output: ExportOutput) {
        (self.shape, self.output) = (shape, output)
        var nodes: [Node] = []
        for (index, column) in shape.columns.enumerated() {
            let parts = column.path.split(separator: ".", maxSplits: 1).map(String.init)
            // A line is no list of lines, so its attributes keep their whole path.
            guard parts.count == 2, parts[0] != "items" else {
                nodes.append(.value(column.path, column: index))
                continue
            }
            let place = nodes.firstIndex { if case .block(parts[0], _) = $0 { true } else { false } }
            if let place, case .block(_, let keys) = nodes[place] {
                nodes[place] = .block(parts[0], keys + [(parts[1], index)])
            } else {
                nodes.append(.block(parts[0], [(parts[1], index)]))
            }
        }
        self.nodes = nodes
    }

    var byteCount: Int64 { output.byteCount }

    mutating func begin() throws {}

    mutating func add(_ row: Row) throws {
        var writer = JSONWriter()
        writer.object { writer in
            for node in nodes {
                switch node {
                case .value(let key, let column): write(key, column, row, &writer)
                case .block(let name, let keys):
                    writer.key(name)
                    writer.object { writer in
                        for (key, column) in keys { write(key, column, row, &writer) }
                    }
                }
            }
        }
        buffer += writer.bytes
        buffer.append(Byte.lf)
        if buffer.count >= ExportOutput.chunk { try flush() }
    }

    mutating func flush() throws {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws { try flush() }

    private func write(_ key: String, _ column: Int, _ row: Row, _ writer: inout JSONWriter) {
        let place = column + ExportShape.firstColumn
        writer.key(key)
        guard !row.isNull(place) else { return writer.null() }
        switch shape.columns[column].kind {
        case .text, .day: writer.value(row.text(place))
        case .json: writer.raw(row.text(place))
        case .integer: writer.value(row.integer(place))
        case .decimal(let places): writer.raw(FixedPoint.text(row.integer(place), places: places))
        case .instant: writer.value(Instant(milliseconds: row.integer(place)))
        case .boolean: writer.value(row.boolean(place))
        case .midnight, .clock: writer.value(shape.columns[column].kind.plain(row, place))
        case .status: writer.value(shape.codes[row.integer(place)])
        }
    }
}
