import Foundation
import Testing

@testable import ReorderClient

/// The file of the queue, whatever a crash leaves of it (spec tracking.md).
@Suite struct JournalTests {
    private let folder = TestClient.newFolder()
    private var file: URL { folder.appending(path: "events") }

    private func queue(_ most: (events: Int, bytes: Int) = (10_000, 8_000_000)) throws -> EventQueue {
        let queue = EventQueue(most: most)
        try queue.open(file)
        return queue
    }

    private func contents(of queue: EventQueue) -> [String] {
        queue.first(.max, bytes: .max).map { String(decoding: $0.json, as: UTF8.self) }
    }

    @Test func `a write that is torn at any byte loses the last event and nothing before it`() throws {
        let events = [#"{"a":1}"#, #"{"b":"é"}"#, #"{"c":[1,2,3]}"#]
        let written = try queue()
        var ends: [Int] = []
        for event in events {
            _ = try written.append(Data(event.utf8))
            ends.append(try Data(contentsOf: file).count)
        }
        let whole = try Data(contentsOf: file)
        for length in 0...whole.count {
            try whole.prefix(length).write(to: file)
            let expected = Array(events.prefix(ends.count { $0 <= length }))
            let torn = try queue()
            #expect(contents(of: torn) == expected, "torn at \(length)")
            _ = try torn.append(Data("{}".utf8))
            #expect(contents(of: try queue()) == expected + ["{}"], "torn at \(length), then written on")
        }
    }

    @Test func `a removal that is torn at any byte leaves the events`() throws {
        let written = try queue()
        for event in ["1", "2", "3"] { _ = try written.append(Data(event.utf8)) }
        let before = try Data(contentsOf: file).count
        try written.remove(through: 2)
        let whole = try Data(contentsOf: file)
        for length in before..<whole.count {
            try whole.prefix(length).write(to: file)
            #expect(contents(of: try queue()) == ["1", "2", "3"])
        }
        try whole.write(to: file)
        #expect(contents(of: try queue()) == ["3"])
    }

    @Test func `a damaged byte harms only the lines it touches`() throws {
        let events = (0..<5).map { #"{"event":\#($0)}"# }
        let written = try queue()
        for event in events { _ = try written.append(Data(event.utf8)) }
        let whole = try Data(contentsOf: file)
        for place in whole.indices {
            var damaged = whole
            damaged[place] ^= 0x55
            try damaged.write(to: file)
            let left = contents(of: try queue())
            #expect(left.count >= 3 && left == events.filter(left.contains), "damaged at \(place)")
        }
    }

    @Test func `what was removed stays away, and numbers go on`() throws {
        let first = try queue()
        for event in ["1", "2", "3"] { _ = try first.append(Data(event.utf8)) }
        try first.remove(through: 2)
        let second = try queue()
        #expect(contents(of: second) == ["3"])
        _ = try second.append(Data("4".utf8))
        #expect(second.first(.max, bytes: .max).map(\.number) == [3, 4])
        try second.remove(through: 4)
        #expect(try Data(contentsOf: file).isEmpty)
    }

    @Test func `the oldest events give way when there are too many, or too many bytes`() throws {
        let many = try queue((events: 3, bytes: 1000))
        let lost = try (1...5).map { try many.append(Data("\($0)".utf8)) }
        #expect(lost == [0, 0, 0, 1, 1])
        #expect(contents(of: try queue()) == ["3", "4", "5"])
        let large = String(repeating: "x", count: 999)
        #expect(try many.append(Data(large.utf8)) == 2)
        #expect(try many.append(Data((large + "xx").utf8)) == 2, "one event is kept, whatever its size")
        #expect(contents(of: try queue()) == [large + "xx"])
    }

    @Test func `a file of events that are done is written anew`() throws {
        let queue = try queue()
        let event = Data(repeating: 0x78, count: 10_000)
        for number in 1...200 {
            _ = try queue.append(event)
            if number > 3 { try queue.remove(through: number - 3) }
        }
        #expect(try Data(contentsOf: file).count < 600_000)
        #expect(contents(of: try self.queue()).count == 3)
    }

    @Test func `a rewriting that a crash interrupted changes nothing`() throws {
        _ = try queue().append(Data("1".utf8))
        try Data("half a li".utf8).write(to: file.appendingPathExtension("new"))
        #expect(contents(of: try queue()) == ["1"])
        let journal = try Journal.open(file).journal.rewritten([Data("+7 2".utf8)])
        try journal.append([Data("+8 3".utf8)], isSynchronized: true)
        #expect(contents(of: try queue()) == ["2", "3"])
    }

    @Test func `a batch keeps to a number and a size, and is never empty`() throws {
        let queue = try queue()
        for _ in 1...5 { _ = try queue.append(Data(repeating: 0x78, count: 100)) }
        #expect(queue.first(2, bytes: 1000).count == 2)
        #expect(queue.first(9, bytes: 303).count == 3)
        #expect(queue.first(9, bytes: 302).count == 2)
        #expect(queue.first(9, bytes: 1).count == 1)
    }

    @Test func `the check sum is the usual one`() {
        #expect(CheckSum.crc32(of: Data("123456789".utf8)) == 0xCBF4_3926)
    }
}
