import Domain
import Foundation

extension SegmentIndex {
    /// Rises with each change of how snapshots are written.
    private static let version: Int64 = 6
    private static let mark: Int64 = 0x5245_4f52_4453_4547

    /// Writes the index to a file, whole or not at all.
    ///
    /// - Parameter place: Whatever tells how far it is; handed back when it is read.
    package func write(to file: URL, place: Int64) throws {
        do {
            var writer = try SnapshotWriter(to: file)
            try write(place, to: &writer)
            try writer.finish((Self.mark, Self.version))
        } catch {
            SnapshotWriter.discard(file)
            throw error
        }
    }

    private func write(_ place: Int64, to writer: inout SnapshotWriter) throws {
        try writer.text(layout.signature)
        try writer.number(place)
        try writer.array(book.statuses.map(\.id.rawValue))
        try writer.array(statusIDs)
        try writer.number(Int64(dictionaries.interners.count))
        for (key, interner) in dictionaries.interners {
            try writer.text(key.scope.rawValue)
            try writer.number(Int64(key.place))
            try interner.write(to: &writer)
        }
        try writer.number(Int64(shards.count))
        for box in shards { try box.shard.write(to: &writer) }
    }

    /// Reads an index that was written for the same fields and statuses, and what was handed in with it.
    ///
    /// The book and the products are not in the file: they are few, and put afterwards.
    ///
    /// - Throws: `SnapshotError` for a file that is of another version or damaged, and what reading throws.
    package static func read(
        from file: URL, _ registry: ConditionRegistry, _ book: StatusBook
    ) throws -> (index: SegmentIndex, place: Int64) {
        let bytes = try Data(contentsOf: file, options: .alwaysMapped)
        var reader = SnapshotReader(bytes)
        guard try reader.number() == mark else { throw SnapshotError.damaged }
        guard try reader.number() == version else { throw SnapshotError.otherVersion }
        guard UInt64(bitPattern: try reader.number()) == SnapshotSum.of(bytes, from: SnapshotWriter.headLength) else {
            throw SnapshotError.damaged
        }
        let layout = Layout(registry)
        guard try reader.text() == layout.signature else { throw SnapshotError.otherVersion }
        let place = try reader.number()
        // What history says of a status depends on there being one.
        guard Set(try reader.array(of: Int64.self)) == Set(book.statuses.map(\.id.rawValue)) else {
            throw SnapshotError.otherVersion
        }
        let statusIDs = try reader.array(of: Int64.self)
        var dictionaries = Dictionaries()
        for _ in 0..<(try reader.count()) {
            guard let scope = ConditionScope(rawValue: try reader.text()) else { throw SnapshotError.damaged }
            let key = Dictionaries.Key(scope: scope, place: try reader.count())
            dictionaries.restore(key, try Interner(&reader))
        }
        var shards: [Shard] = []
        for _ in 0..<(try reader.count()) { shards.append(try Shard(&reader, layout)) }
        var index = SegmentIndex(registry, book, dictionaries, statusIDs, shards)
        index.recount()
        releaseMemory()
        return (index, place)
    }
}

extension Layout {
    /// What columns there are, in a text that is another one when they are others.
    var signature: String {
        ConditionScope.allCases.map { scope in
            "\(scope.rawValue): " + (slots[scope] ?? []).map { "\($0.source)\($0.isText)" }.joined(separator: ",")
        }.joined(separator: "; ")
    }
}

extension Interner {
    func write(to writer: inout SnapshotWriter) throws {
        try writer.array(bytes)
        try writer.array(ends)
        try writer.array(slots)
        try writer.number(Int64(prefixes.count))
        for prefix in prefixes { try writer.text(prefix) }
    }

    init(_ reader: inout SnapshotReader) throws(SnapshotError) {
        self.init()
        let (bytes, ends) = (try reader.array(of: UInt8.self), try reader.array(of: UInt32.self))
        let slots = try reader.array(of: Int32.self)
        var prefixes: [String] = []
        for _ in 0..<(try reader.count()) { prefixes.append(try reader.text()) }
        restore(bytes, ends, slots: slots, prefixes: prefixes)
    }
}

