import Foundation

/// Events that wait to be sent, oldest first, in memory and in a file.
///
/// In the file an event is the line `+NUMBER JSON`, and `-NUMBER` says that all up to this number are done.
final class EventQueue {
    struct Entry: Sendable {
        var number: Int
        var json: Data
    }

    private let most: (events: Int, bytes: Int)
    private var entries: [Entry] = []
    private var bytes = 0
    private var next = 1
    private var journal: Journal?

    init(most: (events: Int, bytes: Int)) {
        self.most = most
    }

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    var isOnDisk: Bool { journal != nil }

    /// Goes on with what a file holds; what is in memory already comes after it.
    func open(_ file: URL) throws {
        let (journal, lines) = try Journal.open(file)
        let added = entries.map(\.json)
        (entries, bytes) = ([], 0)
        for line in lines { read(line) }
        self.journal = journal
        for json in added { _ = try append(json) }
    }

    /// Adds an event and answers how many of the oldest gave way.
    ///
    /// When this returns, the event is on disk.
    ///
    /// - Throws: The system's error, where it can't be written. It is in the queue all the same, for as long as the process lives.
    func append(_ json: Data) throws -> Int {
        keep(Entry(number: next, json: json))
        var lost = 0
        while entries.count - lost > 1, entries.count - lost > most.events || bytes > most.bytes {
            bytes -= entries[lost].json.count
            lost += 1
        }
        entries.removeFirst(lost)
        var lines = [line(of: Entry(number: next - 1, json: json))]
        if lost > 0, let first = entries.first { lines.append(Data("-\(first.number - 1)".utf8)) }
        try journal?.append(lines, isSynchronized: true)
        try shrink()
        return lost
    }

    /// The oldest events, of which there are at most so many and so many bytes, but always one where there is one.
    func first(_ count: Int, bytes most: Int) -> [Entry] {
        var bytes = 0
        let fitting = entries.prefix(count).prefix { entry in
            bytes += entry.json.count + 1
            return bytes <= most
        }
        return Array(fitting.isEmpty ? entries.prefix(1) : fitting)
    }

    /// Removes all events up to a number.
    ///
    /// After a crash they may be there again, since that they are sent twice is better than waiting for the disk twice.
    func remove(through number: Int) throws {
        drop(through: number)
        if entries.isEmpty {
            try journal?.clear()
        } else {
            try journal?.append([Data("-\(number)".utf8)], isSynchronized: false)
            try shrink()
        }
    }

    /// Removes all events and lets go of the file.
    ///
    /// Numbers go on, so what was on its way removes nothing that is new.
    func forget() {
        (entries, bytes, journal) = ([], 0, nil)
    }

    private func keep(_ entry: Entry) {
        entries.append(entry)
        bytes += entry.json.count
        next = max(next, entry.number + 1)
    }

    private func drop(through number: Int) {
        let done = entries.prefix { $0.number <= number }
        bytes -= done.reduce(0) { $0 + $1.json.count }
        entries.removeFirst(done.count)
        next = max(next, number + 1)
    }

    private func read(_ line: Data) {
        let parts = line.dropFirst().split(separator: 0x20, maxSplits: 1)
        guard let digits = parts.first, let number = Int(String(decoding: digits, as: UTF8.self)) else { return }
        switch (line.first, parts.count) {
        case (0x2B, 2): keep(Entry(number: number, json: Data(parts[1])))
        case (0x2D, 1): drop(through: number)
        default: break  // A line of a newer version.
        }
    }

    private func line(of entry: Entry) -> Data {
        Data("+\(entry.number) ".utf8) + entry.json
    }

    /// Writes the file anew when most of it is about events that are done.
    private func shrink() throws {
        guard let journal, journal.size > 500_000, journal.size > 2 * (bytes + 20 * entries.count) else { return }
        self.journal = try journal.rewritten(entries.map(line))
    }
}