extension Column {
    func write(to writer: inout SnapshotWriter) throws {
        try writer.number(width.rawValue)
        try writer.number(step)
        try writer.number(Int64(count))
        if width == .linked {
            try links[0].write(to: &writer)
            return try links[2].write(to: &writer)
        }
        if width == .near {
            try writer.number(Int64(otherPlace))
            return try links[0].write(to: &writer)
        }
        try writer.array(
            blocks.flatMap { [$0.base, Int64($0.start) << 8 | Int64($0.bits) << 1 | ($0.hasGaps ? 1 : 0)] })
        try writer.array(rows)
        try writer.array(wide)
    }

    /// - Parameter columns: Those before it in its table, which values may be linked to, or near.
    init(_ reader: inout SnapshotReader, beside columns: [Column] = []) throws(SnapshotError) {
        guard let width = Width(rawValue: try reader.number()) else { throw .damaged }
        let (step, count) = (try reader.number(), try reader.count())
        if width == .linked {
            guard let other = columns.last else { throw .damaged }
            let rows = try Column(&reader)
            self.init(links: [rows, other, try Column(&reader)])
            return
        }
        if width == .near {
            let place = try reader.count()
            guard place < columns.count, columns[place].count == count else { throw .damaged }
            self.init(try Column(&reader), from: columns, at: place)
            return
        }
        let heads = try reader.array(of: Int64.self)
        let (rows, wide) = (try reader.array(of: UInt64.self), try reader.array(of: Int64.self))
        guard width != .wide else {
            self.init(wide: wide)
            return
        }
        self.init(count: count)
        (self.width, self.step, self.rows) = (width, step, rows)
        blocks = stride(from: 0, to: heads.count - 1, by: 2).map { place in
            let said = heads[place + 1]
            return Block(
                base: heads[place], start: UInt32(truncatingIfNeeded: said >> 8),
                bits: UInt8(truncatingIfNeeded: said >> 1 & 0x7f), hasGaps: said & 1 != 0)
        }
    }
}

extension Shard {
    fileprivate func write(to writer: inout SnapshotWriter) throws {
        try writer.array(ids)
        try writer.array(alive)
        for column in columns { try column.write(to: &writer) }
        for table in RecordKind.allCases.map({ self[$0] }) {
            // What came since is written with the rest: a snapshot is read packed.
            let part = Part(merging: table.base, table.tail, table.shape)
            try part.ids.write(to: &writer)
            try writer.array(part.customers)
            for column in part.columns { try column.write(to: &writer) }
            for child in part.children {
                try child.starts.write(to: &writer)
                for column in child.columns { try column.write(to: &writer) }
            }
        }
    }

    fileprivate init(_ reader: inout SnapshotReader, _ layout: Layout) throws(SnapshotError) {
        let (ids, alive) = (try reader.array(of: Int64.self), try reader.array(of: UInt8.self))
        var columns: [Column] = []
        for _ in 0..<layout.count(.customer) { columns.append(try Column(&reader)) }
        var tables: [RecordTable] = []
        for kind in RecordKind.allCases {
            let shape = layout.shape(kind)
            tables.append(RecordTable(shape, base: try Self.part(&reader, shape)))
        }
        self.init(ids: ids, alive: alive, columns: columns, tables: tables)
    }

    private static func part(_ reader: inout SnapshotReader, _ shape: RecordShape) throws(SnapshotError) -> Part {
        var part = Part(shape)
        part.ids = try Column(&reader)
        part.customers = try reader.array(of: UInt16.self)
        part.alive = Living(count: part.customers.count)
        part.columns = try columns(&reader, shape.columns)
        for child in part.children.indices {
            let starts = try Column(&reader)
            part.children[child] = ChildPart(starts: starts, columns: try columns(&reader, shape.children[child]))
        }
        return part
    }

    private static func columns(_ reader: inout SnapshotReader, _ count: Int) throws(SnapshotError) -> [Column] {
        var columns: [Column] = []
        for _ in 0..<count {
            let column = try Column(&reader, beside: columns)
            columns.append(columns.first(where: column.isSame) ?? column)
        }
        return columns
    }
}
